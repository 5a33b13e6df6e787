"""The engine stays as quick as it was: what an event costs is held to a committed budget (bench/budget.json).

Two measures, neither of them the clock on the wall. The Python instructions that an event takes are counted: with
one version of Python they are the same on every machine, whatever else it does. The CPU that it takes is compared
with a loop measured in the same process: that also sees what is spent inside of C, but only roughly, so its bound
is wide. Raise the budget only with a reason that is worth the time.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import DAY
from mingjing.services.rulebook_files import load_rulebook

BUDGET = json.loads(Path(__file__).parents[2].joinpath("bench/budget.json").read_text(encoding="utf-8"))
TRUTH_CASES = 25_000
COUNTED_CASES = 40
HOUR = DAY // 24
BEGIN = 1_780_275_600_000_000
LIMITS = {"T": ("A", "D", 10), "R": ("A", "R", 3), "V": ("D", "V", 5)}
"""By rule: start, stop and calendar days allowed."""

RULES = """
  - {id: T, kind: time-limit, start: A, stop: D, limit: 10cd, roll: false, cards: {yellow: past}}
  - {id: R, kind: time-limit, start: A, stop: R, limit: 3cd, roll: false, cards: {yellow: past}}
  - {id: V, kind: time-limit, start: D, stop: V, limit: 5cd, roll: false, cards: {yellow: past}}
"""
Told = list[tuple[str, Fact]]


def story(
    number: int, names: tuple[str, str, str, str], item: str | None = None
) -> Iterator[tuple[str, Fact, set[str]]]:
    """Yield the four facts of a case with the rules broken by then: every 10th, 7th and 5th case is a day late."""
    days = {"T": 11 if number % 10 == 0 else 9, "R": 4 if number % 7 == 0 else 2, "V": 6 if number % 5 == 0 else 4}
    begins = BEGIN + number * 60_000_000
    at = {"A": begins, "R": begins + days["R"] * DAY, "D": begins + days["T"] * DAY}
    at["V"] = at["D"] + days["V"] * DAY
    broken = {rule for rule, (_, _, limit) in LIMITS.items() if days[rule] > limit}
    for place, (letter, name) in enumerate(zip("ARDV", names, strict=True)):
        when = at[letter]
        fact = Fact(id=f"{number}-{place}", source="s", type=name, at=when, stamp=when, item=item, agency="a")
        yield f"n/{number}", fact, broken


def told(cases: int, names: tuple[str, str, str, str], item: str | None = None) -> Told:
    """Return the facts of all cases in the order in which they came."""
    facts = [(key, fact) for number in range(cases) for key, fact, _ in story(number, names, item)]
    return sorted(facts, key=lambda each: each[1].order)


def judged(rulebook: Rulebook, facts: Told, told_every: int | None = None) -> Engine:
    engine = Engine(rulebook, now=BEGIN - 1)
    for offset, (key, fact) in enumerate(facts):
        engine.advance(fact.stamp)
        engine.fold(key, fact, offset)
        if told_every is not None and offset % told_every == told_every - 1:
            engine.take(1)
    return engine


def instructions(work: Callable[[], object]) -> int:
    """Return how many Python instructions some work takes."""
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG001  # as sys.settrace calls it
        nonlocal counted
        counted += event == "opcode"
        return count

    def enter(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG001  # as sys.settrace calls it
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return count

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def calibration() -> int:
    """Do what the engine does most, a hundred thousand times: look up, compare, add."""
    known: dict[int, int] = {}
    total = 0
    for number in range(100_000):
        known[number & 1023] = number
        total += known.get(number & 511, 0) & 255
    return total


@pytest.fixture(scope="module")
def three(book: Callable[[str], Rulebook]) -> Rulebook:
    return book(RULES)


@pytest.fixture(scope="module")
def full() -> Rulebook:
    return load_rulebook()


@pytest.fixture(scope="module")
def approvals(full: Rulebook) -> Told:
    item = min(full.catalogue.versions)
    return told(COUNTED_CASES, ("case.applied", "case.accepted", "case.decided", "case.delivered"), item)


def test_a_hundred_thousand_events_are_judged_as_they_were_made_within_the_budget(three: Rulebook) -> None:
    facts = told(TRUTH_CASES, ("A", "R", "D", "V"))
    truth = {
        (key, rule) for n in range(TRUTH_CASES) for key, _, broken in story(n, ("A", "R", "D", "V")) for rule in broken
    }
    loops = [cpu(calibration) for _ in range(5)]
    engines: list[Engine] = []
    spent = cpu(lambda: engines.append(judged(three, facts)))
    loops += [cpu(calibration) for _ in range(5)]

    found = {(key, rule) for key, case in engines[0].cases.items() for rule, _ in case.issued}
    assert found == truth
    assert spent / len(facts) / sorted(loops)[len(loops) // 2] * 1e6 < BUDGET["three"]["millionths_of_a_calibration"]


def per_event(rulebook: Rulebook, facts: Told) -> float:
    judged(rulebook, facts)  # what is worked out once and kept is no part of an event's cost
    return instructions(lambda: judged(rulebook, facts)) / len(facts)


def test_an_event_takes_no_more_instructions_than_the_budget_allows_with_three_rules(three: Rulebook) -> None:
    assert per_event(three, told(COUNTED_CASES, ("A", "R", "D", "V"))) < BUDGET["three"]["instructions"]


def test_an_event_takes_no_more_instructions_than_the_budget_allows_with_every_pack(
    full: Rulebook, approvals: Told
) -> None:
    assert per_event(full, approvals) < BUDGET["full"]["instructions"]


def test_an_event_takes_no_more_instructions_than_the_budget_allows_with_the_facts_of_its_case_told(
    full: Rulebook, approvals: Told
) -> None:
    judged(full, approvals, told_every=2)
    told_too = instructions(lambda: judged(full, approvals, told_every=2)) / len(approvals)

    assert told_too < BUDGET["full"]["instructions_with_facts_told"]


def test_an_engine_twice_as_slow_is_over_the_budget(
    full: Rulebook, approvals: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold = Engine.fold

    def twice(engine: Engine, case_key: str, fact: Fact, offset: int) -> None:
        fold(engine, case_key, fact, offset)
        fold(engine, f"{case_key}/again", fact, offset)

    monkeypatch.setattr(Engine, "fold", twice)

    assert per_event(full, approvals) > BUDGET["full"]["instructions"]
