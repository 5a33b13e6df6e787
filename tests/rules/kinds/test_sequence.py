from collections.abc import Callable

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


def _rule(terms: str, step: str = "B") -> str:
    return f"  - {{id: Q, kind: sequence, step: {step}, {terms}, cards: {{yellow: broken}}}}\n"


@pytest.mark.parametrize(
    ("terms", "before", "broken"),
    [
        ("requires: {any: [A, C]}", ["A"], False),
        ("requires: {any: [A, C]}", ["C"], False),
        ("requires: {any: [A, C]}", [], True),
        ("requires: {all: [A, C]}", ["A"], True),
        ("requires: {all: [A, C]}", ["A", "C"], False),
        ("requires: [A, C]", ["C"], False),
        ("requires: A", [], True),
        ("requires: {event: A, where: 'data.ok == true'}", ["A"], True),
    ],
)
def test_a_step_needs_any_or_all_of_what_it_requires(
    book: Book,
    told: Told,
    judged: Judged,
    terms: str,
    before: list[str],
    *,
    broken: bool,  # of the table
) -> None:
    facts = [*(told("2026-03-05 12:00", name) for name in before), told(NOON, "B")]

    assert bool(judged(book(_rule(terms)), facts)) is broken


@pytest.mark.parametrize(
    ("ties", "order", "broken"), [("allowed", 1, False), ("strict", 1, True), ("strict", -1, False)]
)
def test_the_same_instant_satisfies_an_order_unless_it_is_strict(
    book: Book,
    told: Told,
    judged: Judged,
    ties: str,
    order: int,
    *,
    broken: bool,  # of the table
) -> None:
    facts = [told(NOON, "B"), told(NOON, "A", sequence=order)]

    assert bool(judged(book(_rule(f"requires: A, ties: {ties}")), facts)) is broken


def test_ties_are_allowed_by_default_and_a_microsecond_later_is_no_tie(book: Book, told: Told, judged: Judged) -> None:
    rules = book(_rule("requires: A"))

    assert judged(rules, [told(NOON, "B"), told(NOON, "A", sequence=1)]) == []
    assert len(judged(rules, [told(NOON, "B"), told("2026-03-06 12:00:00.000001", "A")])) == 1


def test_a_step_is_never_what_it_requires_itself_but_another_of_its_kind_may_be(
    book: Book, told: Told, judged: Judged
) -> None:
    rules = book(_rule("requires: [B, A]"))

    assert len(judged(rules, [told(NOON, "B")])) == 1
    assert judged(rules, [told(NOON, "B"), told(NOON, "A", sequence=1)]) == []


def test_a_finding_begins_at_the_step_and_names_what_came_too_late(
    book: Book, told: Told, judged: Judged, at: At
) -> None:
    [found] = judged(book(_rule("requires: {all: [A, C]}")), [told(NOON, "B"), told("2026-03-07 12:00", "A")])

    assert (found.violated_at, found.status, found.explain["missing"]) == (at(NOON), "standing", [["A"], ["C"]])
    assert [each.id for each in found.evidence] == ["B", "A"]


@pytest.mark.parametrize(("which", "found"), [("first", ["-"]), ("each", ["urn:test|1", "urn:test|2"])])
def test_the_first_step_is_judged_or_each(book: Book, told: Told, judged: Judged, which: str, found: list[str]) -> None:
    rules = book(_rule("requires: A", "{event: B, which: " + which + "}"))
    facts = [told(NOON, "B", id="1"), told("2026-03-07 12:00", "B", id="2"), told("2026-03-08 12:00", "A")]

    assert [each.occurrence for each in judged(rules, facts)] == found


@pytest.mark.parametrize(("now", "found"), [("2026-03-06 12:59:59", 0), ("2026-03-06 13:00", 1)])
def test_a_step_settles_from_its_ingest_on(book: Book, told: Told, judged: Judged, now: str, found: int) -> None:
    facts = [told("2026-03-06 09:00", "B", NOON)]

    assert len(judged(book(_rule("requires: A, settle: 1h")), facts, now)) == found


def test_a_step_without_settling_time_is_judged_at_once_though_the_horizon_lies_before_it(
    book: Book, told: Told, judged: Judged
) -> None:
    assert len(judged(book(_rule("requires: A")), [told(NOON, "B")], "2026-03-01")) == 1


def test_the_delay_of_the_steps_source_is_waited_for(book: Book, told: Told, judged: Judged) -> None:
    rules = book(_rule("requires: A"), delays={"urn:test": 3600 * 1_000_000})

    assert [len(judged(rules, [told(NOON, "B")], now)) for now in ("2026-03-06 12:59:59", "2026-03-06 13:00")] == [0, 1]


@pytest.mark.parametrize(
    ("ended", "sequence", "ties", "broken"),
    [
        ("2026-03-06 11:59:59", 0, "allowed", True),
        (NOON, -1, "allowed", False),
        (NOON, -1, "strict", True),
        (NOON, 1, "strict", False),
        ("2026-03-06 12:00:01", 0, "allowed", False),
    ],
)
def test_a_step_must_not_follow_what_ended(  # the table
    book: Book,
    told: Told,
    judged: Judged,
    ended: str,
    sequence: int,
    ties: str,
    *,
    broken: bool,  # of the table
) -> None:
    facts = [told(ended, "E", sequence=sequence), told(NOON, "B")]

    assert bool(judged(book(_rule(f"forbids: E, ties: {ties}")), facts)) is broken


@pytest.mark.parametrize("ties", ["allowed", "strict"])
def test_a_step_that_must_not_be_repeated_is_found_the_second_time(
    book: Book, told: Told, judged: Judged, ties: str
) -> None:
    rules = book(_rule(f"forbids: B, ties: {ties}"))
    facts = [told(NOON, "B", id="1"), told("2026-03-07 12:00", "B", id="2")]

    assert [each.occurrence for each in judged(rules, facts)] == ["urn:test|2"]


def test_every_step_after_the_end_is_found_at_once(book: Book, told: Told, judged: Judged) -> None:
    facts = [
        told("2026-03-05 12:00", "E"),
        told(NOON, "B", id="1"),
        told("2026-03-07 12:00", "B", id="2"),
    ]

    assert [each.occurrence for each in judged(book(_rule("forbids: E, settle: 1h")), facts, NOON)] == [
        "urn:test|1",
        "urn:test|2",
    ]


def test_each_step_may_need_its_own(book: Book, told: Told, judged: Judged) -> None:
    rules = book(_rule("requires: A, own: true"))
    facts = [
        told("2026-03-02 09:00", "A"),
        told("2026-03-03 09:00", "B", id="1"),
        told("2026-03-04 09:00", "B", id="2"),
        told("2026-03-05 09:00", "A", id="3"),
        told("2026-03-06 09:00", "B", id="4"),
    ]

    assert [each.evidence[0].id for each in judged(rules, facts)] == ["2"]


def test_the_first_breach_may_speak_for_all(book: Book, told: Told, judged: Judged) -> None:
    rules = book(_rule("forbids: A, first_breach: true"))
    facts = [told("2026-03-02 09:00", "A"), *(told(f"2026-03-0{n} 09:00", "B", id=str(n)) for n in (3, 4))]
    (found,) = judged(rules, facts)

    assert (found.occurrence, found.evidence[0].id) == ("-", "3")


@pytest.mark.parametrize("key", ["own", "first_breach"])
def test_what_speaks_of_every_step_needs_each(book: Book, key: str) -> None:
    with pytest.raises(PackRefused, match=f"`{key}` speaks of every step"):
        book(_rule(f"requires: A, {key}: true", step="{event: B, which: first}"))
