"""Limits by date, by case, event or item, and deadlines that the source states itself."""

from collections.abc import Callable

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

RULE = "  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\n"
START = "2026-03-06 10:00"


@pytest.mark.parametrize(
    ("start", "violated"), [("2010-08-12 10:00", "2010-08-16"), ("2010-08-13 10:00", "2010-08-14")]
)
def test_the_limit_in_force_on_the_date_of_the_start_counts(
    book: Book, told: Told, judged: Judged, at: At, start: str, violated: str
) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: A, stop: S, roll: false, cards: {yellow: past},\n"
        "     limit: [{from: 2010-08-13, limit: 0cd}, {from: 2000-01-01, limit: 3cd}]}\n"
    )

    assert [each.violated_at for each in judged(rules, [told(start, "A")])] == [at(violated)]


def test_no_limit_was_in_force_before_the_first(book: Book, told: Told, judged: Judged) -> None:
    rules = book(RULE.replace("limit: 3wd", "limit: [{from: 2010-08-13, limit: 0cd}]"))

    assert judged(rules, [told("2010-08-12 10:00", "A")]) == []


@pytest.mark.parametrize(
    ("count", "due", "done", "late"),
    [
        ("end-of-day", "2026-03-11", "2026-03-11 23:59", False),
        ("end-of-day", "2026-03-11 10:00", "2026-03-11 23:59", False),
        ("end-of-day", "2026-03-11", "2026-03-12", True),
        ("to-the-second", "2026-03-11 10:00", "2026-03-11 10:00", False),
        ("to-the-second", "2026-03-11 10:00", "2026-03-11 10:00:00.000001", True),
        ("close-of-business", "2026-03-11", "2026-03-11 17:30", False),
        ("close-of-business", "2026-03-11", "2026-03-11 17:30:01", True),
    ],
)
def test_a_deadline_the_source_states_is_kept_or_not_by_the_end_it_states(  # the table
    book: Book,
    told: Told,
    judged: Judged,
    count: str,
    due: str,
    done: str,
    *,
    late: bool,  # of the table
) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: '*', due: case.deadline, done: case.end, count: "
        + count
        + ", cards: {yellow: past}}\n"
    )

    assert bool(judged(rules, [told(START, "A", case_data={"deadline": due, "end": done})])) is late


def test_a_stated_deadline_without_an_end_is_found_by_the_clock(book: Book, told: Told, judged: Judged) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: '*', due: case.deadline, done: case.end, cards: {yellow: past}}\n"
    )
    facts = [told(START, "A", case_data={"deadline": "2026-03-11"})]

    assert [bool(judged(rules, facts, now)) for now in ("2026-03-11 23:59:59", "2026-03-12")] == [False, True]


def test_a_deadline_that_is_absent_or_empty_is_none(book: Book, told: Told, judged: Judged) -> None:
    rules = book("  - {id: T, kind: time-limit, start: '*', due: data.due, stop: S, cards: {yellow: past}}\n")

    assert judged(rules, [told(START, "A"), told(START, "B", data={"due": ""})]) == []


def test_a_deadline_nobody_can_read_is_refused_by_its_text(book: Book, told: Told, judged: Judged) -> None:
    rules = book("  - {id: T, kind: time-limit, start: '*', due: data.due, stop: S, cards: {yellow: past}}\n")

    with pytest.raises(ValueError, match="'tomorrow' is neither"):
        judged(rules, [told(START, "A", data={"due": "tomorrow"})])


@pytest.mark.parametrize("terms", ["case.days", "data.days", "item.days"])
def test_a_limit_may_be_stated_by_the_case_the_event_or_the_item(
    book: Book, told: Told, judged: Judged, at: At, terms: str
) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: A, stop: S, limit: " + terms + ", cards: {yellow: past}}\n",
        {"days": "3wd"},
    )

    [found] = judged(rules, [told(START, "A", data={"days": "3wd"}, case_data={"days": "3wd"})])

    assert found.violated_at == at("2026-03-12")


@pytest.mark.parametrize(
    ("begin", "violated"),
    [
        ("P", "2026-03-14"),  # 10 and 11 given back: due on Friday the 13th
        ("{event: P, which: first}", "2026-03-14"),
        ("{event: P, which: each}", "2026-03-17"),  # and Friday the 13th: due on Monday the 16th
    ],
)
def test_a_pause_written_in_place_counts_once_or_each_time_as_its_begin_says(
    book: Book, told: Told, judged: Judged, at: At, begin: str, violated: str
) -> None:
    rules = book(RULE.replace("limit: 3wd", f"limit: 3wd, pause: {{begin: {begin}, end: R}}"))
    story = (("2026-03-09", "P"), ("2026-03-11", "R"), ("2026-03-12", "P"), ("2026-03-13", "R"))
    facts = [told(START, "A"), *(told(f"{day} 09:00", event, id=f"{event}{day}") for day, event in story)]

    assert [each.violated_at for each in judged(rules, facts)] == [at(violated)]


@pytest.mark.parametrize(
    ("accepted", "violated"),
    [
        ("2026-03-13 09:00", "2026-03-14"),  # 10 and 11 given back
        ("2026-03-09 09:00", "2026-03-12"),  # before it began: nothing is given back
        ("2026-03-10 09:00", "2026-03-13"),  # while it stood: it ends there
    ],
)
def test_a_pause_ends_with_what_it_must_begin_before_and_does_not_begin_after_it(
    book: Book, told: Told, judged: Judged, at: At, accepted: str, violated: str
) -> None:
    pause = "pause: {begin: {event: P, which: each}, end: R, before: B}"
    rules = book(RULE.replace("limit: 3wd", f"limit: 3wd, {pause}"))
    facts = [
        told(START, "A"),
        told("2026-03-09 12:00", "P"),
        told("2026-03-11 12:00", "R"),
        told(accepted, "B"),
    ]

    assert [each.violated_at for each in judged(rules, facts)] == [at(violated)]


def test_a_pause_that_was_over_when_the_clock_started_is_not_the_first(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    rules = book(RULE.replace("limit: 3wd", "limit: 3wd, pause: {begin: P, end: R}"))
    story = (("2026-03-03", "P"), ("2026-03-04", "R"), ("2026-03-09", "P"), ("2026-03-11", "R"))
    facts = [told(START, "A"), *(told(f"{day} 09:00", event, id=f"{event}{day}") for day, event in story)]

    assert [each.violated_at for each in judged(rules, facts)] == [at("2026-03-14")]


def test_a_pause_that_begins_and_ends_at_the_instant_of_the_start_is_the_first(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    rules = book(RULE.replace("limit: 3wd", "limit: 3wd, pause: {begin: P, end: R}"))
    tied = [told(START, event, sequence=place) for place, event in enumerate(("A", "P", "R"))]
    later = [told("2026-03-09 09:00", "P", id="P2"), told("2026-03-10 09:00", "R", id="R2")]

    assert [each.violated_at for each in judged(rules, [*tied, *later])] == [at("2026-03-12")]
