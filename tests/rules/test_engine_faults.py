"""A fact nobody can judge is named and left out; its case, and every other, goes on."""

from collections.abc import Callable

import pytest

from mingjing.rules.engine import Engine, EngineFault
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

START = "2026-03-06 10:00"
AHEAD = 5 * 60 * 1_000_000
STATED = """
  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}
  - {id: D, kind: time-limit, start: D, due: data.due, stop: S, cards: {yellow: past}}
  - {id: E, kind: time-limit, start: S, due: data.due, stop: Z, cards: {yellow: past}}
"""


def _said(engine: Engine) -> list[tuple[str, str, str]]:
    return [(card.rule, card.level, card.status) for card in engine.take(1).cards]


def test_a_fact_nobody_can_judge_leaves_its_case_as_before(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(STATED), now=at(START))
    engine.fold("c", told(START, "A"), 0)
    before = engine.dump("c")
    engine.take(1)

    with pytest.raises(EngineFault, match="case c: rule E: 'soon' is neither a date") as caught:
        engine.fold("c", told("2026-03-09 10:00", "S", data={"due": "soon"}), 0)

    assert (caught.value.case_key, engine.dump("c"), engine.take(1).cards) == ("c", before, [])


def test_a_fact_nobody_can_judge_takes_no_timer_with_it(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(STATED), now=at(START))
    engine.fold("c", told(START, "A"), 0)
    with pytest.raises(EngineFault):
        engine.fold("c", told("2026-03-09 10:00", "S", data={"due": "soon"}), 1)

    assert engine.next_wake == at("2026-03-12")
    engine.advance(at("2026-03-12"))
    assert _said(engine) == [("T", "yellow", "standing")]


def test_a_conflict_nobody_can_judge_puts_the_former_fact_back(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(STATED), now=at(START))
    engine.fold("c", told(START, "D", data={"due": "2026-03-09"}), 0)
    with pytest.raises(EngineFault):
        engine.fold("c", told(START, "D", recorded="2026-03-07 10:00", data={"due": "soon"}), 1)
    engine.advance(at("2026-03-10"))

    assert _said(engine) == [("D", "yellow", "standing")]


def test_a_first_fact_nobody_can_judge_leaves_no_case(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(STATED), now=at(START))
    with pytest.raises(EngineFault):
        engine.fold("c", told(START, "D", data={"due": "soon"}), 0)

    assert (engine.open_cases, engine.dump("c"), engine.changed(), engine.take(1).facts) == (0, None, ["c"], [])


def test_a_number_too_big_to_be_hashed_is_a_fault_of_its_fact_alone(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(STATED), now=at(START))
    huge = told(START, "A", data={"amount": 2**80})
    engine.fold("c", huge, 0)

    with pytest.raises(EngineFault):
        engine.fold("c", told(START, "A", data={"amount": 2**81}), 1)
    assert engine.open_cases == 1


def test_a_held_fact_nobody_can_judge_is_told_and_the_others_are_taken(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(STATED), now=at(START), ahead=AHEAD)
    engine.fold("c", told("2026-03-09 10:00", "D", START, data={"due": "soon"}), 0)
    engine.fold("c", told("2026-03-09 10:00", "A", START), 1)
    engine.advance(at("2026-03-12"))
    output = engine.take(1)

    assert [fault.reason for fault in output.faults] == [
        "rule D: 'soon' is neither a date nor an instant; write 2026-03-06 or 2026-03-06 10:00"
    ]
    assert output.facts[0]["events"] == 1
    assert engine.take(1).faults == []
    assert engine.next_wake == at("2026-03-13")  # started on the 9th
