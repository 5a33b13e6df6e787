from collections.abc import Callable

import pytest

from mingjing.rules.census import Census
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

START = "2026-03-06 10:00"
RULES = "  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\n"


@pytest.fixture
def engine(book: Book, told: Told, at: At) -> Engine:
    """An engine with two cases that wait for the 12th."""
    engine = Engine(book(RULES), now=at(START))
    engine.fold("a", told(START, "A"), 0)
    engine.fold("b", told(START, "A"), 1)
    return engine


def test_a_case_that_waits_has_a_timer(engine: Engine) -> None:
    assert engine.census == Census(armed=2, fired=0, late=0, refolded=0)


def test_a_deadline_that_comes_fires(engine: Engine, at: At) -> None:
    engine.advance(at("2026-03-12"))

    assert (engine.census.armed, engine.census.fired) == (0, 2)


def test_an_event_that_comes_after_a_later_one_is_late_and_has_its_case_laid_out_anew(
    engine: Engine, told: Told
) -> None:
    engine.fold("a", told("2026-03-05 10:00", "A", id="late"), 2)

    assert (engine.census.late, engine.census.refolded) == (1, 1)


def test_a_correction_is_not_late_though_its_case_is_laid_out_anew(engine: Engine, told: Told) -> None:
    fact = told("2026-03-09 10:00", "other")
    engine.fold("a", fact, 2)
    engine.fold("a", told("2026-03-09 11:00", "other", id="mended", corrects=fact.id), 3)

    assert (engine.census.late, engine.census.refolded) == (0, 1)
