"""Subjects across a change of law: what was announced has nothing judged anew, and changes nothing that is found."""

import random
from collections.abc import Callable

import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.engine import Engine
from mingjing.rules.eras import through_time
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally, subjects_of
from mingjing.rules.zone import DAY

RULES = """
  - {{id: V, kind: frequency, of: done, by: officer, at_least: {number}, within: 5cd, cards: {{yellow: reached}}}}
  - {{id: S, kind: silence, of: '*', by: agency, rhythm: {rhythm}, cards: {{hint: silent}}}}
"""
OFFICERS = ("o1", "o2", "o3")
TURN_DAYS, WHOLE_DAYS = 10, 20
DICE = random.Random


@pytest.fixture
def laws(pack: Callable[..., Pack], cn: Calendar, at: Callable[[str], int]) -> tuple[Rulebook, Rulebook, int]:
    """The first law, that of all times in which another follows, and the instant from which that is in force."""
    begin = at("2026-01-05 00:00") + TURN_DAYS * DAY
    old, new = (
        Rulebook([pack(f"pack: p\nversion: {version}\nrules:{RULES.format(number=number, rhythm=rhythm)}")], cn)
        for version, number, rhythm in (("1", 2, "2cd"), ("2", 3, "3cd"))
    )
    return old, through_time(old, [(begin, new)]), begin


def tallies_of(whole: Rulebook, dice: random.Random, begin: int) -> list[Tally]:
    cases = Engine(whole, now=0)
    days = sorted(dice.sample(range(WHOLE_DAYS * 4), 24))
    for number, quarter in enumerate(days):
        when = begin + (quarter - TURN_DAYS * 4) * DAY // 4
        fact = Fact(
            id=str(number), source="s", type="done", at=when, stamp=when, agency="A", officer=dice.choice(OFFICERS)
        )
        cases.fold(f"a/{number}", fact, number)
    return cases.take(1).tallies


def found(
    engine: Engine, told: list[Tally], end: int, learns: tuple[int, Rulebook] | None
) -> dict[str, tuple[str, str]]:
    """Return what stands in the end, where the engine learns of another law at an instant."""
    said: dict[str, tuple[str, str]] = {}
    offset = 0
    for instant in sorted({*(tally.fact.stamp for tally in told), *([learns[0]] if learns else ()), end}):
        while (wake := engine.next_wake) is not None and wake <= instant:
            engine.advance(max(wake, engine.now + 1))
        engine.advance(instant)
        if learns is not None and instant == learns[0]:
            engine.adopt(learns[1])
        for tally in told:
            if tally.fact.stamp == instant:
                engine.fold(tally.case_key, tally.fact, offset)
                offset += 1
        said |= {card.card_id: (card.status, card.digest) for card in engine.take(1).cards}
    return {name: each for name, each in said.items() if each[0] != "withdrawn"}


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("days_before", [4.3, 0.01, -2.2])
def test_whenever_a_law_is_learnt_of_all_is_found_as_if_it_had_always_been_known(
    laws: tuple[Rulebook, Rulebook, int], seed: int, days_before: float
) -> None:
    old, whole, begin = laws
    told = tallies_of(whole, DICE(seed), begin)
    end = begin + (WHOLE_DAYS - TURN_DAYS + 9) * DAY
    learns = begin - int(days_before * DAY)
    always = found(Engine(subjects_of(whole), now=0), told, end, None)
    learnt = found(Engine(subjects_of(old), now=0), told, end, (learns, subjects_of(whole)))

    assert learnt == always != {}


def test_a_law_announced_has_no_subject_judged_anew(laws: tuple[Rulebook, Rulebook, int]) -> None:
    old, whole, begin = laws
    engine = Engine(subjects_of(old), now=0)
    told = [each for each in tallies_of(whole, DICE(0), begin) if each.fact.at < begin - DAY]
    found(engine, told, begin - DAY, None)
    engine.changed()
    engine.adopt(subjects_of(whole))
    engine.advance(engine.now + 1)

    assert engine.open_cases > 1
    assert engine.changed() == []


def test_subjects_restored_under_the_law_that_followed_are_not_judged_anew(
    laws: tuple[Rulebook, Rulebook, int],
) -> None:
    old, whole, begin = laws
    engine = Engine(subjects_of(old), now=0)
    told = [each for each in tallies_of(whole, DICE(0), begin) if each.fact.at < begin - DAY]
    found(engine, told, begin - DAY, None)
    other = Engine(subjects_of(whole), now=engine.now)
    for subject in {each.case_key for each in told}:
        other.restore(subject, engine.dump(subject) or b"")
    other.advance(other.now + 1)

    assert other.changed() == []
