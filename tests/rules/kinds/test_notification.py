from collections.abc import Callable
from typing import Any

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

NOON = "2026-03-06 12:00"


def _rule(terms: str, cards: str = "{yellow: broken}", trigger: str = "T") -> str:
    return f"  - {{id: N, kind: notification, trigger: {trigger}, notice: M, {terms}, cards: {cards}}}\n"


@pytest.mark.parametrize(
    ("notice", "missing"),
    [("2026-03-09 11:59", False), ("2026-03-09 12:00", False), ("2026-03-09 12:01", True), (None, True)],
)
def test_a_notice_before_a_step_may_come_with_it_but_not_after(
    book: Book,
    told: Told,
    judged: Judged,
    at: At,
    notice: str | None,
    *,
    missing: bool,  # of the table
) -> None:
    facts = [told(NOON, "T"), told("2026-03-09 12:00", "D"), *([told(notice, "M")] if notice else [])]

    found = judged(book(_rule("before: D")), facts)

    assert [each.violated_at for each in found] == ([at("2026-03-09 12:00")] if missing else [])


def test_a_step_before_the_trigger_is_owed_no_notice(book: Book, told: Told, judged: Judged) -> None:
    assert judged(book(_rule("before: D")), [told("2026-03-05 12:00", "D"), told(NOON, "T")]) == []


def test_without_the_step_no_notice_is_missing(book: Book, told: Told, judged: Judged) -> None:
    assert judged(book(_rule("before: D")), [told(NOON, "T")]) == []


def test_each_trigger_needs_a_notice_of_its_own(book: Book, told: Told, judged: Judged) -> None:
    facts = [
        told("2026-03-03 12:00", "T", id="1"),
        told("2026-03-04 12:00", "M"),
        told(NOON, "T", id="2"),
        told("2026-03-09 12:00", "D"),
    ]

    assert judged(book(_rule("before: D")), facts) == []
    assert [each.occurrence for each in judged(book(_rule("before: D", trigger="{event: T, which: each}")), facts)] == [
        "before|urn:test|2"
    ]


@pytest.mark.parametrize(("sent", "found"), [(1, 0), (2, 1), (5, 1)])
def test_once_is_not_twice(book: Book, told: Told, judged: Judged, sent: int, found: int) -> None:
    facts = [told(NOON, "T"), *(told(f"2026-03-0{7 + n % 3} 12:00", "M", id=f"m{n}") for n in range(sent))]
    cards = judged(book(_rule("at_most: 1")), facts)

    assert len(cards) == found
    assert all(each.explain["sent"] == sent for each in cards)


@pytest.mark.parametrize(
    ("data", "lacking"),
    [
        ({"doc_no": "1", "items": ["a"]}, []),
        ({"doc_no": "", "items": ["a"]}, ["data.doc_no"]),
        ({"doc_no": "1", "items": []}, ["data.items"]),
        ({}, ["data.doc_no", "data.items"]),
        ({"doc_no": 0, "items": "a"}, []),
    ],
)
def test_a_notice_carries_its_contents(
    book: Book, told: Told, judged: Judged, data: dict[str, Any], lacking: list[str]
) -> None:
    found = judged(
        book(_rule("carries: [doc_no, data.items]")), [told(NOON, "T"), told("2026-03-09 12:00", "M", data=data)]
    )

    assert [each.explain["lacking"] for each in found] == ([lacking] if lacking else [])


def test_without_a_trigger_nothing_is_owed(book: Book, told: Told, judged: Judged) -> None:
    facts = [told(NOON, "M", id="1"), told("2026-03-09 12:00", "M", id="2"), told("2026-03-10 12:00", "D")]

    assert (
        judged(book(_rule("at_most: 1, carries: [x], before: D, within: 2wd", "{yellow: broken, red: past}")), facts)
        == []
    )


@pytest.mark.parametrize(("now", "found"), [("2026-03-10 23:59:59.999999", 0), ("2026-03-11 00:00", 1)])
def test_a_notice_is_due_within_its_term(book: Book, told: Told, judged: Judged, now: str, found: int) -> None:
    assert len(judged(book(_rule("within: 2wd", "{red: past}")), [told(NOON, "T")], now)) == found


def test_a_faulty_notice_is_drawn_at_its_own_level_and_a_late_one_at_its(
    book: Book, told: Told, judged: Judged
) -> None:
    rules = book(_rule("within: 2wd, carries: [doc_no]", "{warning: broken, red: past}"))

    found = judged(rules, [told(NOON, "T"), told("2026-03-20 12:00", "M")])

    assert [(each.level, each.explain["kind"]) for each in found] == [
        ("red", "time-limit"),
        ("warning", "notification"),
    ]


def test_a_pause_may_stop_the_clock_of_a_notice_for_as_long_as_the_case_says(
    book: Book, told: Told, judged: Judged
) -> None:
    rules = book(_rule("within: 2wd, pause: [{begin: P, end: R, cap: case.days}]", "{red: past}"))
    facts = [told(NOON, "T", case_data={"days": 3}), told("2026-03-09 09:00", "P")]

    assert [len(judged(rules, facts, now)) for now in ("2026-03-13 23:59", "2026-03-14 00:00")] == [0, 1]
    assert rules.rules[0].judge.case_wide


def test_what_ends_the_duty_before_the_step_leaves_no_notice_missing(book: Book, told: Told, judged: Judged) -> None:
    terms = "before: D, unless: U"
    facts = [told(NOON, "T"), told("2026-03-07 12:00", "U"), told("2026-03-09 12:00", "D")]

    assert judged(book(_rule(terms)), facts) == []
    assert judged(book(_rule(terms)), [facts[0], facts[2], told("2026-03-10 12:00", "U")]) != []
    assert judged(book(_rule(terms)), [told("2026-03-05 12:00", "U"), facts[0], facts[2]]) != []


def test_a_trigger_after_the_end_of_the_first_duty_obliges_anew(book: Book, told: Told, judged: Judged) -> None:
    rule = _rule("before: D, unless: U", trigger="{event: T, which: each}")
    facts = [
        told(NOON, "T", id="1"),
        told("2026-03-07 12:00", "U"),
        told("2026-03-08 12:00", "T", id="2"),
        told("2026-03-09 12:00", "D"),
    ]

    assert [each.occurrence for each in judged(book(rule), facts)] == ["before|urn:test|2"]


@pytest.mark.parametrize(("over", "late"), [("2026-03-10 23:59:59", False), ("2026-03-11 00:00", True)])
def test_what_ends_the_duty_in_time_leaves_nothing_overdue(
    book: Book,
    told: Told,
    judged: Judged,
    over: str,
    *,
    late: bool,  # of the table
) -> None:
    rule = _rule("within: 2wd, unless: U, entitled: {since: S, within: 5wd}", "{yellow: past}")
    facts = [told("2026-03-05 12:00", "S"), told(NOON, "T"), told(over, "U"), told("2026-03-20 12:00", "Z")]

    assert bool(judged(book(rule), facts)) is late


def test_what_ends_no_duty_in_time_or_before_a_step_is_refused(book: Book) -> None:
    with pytest.raises(PackRefused, match="`unless` ends what is due `within` or `before`"):
        book(_rule("at_most: 1, unless: U"))
