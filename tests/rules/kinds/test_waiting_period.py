"""Notice on Wednesday 2026-04-29; of the days after it 4-30, 5-6 to 5-9 (a Saturday worked) and 5-11 are worked."""

from collections.abc import Callable

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

NOTICE = "2026-04-29 16:00"


def _rule(at_least: str, start: str = "N", stop: str = "H") -> str:
    terms = f"start: {start}, stop: {stop}, at_least: {at_least}"
    return f"  - {{id: W, kind: waiting-period, {terms}, cards: {{yellow: early}}}}\n"


@pytest.mark.parametrize(
    ("at_least", "held", "early"),
    [
        ("7wd", "2026-05-11 23:59", True),
        ("7wd", "2026-05-12 00:00", False),
        ("5wd", "2026-05-09 08:00", False),  # dates are subtracted, not instants
        ("5wd", "2026-05-10 08:00", False),  # a Sunday after the fifth day
        ("7cd", "2026-05-05 23:59", True),
        ("7cd", "2026-05-06 00:00", False),
        ("1mo", "2026-05-28 23:59", True),
        ("1mo", "2026-05-29 00:00", False),
        ("48h", "2026-05-01 15:59:59.999999", True),
        ("48h", "2026-05-01 16:00", False),
        ("0cd", "2026-04-29 08:00", False),  # the same date
        ("1cd", "2026-04-29 08:00", True),
        ("7wd", "2026-04-20 09:00", True),  # before the notice
    ],
)
def test_the_stop_comes_not_before_the_term_has_run(
    book: Book,
    told: Told,
    judged: Judged,
    at_least: str,
    held: str,
    *,
    early: bool,  # of the table
) -> None:
    assert bool(judged(book(_rule(at_least)), [told(NOTICE, "N"), told(held, "H")])) is early


def test_no_stop_is_never_early(book: Book, told: Told, judged: Judged) -> None:
    assert judged(book(_rule("7wd")), [told(NOTICE, "N")]) == []


def test_the_first_stop_and_the_first_start_are_compared(book: Book, told: Told, judged: Judged) -> None:
    facts = [
        told(NOTICE, "N", id="1"),
        told("2026-05-08 10:00", "N", id="2"),
        told("2026-05-12 10:00", "H", id="3"),
        told("2026-05-13 10:00", "H", id="4"),
    ]

    assert judged(book(_rule("7wd")), facts) == []


def test_of_each_start_the_first_stop_after_it_counts(book: Book, told: Told, judged: Judged) -> None:
    facts = [
        told(NOTICE, "N", id="1"),
        told("2026-05-08 10:00", "N", id="2"),
        told("2026-05-12 10:00", "H", id="3"),
    ]
    rules = book(_rule("7wd", "{event: N, which: each}", "{event: H, which: first-after}"))

    assert [each.occurrence for each in judged(rules, facts)] == ["urn:test|2"]


def test_a_finding_names_the_earliest_day_and_begins_when_both_had_happened(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    [found] = judged(book(_rule("7wd")), [told(NOTICE, "N"), told("2026-05-11 09:00", "H")])
    [turned] = judged(book(_rule("7wd")), [told(NOTICE, "N"), told("2026-04-20 09:00", "H")])

    assert (found.status, found.violated_at, found.due_at) == ("standing", at("2026-05-11 09:00"), at("2026-05-12"))
    assert (found.explain["earliest"], found.explain["waited"]) == ("2026-05-12", 6)
    assert (turned.violated_at, turned.explain["waited"]) == (at(NOTICE), -7)


@pytest.mark.parametrize(("which", "early"), [("first", ["4"]), ("last", ["3", "4"])])
def test_each_stop_may_be_measured_from_its_own_start(
    book: Book, told: Told, judged: Judged, which: str, early: list[str]
) -> None:
    facts = [
        told(NOTICE, "N", id="1"),
        told("2026-05-11 10:00", "N", id="2"),  # put off: told anew, too late for the 12th
        told("2026-05-12 10:00", "H", id="3"),
        told("2026-05-13 10:00", "N", id="5"),
        told("2026-05-14 10:00", "H", id="4"),
    ]
    rules = book(_rule("7wd", f"{{event: N, which: {which}}}", "{event: H, which: each}"))

    assert [each.occurrence.split("|")[1] for each in judged(rules, facts)] == early


def test_a_stop_without_a_start_of_its_own_is_not_measured(book: Book, told: Told, judged: Judged) -> None:
    facts = [told(NOTICE, "N"), told("2026-05-12 10:00", "H", id="1"), told("2026-05-13 10:00", "H", id="2")]

    assert judged(book(_rule("7wd", stop="{event: H, which: each}")), facts) == []
