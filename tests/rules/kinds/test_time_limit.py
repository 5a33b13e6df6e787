"""Dates are counted by hand: Friday 2026-03-06, days 1 to 3 are Monday 9 to Wednesday 11."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mingjing.rules.calendar import Calendar, Overlay
from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]
Drawn = Callable[[list[Finding]], list[tuple[str, str]]]

LADDER = """
  - {id: T, kind: time-limit, start: A, stop: S, limit: promised, pause: [{begin: P, end: R, cap: data.days}],
     extend: [{event: X, by: data.days}],
     cards: {warning: {at: 2wd before promised, id: T-w}, yellow: {at: past promised, id: T-y},
             red: {at: past statutory, id: T-r}}}
"""
RULE = "  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\n"
LIMITS = {"promised": "3wd", "statutory": "5wd"}
START = "2026-03-06 10:00"
SATURDAY, MONDAY = date(2026, 3, 7), date(2026, 3, 9)


@pytest.fixture(scope="module")
def ladder(book: Book) -> Rulebook:
    return book(LADDER, LIMITS)


@pytest.fixture
def drawn() -> Callable[[list[Finding]], list[tuple[str, str]]]:
    """Return level and status of each finding."""
    return lambda findings: [(each.level, each.status) for each in findings]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-09 23:59:59.999999", []),
        ("2026-03-10 00:00", [("warning", "standing")]),
        ("2026-03-11 23:59:59.999999", [("warning", "standing")]),
        ("2026-03-12 00:00", [("yellow", "standing")]),
        ("2026-03-13 23:59:59.999999", [("yellow", "standing")]),
        ("2026-03-14 00:00", [("red", "standing")]),
    ],
)
def test_each_rung_holds_from_its_instant_and_not_a_microsecond_earlier(
    ladder: Rulebook, told: Told, judged: Judged, drawn: Drawn, now: str, expected: list[tuple[str, str]]
) -> None:
    assert drawn(judged(ladder, [told(START, "A")], now)) == expected


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("2026-03-09 23:59:59.999999", []),
        ("2026-03-10 00:00", []),  # at the very instant the warning would hold
        ("2026-03-10 00:00:00.000001", [("warning", "cleared")]),
        ("2026-03-11 23:59:59.999999", [("warning", "cleared")]),
        ("2026-03-12 00:00", [("yellow", "cleared")]),
        ("2026-03-13 23:59:59.999999", [("yellow", "cleared")]),
        ("2026-03-14 00:00", [("red", "cleared")]),
    ],
)
def test_a_stop_before_24_00_of_the_due_day_is_in_time_and_one_at_24_00_is_late(
    ladder: Rulebook, told: Told, judged: Judged, drawn: Drawn, stop: str, expected: list[tuple[str, str]]
) -> None:
    assert drawn(judged(ladder, [told(START, "A"), told(stop, "S")])) == expected


def test_a_finding_tells_when_it_began_by_which_rung_and_what_ended_it(
    ladder: Rulebook, told: Told, judged: Judged, at: At
) -> None:
    [found] = judged(ladder, [told(START, "A"), told("2026-03-12 15:00", "S")])

    assert (found.rung, found.violated_at, found.due_at) == ("T-y", at("2026-03-12"), at("2026-03-12"))
    assert (found.cleared_at, [each.id for each in found.evidence]) == (at("2026-03-12 15:00"), ["A", "S"])


def test_the_higher_rung_is_due_by_its_own_clock(ladder: Rulebook, told: Told, judged: Judged, at: At) -> None:
    [found] = judged(ladder, [told(START, "A")])

    assert (found.level, found.due_at, found.explain["clock"]) == ("red", at("2026-03-14"), "statutory")


def test_two_days_before_a_limit_of_one_day_is_the_start_itself(book: Book, told: Told, judged: Judged, at: At) -> None:
    [found] = judged(book(LADDER, {"promised": "1wd", "statutory": "5wd"}), [told(START, "A")], START)

    assert (found.level, found.violated_at) == ("warning", at(START))


def test_a_pause_clears_a_warning_and_its_end_does_not_unsay_it(
    ladder: Rulebook, told: Told, judged: Judged, at: At
) -> None:
    facts = [told(START, "A"), told("2026-03-10 09:00", "P", data={"days": 9})]
    [paused] = judged(ladder, facts, "2026-03-11 09:00")
    [resumed] = judged(ladder, [*facts, told("2026-03-11 10:00", "R")], "2026-03-11 12:00")

    assert (paused.level, paused.status, paused.cleared_at) == ("warning", "cleared", at("2026-03-10 09:00"))
    assert (resumed.level, resumed.status, resumed.violated_at) == ("warning", "standing", at("2026-03-10"))


def test_a_stop_during_an_open_pause_is_in_time_however_late(ladder: Rulebook, told: Told, judged: Judged) -> None:
    facts = [told(START, "A"), told("2026-03-09 09:00", "P"), told("2026-05-29 09:00", "S")]

    assert judged(ladder, facts) == []


def test_beyond_the_notified_days_a_stop_is_late_though_the_pause_is_open(
    ladder: Rulebook, told: Told, judged: Judged, drawn: Drawn
) -> None:
    facts = [told(START, "A"), told("2026-03-09 09:00", "P", data={"days": 2})]  # 10 and 11 given back: due 03-13

    assert drawn(judged(ladder, [*facts, told("2026-03-13 23:59", "S")])) == [("warning", "cleared")]
    assert drawn(judged(ladder, [*facts, told("2026-03-14 00:00", "S")])) == [("yellow", "cleared")]


@pytest.mark.parametrize("days", [-3, "many", None, [], 1e400])
def test_notified_days_that_are_no_number_are_no_cap(ladder: Rulebook, told: Told, judged: Judged, days: Any) -> None:
    facts = [told(START, "A"), told("2026-03-09 09:00", "P", data={"days": days})]

    assert judged(ladder, facts, "2026-05-01") == []


def test_an_extension_moves_the_statutory_clock_only(ladder: Rulebook, told: Told, judged: Judged, at: At) -> None:
    [found] = judged(ladder, [told(START, "A"), told("2026-03-10 09:00", "X", data={"days": 2})])

    assert (found.level, found.violated_at) == ("red", at("2026-03-18"))
    assert judged(ladder, [told(START, "A")], "2026-03-12")[0].level == "yellow"


@pytest.mark.parametrize("days", [-3, 0, "", None, "soon"])
def test_an_extension_that_states_no_days_is_none_and_the_next_one_counts(
    ladder: Rulebook, told: Told, judged: Judged, at: At, days: Any
) -> None:
    facts = [
        told(START, "A"),
        told("2026-03-10 09:00", "X", id="x1", data={"days": days}),
        told("2026-03-10 10:00", "X", id="x2", data={"days": 2}),
    ]

    assert judged(ladder, facts)[0].violated_at == at("2026-03-18")


def test_only_the_first_extension_counts(ladder: Rulebook, told: Told, judged: Judged, at: At) -> None:
    facts = [told(START, "A"), *(told(f"2026-03-10 0{n}:00", "X", id=f"x{n}", data={"days": n}) for n in (1, 2, 3))]

    assert judged(ladder, facts)[0].violated_at == at("2026-03-17")


def test_a_clock_without_a_limit_in_the_catalogue_does_not_run_and_no_other_takes_its_place(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    text = RULE.replace("limit: 3wd", "limit: promised").replace("yellow: past", "yellow: past, red: past statutory")

    [found] = judged(book(text, {"statutory": "5wd"}), [told(START, "A")])

    assert (found.level, found.violated_at) == ("red", at("2026-03-14"))
    assert judged(book(text, {"statutory": "5wd"}), [told(START, "A")], "2026-03-13") == []
    assert judged(book(text, {}), [told(START, "A")]) == []


def test_a_threshold_without_a_name_is_measured_on_the_rules_own_clock(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: A, stop: S, limit: 2cd, cards: {warning: 50%, yellow: past by 1wd}}\n"
    )
    facts = [told("2026-03-09 10:00", "A")]

    assert [each.violated_at for each in judged(rules, facts, "2026-03-11 12:00")] == [at("2026-03-11")]
    assert [each.violated_at for each in judged(rules, facts)] == [at("2026-03-13")]


def test_a_missing_duty_is_drawn_after_the_delay_of_its_source_as_of_the_deadline(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    rules = book(LADDER, LIMITS, delays={"urn:test": 24 * 3600 * 1_000_000})

    assert judged(rules, [told(START, "A")], "2026-03-10 23:59:59") == []
    assert judged(rules, [told(START, "A")], "2026-03-11")[0].violated_at == at("2026-03-10")


def test_a_late_stop_needs_no_waiting_for_a_slow_source(book: Book, told: Told, judged: Judged, drawn: Drawn) -> None:
    rules = book(LADDER, LIMITS, delays={"urn:test": 24 * 3600 * 1_000_000})
    facts = [told(START, "A"), told("2026-03-12 00:01", "S")]

    assert drawn(judged(rules, facts, "2026-03-12 00:01")) == [("yellow", "cleared")]


def test_the_days_are_those_of_the_agency_and_region_of_the_start(
    cn: Calendar, book: Book, told: Told, judged: Judged, at: At
) -> None:
    window, typhoon = (Overlay(**{part: {at_: "x"}}) for part, at_ in (("open", SATURDAY), ("off", MONDAY)))
    calendar = cn.laid_over({"330100000000": typhoon}, {"91330100MB0000001X": window}, version="t")
    rules = book(
        "  - {id: T, kind: time-limit, start: {event: A, which: each}, stop: S, limit: 1wd, cards: {yellow: past}}\n",
        calendar=calendar,
    )
    facts = [
        told(START, "A", id="1", region="330200000000", agency="91330100MB0000001X"),
        told(START, "A", id="2", region="330102000000"),
        told(START, "A", id="3", region="330200000000", agency="91330200MB0000002X"),
        told(START, "A", id="4"),  # as the case began
    ]

    found = {each.occurrence[-1]: each.violated_at for each in judged(rules, facts)}

    days = {"1": "2026-03-08", "2": "2026-03-08", "3": "2026-03-10", "4": "2026-03-08"}
    assert found == {key: at(day) for key, day in days.items()}


def test_a_yellow_that_rests_on_a_provisional_calendar_waits_for_an_inspector(
    ladder: Rulebook, told: Told, judged: Judged
) -> None:
    [official] = judged(ladder, [told(START, "A")])
    [warning] = judged(ladder, [told("2026-12-31 10:00", "A")], "2027-01-06")
    [red] = judged(ladder, [told("2026-12-31 10:00", "A")], "2027-02-01")

    assert [(each.level, each.issue) for each in (official, warning, red)] == [
        ("red", "auto"),
        ("warning", "auto"),
        ("red", "confirm"),
    ]
    assert [each.explain["provisional"] for each in (official, red)] == [False, True]
