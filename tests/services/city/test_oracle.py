"""The oracle against logs written by hand, with deadlines counted by hand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import pytest

from mingjing.services.city.message import ZONE, Message
from mingjing.services.city.oracle.oracle import Oracle
from mingjing.services.city.world import Item, World

Told = tuple[str, str, dict[str, Any]]
Reads = Callable[..., set[tuple[str, str, str]]]
RECEIPT = {"data": {"receipt_no": "9"}}
VOUCHER = {"doc_no": "1", "doc_date": "2026-09-21", "seal": "章"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def item(world: World) -> Item:
    """食品经营许可: promised 5, statutory 10 working days."""
    return next(item for item in world.items if (item.title, item.promised, item.statutory) == ("食品经营许可", 5, 10))


@pytest.fixture(scope="module")
def reads(world: World, item: Item) -> Reads:
    def read(*told: Told, until: str = "2026-10-31 00:00", about: Item = item) -> set[tuple[str, str, str]]:
        agency = world.agencies[about.agency]
        log = []
        for number, (when, kind, extra) in enumerate(told):
            event = {
                "id": f"e{number}",
                "source": agency.source,
                "type": kind,
                "subject": "case-1",
                "time": at(when).isoformat(),
                "item": about.code,
                "agency": agency.code,
            }
            log.append(Message(at(when), agency.code, orjson.dumps(event | extra)))
        found = Oracle(world, at(until)).derive(log)
        return {(each.rule, each.level, f"{each.violated_at:%m-%d %H:%M}") for each in found}

    return read


def test_a_case_decided_on_its_last_day_is_only_warned_of(reads: Reads) -> None:
    # Monday 9-21 + 5: 22, 23, 24, 28 (9-25 to 9-27 is 中秋), 29. Two days before: the end of the 24th.
    found = reads(
        ("2026-09-21 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-09-29 23:59", "case.decided", {"data": {"result": "granted"}}),
        ("2026-09-30 09:00", "case.delivered", RECEIPT),
    )

    assert found == {("TL-04", "warning", "09-25 00:00")}


def test_a_case_decided_a_minute_later_is_over_its_promise(reads: Reads) -> None:
    found = reads(
        ("2026-09-21 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-09-30 00:01", "case.decided", {"data": {"result": "granted"}}),
        ("2026-09-30 09:00", "case.delivered", RECEIPT),
    )

    assert found == {("TL-04", "yellow", "09-30 00:00")}


def test_a_case_nobody_decides_goes_red_when_the_statutory_term_is_over(reads: Reads) -> None:
    # Five more: 9-30, 10-8, 10-9, 10-10 (made up), 10-12.
    assert reads(("2026-09-21 10:00", "case.accepted", {"data": VOUCHER})) == {("TL-04", "red", "10-13 00:00")}


def test_a_special_procedure_gives_back_no_more_than_was_notified(reads: Reads) -> None:
    suspended = {"data": {"doc_no": "2", "days": 3, "kind": "testing"}}

    found = reads(
        ("2026-09-07 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-09-08 10:00", "clock.suspended", suspended),  # 9, 10 and 11 are given back
        ("2026-09-18 10:00", "clock.resumed", {}),
        ("2026-09-18 11:00", "case.decided", {"data": {"result": "granted"}}),
        ("2026-09-18 12:00", "case.delivered", RECEIPT),
    )

    # Charged: 8, 14, 15, 16, 17.
    # Food licences allow of no special procedure.
    assert found == {
        ("TL-04", "yellow", "09-18 00:00"),
        ("SUS-03", "red", "09-15 00:00"),
        ("SUS-01", "yellow", "09-08 10:00"),
    }


def test_a_special_procedure_begun_on_the_last_day_moves_that_day(reads: Reads) -> None:
    # The fifth day is Monday 9-14; 15 and 16 are given back. Begun with less than a day left, it is found itself.
    found = reads(
        ("2026-09-07 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-09-14 10:00", "clock.suspended", {"data": {"doc_no": "2", "days": 2, "kind": "testing"}}),
        ("2026-09-16 10:00", "clock.resumed", {}),
        ("2026-09-16 11:00", "case.decided", {"data": {"result": "granted"}}),
        ("2026-09-16 12:00", "case.delivered", RECEIPT),
    )

    assert {each for each in found if each[0] in {"TL-04", "SUS-02"}} == {
        ("TL-04", "warning", "09-11 00:00"),
        ("SUS-02", "yellow", "09-12 00:00"),
    }


def test_an_extension_moves_the_statutory_term_only(reads: Reads) -> None:
    found = reads(
        ("2026-09-07 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-09-15 10:00", "case.extended", {"data": {"days": 10, "approver": "a", "reason": "b", "doc_no": "3"}}),
        ("2026-09-29 10:00", "case.decided", {"data": {"result": "granted"}}),
        ("2026-09-29 12:00", "case.delivered", RECEIPT),
    )

    assert found == {("TL-04", "yellow", "09-15 00:00")}


def test_a_law_that_counts_from_the_application_gives_back_the_wait_for_papers(world: World, reads: Reads) -> None:
    # Promised 12. 8, 11, 14 to 18, 20 (made up), 21 and 22 are ten: 9 and 10 are given back, acceptance begins nothing.
    found = reads(
        ("2026-09-07 10:00", "case.applied", {}),
        ("2026-09-08 10:00", "case.supp_noticed", {"data": {"items": ["安全评价报告"]}}),
        ("2026-09-10 10:00", "case.supp_received", {}),
        ("2026-09-14 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-09-23 10:00", "case.decided", {"data": {"result": "denied", "reason": "1", "remedy": "2"}}),
        ("2026-09-23 12:00", "case.delivered", RECEIPT),
        about=next(item for item in world.items if item.title == "危险化学品经营许可"),
    )

    assert found == {("TL-04-SD", "warning", "09-23 00:00")}


def test_what_was_decided_or_accepted_is_not_begun_anew(reads: Reads) -> None:
    found = reads(
        ("2026-09-21 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-09-21 11:00", "case.supp_received", {}),
        ("2026-09-22 10:00", "case.decided", {"data": {"result": "granted"}}),
        ("2026-09-22 12:00", "case.delivered", RECEIPT),
        ("2026-09-23 10:00", "case.not_accepted", {"data": {"doc_no": "3", "reason": "4"}}),
        ("2026-09-24 10:00", "case.accepted", {"data": VOUCHER}),
    )

    assert found == {
        ("SEQ-10-BZ", "hint", "09-21 11:00"),
        ("SEQ-10-BS", "hint", "09-23 10:00"),
        ("SEQ-10-ZT", "hint", "09-23 10:00"),
        ("SEQ-10-ZZ", "hint", "09-24 10:00"),
    }


def test_an_application_nobody_answers_is_found_with_no_further_event(reads: Reads) -> None:
    # Taken for accepted on the day of applying: ten more days are 10-8, 9, 10, 12 to 16, 19 and 20.
    assert reads(("2026-09-30 10:00", "case.applied", {})) == {
        ("TL-01", "yellow", "10-14 00:00"),
        ("TL-04", "red", "10-21 00:00"),
    }


def test_what_has_not_passed_by_the_end_of_the_log_is_not_found(reads: Reads) -> None:
    assert reads(("2026-09-30 10:00", "case.applied", {}), until="2026-10-13 23:59") == set()


def test_a_voided_event_never_happened(reads: Reads) -> None:
    found = reads(
        ("2026-09-21 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-09-21 11:00", "case.decided", {"data": {"result": "granted"}}),
        ("2026-09-21 12:00", "case.delivered", RECEIPT),
        ("2026-09-21 13:00", "step.started", {"step": "审查"}),
        ("2026-09-21 13:00", "event.voided", {"corrects": "e3"}),
    )

    assert found == set()


def test_a_correction_counts_instead_of_what_it_corrects_wherever_it_arrives(reads: Reads) -> None:
    found = reads(
        ("2026-09-24 11:00", "case.decided", {"corrects": "e2", "data": {"result": "granted"}}),
        ("2026-09-21 10:00", "case.accepted", {"data": VOUCHER}),
        ("2026-10-20 11:00", "case.decided", {"data": {"result": "granted"}}),
        ("2026-09-28 12:00", "case.delivered", RECEIPT),
    )

    assert found == set()


def test_an_agency_that_reports_nightly_is_given_the_night(world: World, reads: Reads) -> None:
    slow = next(item for item in world.items if world.agencies[item.agency].delay.days and item.notice_days == 5)
    applied: Told = ("2026-09-30 10:00", "case.applied", {})

    assert reads(applied, until="2026-10-14 12:00", about=slow) == set()
    assert reads(applied, until="2026-10-15 00:00", about=slow) == {("TL-01", "yellow", "10-14 00:00")}


def test_a_petition_that_falls_due_on_a_holiday_is_due_on_the_next_working_day(world: World, reads: Reads) -> None:
    office = next(item for item in world.items if item.kind == "complaint")
    # 9-17 + 15 days is 10-2, in 国庆; offices open again on 10-8.
    found = reads(("2026-09-17 10:00", "cmp.received", {"data": {"class": "petition"}}), about=office)

    assert found == {("CMP-01-XF", "yellow", "10-09 00:00")}


def test_a_monitor_points_three_days_run_through_the_weekend(world: World, reads: Reads) -> None:
    office = next(item for item in world.items if item.kind == "complaint")
    received = {"data": {"class": "complaint", "channel": "monitor-point"}}

    found = reads(
        ("2026-09-04 10:00", "cmp.received", received),  # a Friday
        ("2026-09-04 11:00", "cmp.accepted", {}),
        ("2026-09-08 09:00", "cmp.replied", {}),
        ("2026-09-08 10:00", "cmp.closed", {}),
        about=office,
    )

    assert found == {("CMP-03", "yellow", "09-08 00:00")}


def done_at(post: str, day: str, officer: str = "somebody") -> Told:
    return (f"{day} 10:00", "step.completed", {"post": post, "officer": officer, "step": "审查"})


def rules_of(found: set[tuple[str, str, str]]) -> set[str]:
    return {rule for rule, *_ in found}


@pytest.mark.parametrize(("day", "held"), [("07-31", False), ("08-03", True), ("08-28", True), ("08-31", False)])
def test_a_post_is_only_its_holders_while_somebody_holds_it(reads: Reads, day: str, *, held: bool) -> None:
    assert ("PER-03" in rules_of(reads(done_at("SCJG-ZX-01", f"2026-{day}")))) == held


@pytest.mark.parametrize(("day", "rules"), [("03-06", set()), ("03-09", {"PER-03"})])
def test_a_stand_in_is_at_the_post_up_to_the_last_day_of_standing_in(reads: Reads, day: str, rules: set[str]) -> None:
    assert rules_of(reads(done_at("SCJG-SP-SC", f"2026-{day}", "h-scjg-007"))) == rules


def test_who_is_not_named_and_where_nobody_is_registered_nothing_is_said(reads: Reads) -> None:
    assert reads(done_at("SCJG-SP-SC", "2026-09-07", ""), done_at("审查岗", "2026-09-07")) == set()


def test_a_step_belongs_to_the_post_that_the_catalogue_names_or_that_is_registered_as_one(reads: Reads) -> None:
    assert rules_of(reads(done_at("SCJG-SP-SC", "2026-09-07", "h-scjg-001"))) == set()
    assert rules_of(reads(done_at("窗口岗", "2026-09-07"))) == {"PER-03-GW"}


@pytest.mark.parametrize(
    ("crew", "rules"),
    [(["a"], {"SEQ-06-RS"}), (["a", "b", "b"], {"SEQ-06-RS"}), (["a", "b", "c"], set()), ([], set())],
)
def test_as_many_take_part_as_the_catalogue_wants(world: World, reads: Reads, crew: list[str], rules: set[str]) -> None:
    about = next(item for item in world.items if item.people.get("专家评审") == 3)
    judged = ("2026-09-07 10:00", "step.completed", {"step": "专家评审", "data": {"officers": crew}})

    assert rules_of(reads(judged, about=about)) == rules
