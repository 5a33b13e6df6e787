from collections.abc import Callable
from typing import Any

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

PAIR = "  - {id: P, kind: separation, a: [A], b: [B], by: officer, cards: {yellow: broken}}\n"
MANY = "  - {id: P, kind: separation, step: V, at_least: 2, by: data.officers, cards: {yellow: broken}}\n"


@pytest.mark.parametrize(
    ("a", "b", "broken"), [("x", "x", True), ("x", "y", False), ("", "", False), (None, None, False)]
)
def test_one_person_did_both_and_a_blank_person_equals_nobody(
    book: Book,
    told: Told,
    judged: Judged,
    a: str | None,
    b: str | None,
    *,
    broken: bool,  # of the table
) -> None:
    facts = [told("2026-03-06 10:00", "A", officer=a), told("2026-03-06 11:00", "B", officer=b)]

    assert bool(judged(book(PAIR), facts)) is broken


def test_any_of_the_one_and_any_of_the_other_will_do(book: Book, told: Told, judged: Judged, at: At) -> None:
    facts = [
        told("2026-03-06 08:00", "B", id="b1", officer="z"),
        told("2026-03-06 10:00", "A", id="a1", officer="x"),
        told("2026-03-06 11:00", "A", id="a2", officer="y"),
        told("2026-03-06 12:00", "B", id="b2", officer="y"),
        told("2026-03-06 13:00", "B", id="b3", officer="x"),
    ]

    [found] = judged(book(PAIR), facts)

    assert (found.violated_at, found.explain["people"]) == (at("2026-03-06 12:00"), ["y"])
    assert [each.id for each in found.evidence] == ["a2", "b2"]


def test_the_order_of_the_two_steps_does_not_matter(book: Book, told: Told, judged: Judged, at: At) -> None:
    facts = [told("2026-03-06 11:00", "A", officer="x"), told("2026-03-06 10:00", "B", officer="x")]

    assert [each.violated_at for each in judged(book(PAIR), facts)] == [at("2026-03-06 11:00")]


def test_one_event_that_is_both_steps_is_done_once(book: Book, told: Told, judged: Judged) -> None:
    rules = book("  - {id: P, kind: separation, a: [A, B], b: [B], by: officer, cards: {yellow: broken}}\n")

    assert judged(rules, [told("2026-03-06 10:00", "B", id="1", officer="x")]) == []
    facts = [told("2026-03-06 10:00", "B", id="1", officer="x"), told("2026-03-06 11:00", "A", id="2", officer="x")]
    assert len(judged(rules, facts)) == 1


@pytest.mark.parametrize(
    ("officers", "broken"),
    [
        (["x", "y"], False),
        (["x", "x"], True),
        (["x", ""], True),
        (["x"], True),
        ("x", True),
        ([], False),
        (None, False),
    ],
)
def test_a_step_is_taken_by_at_least_so_many_people(
    book: Book,
    told: Told,
    judged: Judged,
    officers: Any,
    *,
    broken: bool,  # of the table
) -> None:
    assert bool(judged(book(MANY), [told("2026-03-06 10:00", "V", data={"officers": officers})])) is broken


def test_each_step_taken_by_too_few_is_found(book: Book, told: Told, judged: Judged) -> None:
    facts = [told(f"2026-03-0{day} 10:00", "V", id=str(day), data={"officers": ["x"]}) for day in (6, 7)]

    assert [each.occurrence for each in judged(book(MANY), facts)] == ["urn:test|6", "urn:test|7"]
