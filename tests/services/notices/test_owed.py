from collections.abc import Sequence
from datetime import time
from typing import Any

import msgspec
import orjson
import pytest

from mingjing.services.notices.owed import ANSWERED, SUPERSEDED, Heard, Known, Owing
from mingjing.services.notices.route import Quiet, Route, Rung
from mingjing.services.notices.steps import StageHeard
from mingjing.services.registry import Delivery
from mingjing.services.registry.deliveries import News, Told

from .drawn_card import BEIJING, CARD, CONFIDED, MINUTE, NOON, SHOP

NOW_HELD = NOON + MINUTE

DUTY = Route(name="duty", channels=("oa", "group"))
COMPLAINED_OF = {"rule": "CMP-07", "case_key": f"across/CMP-07/{SHOP}|违规收费"}


def heard(*, logged_ms: int = NOON, **changes: Any) -> Heard:
    return Heard({**CARD, **changes}, logged_ms)


def news(
    *cards: Heard,
    route: Route = DUTY,
    stages: dict[str, str] | None = None,
    told: Sequence[Told] = (),
    deliveries: Sequence[Delivery] = (),
    answered: Sequence[str] = (),
) -> News:
    known = Known({each.card_id: each for each in told}, answered, deliveries)
    heard_of = [stage_heard(card_id, stage) for card_id, stage in (stages or {}).items()]
    return Owing((route,), BEIJING, 1440, lambda: CONFIDED).news(cards, heard_of, known, NOON)


def stage_heard(card_id: str, stage: str) -> StageHeard:
    return StageHeard(
        card_id=card_id, case_key="91/浙A1", agency="91", region="330106000000", stage=stage, outcome=None
    )


def after(first: News, **changes: Any) -> list[Delivery]:
    return [msgspec.structs.replace(each, **changes) for each in first.deliveries]


def test_a_new_card_is_owed_to_every_channel_of_its_route() -> None:
    assert [(each.route, each.channel, each.next_ms) for each in news(heard()).deliveries] == [
        ("duty", "oa", NOON),
        ("duty", "group", NOON),
    ]


def test_a_record_that_repeats_level_and_status_owes_nothing() -> None:
    first = news(heard())

    again = news(heard(ver=[11, 1, 0], digest="other"), told=first.told)

    assert (again.deliveries, again.told[0].ver) == ([], (11, 1, 0))


def test_a_record_heard_twice_changes_nothing() -> None:
    assert news(heard(), told=news(heard()).told) == News()


def test_what_an_owner_since_replaced_says_is_not_told() -> None:
    assert news(heard(level="yellow", ver=[9, 1, 0]), told=news(heard()).told) == News()


@pytest.mark.parametrize("change", [{"level": "yellow"}, {"status": "cleared"}, {"issue": "confirm"}])
def test_a_change_of_level_status_or_confirmation_is_told(change: dict[str, Any]) -> None:
    assert len(news(heard(ver=[11, 1, 0], **change), told=news(heard()).told).deliveries) == 2


def test_of_records_that_come_together_only_the_latest_is_told() -> None:
    told = news(heard(level="yellow"), heard(ver=[11, 1, 0])).deliveries

    assert {orjson.loads(each.told)["level"] for each in told} == {"red"}


def test_the_same_card_in_the_same_state_has_the_same_deliveries_whenever_it_is_heard() -> None:
    assert [each.id for each in news(heard()).deliveries] == [each.id for each in news(heard(logged_ms=1)).deliveries]


def test_nothing_of_the_officer_is_told() -> None:
    assert "3f2a9c" not in "".join(each.told for each in news(heard()).deliveries)


def test_nothing_of_who_came_forward_is_told() -> None:
    route = Route(name="duty", channels=("oa",), escalate=(Rung(30, ("group",)),))

    told = [orjson.loads(each.told) for each in news(heard(**COMPLAINED_OF), route=route).deliveries]

    assert [each["case_key"] for each in told] == ["across/CMP-07/***"] * 2


def test_who_came_forward_is_told_where_the_route_leads_to_who_supervises() -> None:
    route = Route(name="duty", channels=("oa",), confided=True)

    assert SHOP in news(heard(**COMPLAINED_OF), route=route).deliveries[0].told


def test_a_delivery_is_the_same_one_whether_all_of_its_card_is_told_or_not() -> None:
    told, withheld = (Route(name="duty", channels=("oa",), confided=confided) for confided in (True, False))

    first, second = (news(heard(**COMPLAINED_OF), route=route).deliveries for route in (told, withheld))

    assert first[0].id == second[0].id


def test_a_card_withdrawn_is_told_where_it_was_told() -> None:
    first = news(heard())
    oa, group = after(first)
    sent = [msgspec.structs.replace(oa, state="sent", tries=1), group]

    second = news(heard(status="withdrawn", ver=[11, 1, 0]), told=first.told, deliveries=sent)

    assert [each.channel for each in second.deliveries] == ["oa"]
    assert second.stopped == {group.id: SUPERSEDED}


def test_a_card_withdrawn_before_anybody_heard_of_it_is_told_to_nobody() -> None:
    assert news(heard(status="withdrawn")).deliveries == []


