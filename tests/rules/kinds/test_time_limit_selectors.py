"""Which start, which stop, and what discharges; Friday 2026-03-06, days 1 to 3 are Monday 9 to Wednesday 11."""

from collections.abc import Callable

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]
Drawn = Callable[[list[Finding]], list[tuple[str, str]]]

RULE = "  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\n"
START = "2026-03-06 10:00"


@pytest.fixture
def drawn() -> Callable[[list[Finding]], list[tuple[str, str]]]:
    """Return level and status of each finding."""
    return lambda findings: [(each.level, each.status) for each in findings]


@pytest.mark.parametrize(
    ("which", "violated"), [("first", "2026-03-10"), ("last", "2026-03-12"), ("each", "2026-03-10 2026-03-12")]
)
def test_the_start_is_the_first_the_last_or_each(
    book: Book, told: Told, judged: Judged, at: At, which: str, violated: str
) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: {event: [A], which: "
        + which
        + "}, stop: S, limit: 1wd, cards: {yellow: past}}\n"
    )
    facts = [told("2026-03-06 10:00", "A", id="1"), told("2026-03-10 10:00", "A", id="2")]

    assert [each.violated_at for each in judged(rules, facts)] == [at(each) for each in violated.split()]


def test_each_start_is_an_occurrence_of_its_own(book: Book, told: Told, judged: Judged) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: {event: A, which: each}, stop: S, limit: 1wd, cards: {yellow: past}}\n"
    )
    facts = [told("2026-03-06 10:00", "A", id="1"), told("2026-03-10 10:00", "A", id="2")]

    assert [each.occurrence for each in judged(rules, facts)] == ["urn:test|1", "urn:test|2"]


@pytest.mark.parametrize(
    ("which", "stops", "late"),
    [
        ("first-after", ["2026-03-05", "2026-03-09", "2026-03-20"], False),
        ("first-after", ["2026-03-05", "2026-03-20"], True),
        ("first-anywhere", ["2026-03-05", "2026-03-20"], False),
        ("last", ["2026-03-09", "2026-03-20"], True),
        ("last", ["2026-03-09"], False),
        ("last", ["2026-03-05"], True),
    ],
)
def test_the_stop_is_the_first_after_the_first_anywhere_or_the_last(
    book: Book,
    told: Told,
    judged: Judged,
    which: str,
    stops: list[str],
    *,
    late: bool,  # of the table
) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: A, stop: {event: S, which: "
        + which
        + "}, limit: 3wd, cards: {yellow: past}}\n"
    )
    facts = [told(START, "A"), *(told(f"{day} 12:00", "S", id=day) for day in stops)]

    assert bool(judged(rules, facts)) is late


def test_a_stop_of_the_same_instant_counts_when_its_order_is_later(book: Book, told: Told, judged: Judged) -> None:
    rules = book("  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\n")

    assert judged(rules, [told(START, "A"), told(START, "S", sequence=1)]) == []
    assert len(judged(rules, [told(START, "A", sequence=1), told(START, "S")])) == 1


def test_where_only_cases_with_a_stop_are_judged_a_missing_one_is_nothing_and_a_late_one_stands(
    book: Book, told: Told, judged: Judged, drawn: Drawn
) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: A, stop: S, missing: ignore, limit: 3wd, cards: {yellow: past}}\n"
    )

    assert judged(rules, [told(START, "A")]) == []
    assert drawn(judged(rules, [told(START, "A"), told("2026-03-12 00:00", "S")])) == [("yellow", "standing")]


def test_the_whole_span_of_a_case_is_from_its_first_event_to_its_last(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    rules = book(
        "  - {id: T, kind: time-limit, start: {event: '*'}, stop: {event: '*', which: last}, missing: ignore,\n"
        "     limit: 3cd, roll: false, cards: {yellow: past}}\n"
    )

    assert judged(rules, [told("2026-03-03", "A"), told("2026-03-06 23:59", "B")]) == []
    assert [each.violated_at for each in judged(rules, [told("2026-03-03", "A"), told("2026-03-07", "B")])] == [
        at("2026-03-07")
    ]
    assert judged(rules, [told("2026-03-03", "A")]) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([("2026-03-11 23:59", "U")], []),
        ([("2026-03-12 00:00", "U")], [("yellow", "standing")]),
        ([("2026-03-05 09:00", "U")], [("yellow", "standing")]),
        ([("2026-03-11 10:00", "U"), ("2026-03-20 09:00", "S")], []),
        ([("2026-03-20 10:00", "U"), ("2026-03-20 09:00", "S")], [("yellow", "cleared")]),
    ],
)
def test_what_discharges_the_duty_comes_after_the_start_and_by_the_deadline(
    book: Book, told: Told, judged: Judged, drawn: Drawn, facts: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    rules = book("  - {id: T, kind: time-limit, start: A, stop: S, unless: [U], limit: 3wd, cards: {yellow: past}}\n")

    assert drawn(judged(rules, [told(START, "A"), *(told(*each) for each in facts)])) == expected


@pytest.mark.parametrize("where", ["''", ""])
def test_an_empty_condition_asks_nothing(book: Book, told: Told, judged: Judged, at: At, where: str) -> None:
    rules = book(RULE.replace("start: A", f"start: {{event: A, where: {where}}}"))

    assert [each.violated_at for each in judged(rules, [told(START, "A")])] == [at("2026-03-12")]
