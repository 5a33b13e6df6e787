"""The rules of choice in a city that keeps them: what is planted of them, and how the oracle reads each at its edge."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import pytest

from mingjing.services.city.check import check, total
from mingjing.services.city.city import City
from mingjing.services.city.message import ZONE, Message
from mingjing.services.city.oracle.bench import every_rule
from mingjing.services.city.oracle.oracle import Oracle
from mingjing.services.city.shares import QUIET
from mingjing.services.city.world import NO_ITEM, Item, World

Told = tuple[str, str, dict[str, Any]]
Reads = Callable[..., set[str]]
OF_CHOICE = every_rule(of_choice=True) - every_rule()
PORT = {"data": {"hours": 6}}


@pytest.fixture(scope="module")
def city(world: World) -> City:
    return City(world, seed=2026, cases=3000, of_choice=True)


@pytest.fixture(scope="module")
def plain(world: World) -> City:
    return City(world, seed=2026, cases=300)


def test_plots_and_oracle_agree_on_every_finding_and_every_rule_of_choice_is_broken(city: City) -> None:
    outcome = total(city, check(city))

    assert outcome.differing == []
    assert outcome.planted >= OF_CHOICE


def test_a_spring_in_which_they_are_kept_agrees_too(world: World) -> None:
    spring = City(world, seed=3, cases=800, first=date(2026, 1, 5), last=date(2026, 4, 17), of_choice=True)

    assert total(spring, check(spring)).differing == []


def test_a_city_that_keeps_none_of_them_is_told_of_none(plain: City) -> None:
    log, planted = plain.log()

    assert {each.rule for each in planted}.isdisjoint(OF_CHOICE)
    assert not any(b"reject.filed" in message.body or b"port.declared" in message.body for message in log)


def test_the_quiet_agency_does_nothing_but_publish(city: City) -> None:
    stories = (story for story in city.stories(0, 600) for message in story.messages if message.agency == QUIET)
    kinds = {orjson.loads(message.body)["type"] for story in stories for message in story.messages}

    assert kinds <= {"disc.published", "step.started", "event.voided"}
    assert "disc.published" in kinds


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def reads(world: World) -> Reads:
    """Return what reads the rules of choice broken in one case, told on time unless `arrives` says otherwise."""

    def read(*told: Told, about: Item, until: str = "2026-10-31 00:00") -> set[str]:
        agency = world.agencies[about.agency or "11990100MB0000019L"]
        log = []
        for number, (when, kind, extra) in enumerate(told):
            event = {"id": f"e{number}", "source": agency.source, "type": kind, "subject": "case-1"}
            event |= {"time": at(when).isoformat(), "item": about.code, "agency": agency.code}
            arrives = at(extra.get("arrives", when))
            body = orjson.dumps(event | {key: value for key, value in extra.items() if key != "arrives"})
            log.append(Message(arrives, agency.code, body))
        found = Oracle(world, at(until), of_choice=True).derive(log)
        return {each.rule for each in found} & OF_CHOICE - {"INT-11"}

    return read


@pytest.fixture(scope="module")
def licence(world: World) -> Item:
    return next(item for item in world.items if item.centre and item.mode == "promised" and not item.flags)


def flagged(world: World, flag: str) -> Item:
    return next(item for item in world.items if flag in item.flags)


def data(**fields: object) -> dict[str, Any]:
    return {"data": fields}


# Monday 9-07 is the first day of everything below; 9-08 to 9-11 are days 1 to 4, 9-14 is day 5.
@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ([("2026-09-07 10:00:00", "reject.filed"), ("2026-09-07 10:00:01", "case.not_accepted")], set()),
        ([("2026-09-07 10:00:01", "reject.filed"), ("2026-09-07 10:00:00", "case.not_accepted")], {"REJ-01"}),
        ([("2026-09-07 10:00", "case.returned")], {"REJ-01"}),
        ([("2026-09-07 10:00", "reject.filed"), ("2026-09-14 23:59:59", "case.not_accepted")], set()),
        ([("2026-09-07 10:00", "reject.filed"), ("2026-09-15 00:00", "case.not_accepted")], {"REJ-02"}),
        ([("2026-09-07 10:00", "reject.filed"), ("2026-09-14 23:59:59", "case.accepted")], set()),
        ([("2026-09-07 10:00", "reject.filed"), ("2026-09-15 00:00", "case.accepted")], {"REJ-02"}),
        ([("2026-09-07 10:00", "case.returned"), ("2026-09-07 11:00", "reject.filed")], {"REJ-01"}),
    ],
)
def test_a_refusal_is_reported_first_and_answered_within_five_days(
    reads: Reads, licence: Item, told: list[tuple[str, str]], broken: set[str]
) -> None:
    assert reads(*((when, kind, {}) for when, kind in told), about=licence) == broken


@pytest.mark.parametrize(
    ("answered", "broken"), [("2026-09-09 23:59:59", set()), ("2026-09-10 00:00", {"TL-10"}), (None, {"TL-10"})]
)
def test_an_application_online_is_looked_at_within_two_days(
    reads: Reads, licence: Item, answered: str | None, broken: set[str]
) -> None:
    looked: list[Told] = [(answered, "case.pre_accepted", {})] if answered else []

    assert reads(("2026-09-07 10:00", "case.applied", data(channel="mobile")), *looked, about=licence) == broken
    assert reads(("2026-09-07 10:00", "case.applied", data(channel="window")), *looked, about=licence) == set()


@pytest.mark.parametrize(("made", "broken"), [("2026-09-10 23:59:59", set()), ("2026-09-11 00:00", {"TL-11"})])
def test_the_certificate_of_a_licence_is_made_within_three_days(
    reads: Reads, licence: Item, made: str, broken: set[str]
) -> None:
    granted, denied = (("2026-09-07 10:00", "case.decided", data(result=result)) for result in ("granted", "denied"))
    filed: Told = ("2026-09-07 09:00", "reject.filed", {})

    assert reads(granted, (made, "case.certified", {}), about=licence) == broken
    assert reads(filed, denied, about=licence) == set()


@pytest.mark.parametrize(
    ("noticed", "broken"), [("2026-09-08 10:00:00", set()), ("2026-09-08 10:00:01", {"NTC-06"}), (None, {"NTC-06"})]
)
def test_those_concerned_are_told_before_the_decision(
    world: World, reads: Reads, licence: Item, noticed: str | None, broken: set[str]
) -> None:
    told: list[Told] = [("2026-09-07 10:00", "case.accepted", {}), ("2026-09-08 10:00", "case.decided", {})]
    told += [(noticed, "stakeholder.noticed", {})] if noticed else []

    assert reads(*told, about=flagged(world, "stakeholders")) == broken
    assert reads(*told, about=licence) == set()


@pytest.mark.parametrize(("sent", "broken"), [("2026-09-08 23:59:59", set()), ("2026-09-09 00:00", {"JNT-03"})])
def test_a_joint_review_is_sent_out_by_the_end_of_the_next_day(
    world: World, reads: Reads, sent: str, broken: set[str]
) -> None:
    dispatched: Told = (sent, "joint.dispatched", data(member="11990100MB0000027F", days=3))

    assert reads(("2026-09-07 10:00", "case.accepted", {}), dispatched, about=flagged(world, "joint")) == broken


def test_what_belongs_to_the_centre_is_taken_in_and_handed_out_there(world: World, reads: Reads, licence: Item) -> None:
    outside = next(item for item in world.items if not item.centre and item.code)
    taken_in: Told = ("2026-09-07 10:00", "case.accepted", data(channel="own"))
    handed_out: Told = ("2026-09-07 11:00", "case.delivered", data(receipt_no="1"))

    assert reads(taken_in, handed_out, about=licence) == {"SEQ-11", "DLV-03-CK"}
    assert reads(taken_in, handed_out, about=outside) == set()
    assert reads(("2026-09-07 10:00", "case.accepted", {}), about=licence) == set()
    assert reads(("2026-09-07 11:00", "case.delivered", data(window="3")), about=licence) == set()


@pytest.mark.parametrize(("arrives", "broken"), [("2026-09-08 10:00:00", set()), ("2026-09-08 10:00:01", {"INT-01"})])
def test_what_is_entered_more_than_a_day_later_is_found(
    reads: Reads, licence: Item, arrives: str, broken: set[str]
) -> None:
    assert reads(("2026-09-07 10:00", "case.accepted", {"arrives": arrives}), about=licence) == broken


@pytest.mark.parametrize(("seconds", "broken"), [(0, set()), (1, {"INT-04"}), (59, {"INT-04"}), (60, set())])
def test_a_review_of_less_than_a_minute_is_found(reads: Reads, licence: Item, seconds: int, broken: set[str]) -> None:
    done = at("2026-09-07 10:00") + timedelta(seconds=seconds)
    begun: Told = ("2026-09-07 10:00", "step.started", {"step": "审查"})

    assert reads(begun, (f"{done:%F %T}", "step.completed", {"step": "审查", "officer": "x"}), about=licence) == broken
    assert reads(begun, (f"{done:%F %T}", "step.completed", {"step": "审查"}), about=licence) == set()


@pytest.mark.parametrize(
    ("time", "broken"),
    [("05:59:59", {"INT-05-YJ"}), ("06:00:00", set()), ("21:59:59", set()), ("22:00:00", {"INT-05-YJ"})],
)
def test_nobody_decides_at_night(reads: Reads, licence: Item, time: str, broken: set[str]) -> None:
    assert reads((f"2026-09-07 {time}", "case.decided", {"officer": "x"}), about=licence) == broken
    assert reads((f"2026-09-07 {time}", "case.decided", {}), about=licence) == set()


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ([("16:00:00", "port.released")], set()),
        ([("16:00:01", "port.released")], {"TL-06-KA"}),
        ([("12:00:00", "port.held"), ("14:00:00", "port.unheld"), ("18:00:00", "port.released")], set()),
        ([("12:00:00", "port.held"), ("14:00:00", "port.unheld"), ("18:00:01", "port.released")], {"TL-06-KA"}),
        ([("16:00:00", "port.held"), ("17:00:00", "port.unheld"), ("17:00:00", "port.released")], set()),
        ([("16:00:01", "port.held"), ("17:00:00", "port.unheld")], {"TL-06-KA"}),
        ([("12:00:00", "port.held")], set()),
        ([("15:00:00", "port.cancelled")], set()),
        ([], {"TL-06-KA"}),
    ],
)
def test_goods_are_cleared_in_the_hours_promised_without_those_of_an_inspection(
    reads: Reads, told: list[tuple[str, str]], broken: set[str]
) -> None:
    happened = (("10:00:00", "port.declared", PORT), *((when, kind, {}) for when, kind in told))

    assert reads(*((f"2026-09-07 {when}", kind, says) for when, kind, says in happened), about=NO_ITEM) == broken