def test_what_has_not_been_said_of_an_earlier_state_is_not_said_any_more() -> None:
    first = news(heard(level="yellow"))

    second = news(heard(ver=[11, 1, 0]), told=first.told, deliveries=first.deliveries)

    assert second.stopped == dict.fromkeys([each.id for each in first.deliveries], SUPERSEDED)


def test_a_card_drawn_in_quiet_hours_waits_for_their_end() -> None:
    route = Route(name="duty", channels=("oa",), quiet=Quiet(time(11), time(13)))

    assert [each.next_ms for each in news(heard(), route=route).deliveries] == [NOON + 60 * MINUTE]


def test_cards_of_one_digest_go_in_one_message() -> None:
    route = Route(name="duty", channels=("oa",), digest=time(17))
    first, second = news(heard(), heard(card_id="c2"), route=route).deliveries

    assert first.batch == second.batch != first.id


def test_an_urgent_card_is_not_gathered() -> None:
    route = Route(name="duty", channels=("oa",), digest=time(17), urgent=frozenset({"red"}))
    (only,) = news(heard(), route=route).deliveries

    assert (only.batch, only.next_ms) == (only.id, NOON)


ESCALATING = Route(name="duty", channels=("oa",), escalate=(Rung(30, ("chief",)),))


def test_a_card_that_nobody_takes_up_is_told_to_the_next() -> None:
    told = [(each.purpose, each.channel, each.next_ms) for each in news(heard(), route=ESCALATING).deliveries]

    assert told == [("card", "oa", NOON), ("escalation", "chief", NOON + 30 * MINUTE)]


CHAIN = Route(name="duty", channels=("oa",), escalate=(Rung(30, ("chief",)), Rung(60, ("head", "chief"))))


def test_every_rung_waits_for_the_one_before_it() -> None:
    told = [(each.channel, each.next_ms) for each in news(heard(), route=CHAIN).deliveries]

    assert told == [
        ("oa", NOON),
        ("chief", NOON + 30 * MINUTE),
        ("head", NOON + 90 * MINUTE),
        ("chief", NOON + 90 * MINUTE),
    ]


def test_who_stands_on_two_rungs_is_told_on_both() -> None:
    deliveries = news(heard(), route=CHAIN).deliveries

    assert len({each.id for each in deliveries}) == len(deliveries)


def test_a_card_that_is_signed_stops_every_rung_that_was_not_told_yet() -> None:
    first = news(heard(), route=CHAIN)
    card, chief, *later = first.deliveries
    sent = [msgspec.structs.replace(each, state="sent", tries=1) for each in (card, chief)]

    second = news(route=CHAIN, stages={"c1": "signed"}, told=first.told, deliveries=[*sent, *later])

    assert second.stopped == dict.fromkeys([each.id for each in later], ANSWERED)


def test_a_card_that_is_signed_is_escalated_no_more() -> None:
    first = news(heard(), route=ESCALATING)

    second = news(route=ESCALATING, stages={"c1": "signed"}, told=first.told, deliveries=first.deliveries)

    assert (second.answered, second.stopped) == ({"c1"}, {first.deliveries[1].id: ANSWERED})


def test_a_card_signed_before_we_heard_of_it_is_never_escalated() -> None:
    assert [each.purpose for each in news(heard(), route=ESCALATING, answered=["c1"]).deliveries] == ["card"]


def test_a_card_drawn_anew_waits_to_be_taken_up_again() -> None:
    changed = news(heard(), route=ESCALATING, stages={"c1": "drawn"}, answered=["c1"])

    assert changed.reopened == {"c1"}
    assert [each.purpose for each in changed.deliveries] == ["card", "escalation"]


@pytest.mark.parametrize("status", ["cleared", "withdrawn"])
def test_what_no_longer_stands_is_not_escalated(status: str) -> None:
    first = news(heard(), route=ESCALATING)
    sent = [msgspec.structs.replace(first.deliveries[0], state="sent", tries=1), first.deliveries[1]]

    second = news(heard(status=status, ver=[11, 1, 0]), route=ESCALATING, told=first.told, deliveries=sent)

    assert [each.purpose for each in second.deliveries] == ["card"]
    assert second.stopped == {first.deliveries[1].id: SUPERSEDED}


def test_a_card_too_old_to_be_news_is_entered_and_not_sent() -> None:
    old = news(heard(logged_ms=NOON - 1441 * MINUTE)).deliveries

    assert [(each.state, each.failure) for each in old] == [
        ("stopped", "读到时已过 1440 分钟（old_after），不再通知")
    ] * 2


def test_who_was_told_that_nobody_signed_is_told_of_the_withdrawal() -> None:
    first = news(heard(), route=ESCALATING)
    sent = after(first, state="sent", tries=1)

    second = news(heard(status="withdrawn", ver=[11, 1, 0]), route=ESCALATING, told=first.told, deliveries=sent)

    assert [(each.purpose, each.channel) for each in second.deliveries] == [("card", "oa"), ("card", "chief")]


def test_what_its_receiver_is_just_being_told_is_not_overtaken() -> None:
    first = news(heard(level="yellow"))
    held = after(first, lease_ms=NOW_HELD)

    assert news(heard(ver=[11, 1, 0]), told=first.told, deliveries=held).stopped == {}
