"""Facts from the future are held until the clock reaches them."""

from collections.abc import Callable

import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

START = "2026-03-06 10:00"
AHEAD = 5 * 60 * 1_000_000
RULES = "  - {id: Q, kind: sequence, step: S, requires: A, cards: {yellow: broken}}\n"


@pytest.fixture(scope="module")
def rulebook(book: Book) -> Rulebook:
    return book(RULES)


def _said(engine: Engine) -> list[tuple[str, str, str]]:
    return [(card.rule, card.level, card.status) for card in engine.take(1).cards]


@pytest.fixture
def live(rulebook: Rulebook, at: At) -> Engine:
    """An engine that holds what lies more than five minutes ahead of its ingest."""
    return Engine(rulebook, now=at(START), ahead=AHEAD)


def test_a_fact_from_the_future_is_held_until_the_clock_reaches_it(live: Engine, told: Told, at: At) -> None:
    live.fold("c", told("2026-03-06 10:30", "S", START), 0)
    assert (_said(live), live.next_wake) == ([], at("2026-03-06 10:30"))

    live.advance(at("2026-03-06 10:29:59"))
    assert _said(live) == []

    live.advance(at("2026-03-06 10:30"))
    assert _said(live) == [("Q", "yellow", "standing")]


def test_a_fact_five_minutes_ahead_is_taken_at_once(live: Engine, told: Told) -> None:
    live.fold("c", told("2026-03-06 10:05", "S", START), 0)

    assert _said(live) == [("Q", "yellow", "standing")]


def test_whether_a_fact_is_held_depends_on_its_ingest_and_not_on_when_it_is_folded(
    live: Engine, told: Told, at: At
) -> None:
    live.advance(at("2026-03-06 10:20"))
    live.fold("c", told("2026-03-06 10:22", "S", START), 0)

    assert _said(live) == []


def test_a_held_fact_goes_with_its_case(live: Engine, rulebook: Rulebook, told: Told, at: At) -> None:
    live.fold("c", told("2026-03-06 10:30", "S", START), 0)
    state = live.dump("c")
    assert state is not None
    other = Engine(rulebook, now=at(START), ahead=AHEAD)
    other.restore("c", state)
    other.advance(at("2026-03-06 10:30"))

    assert _said(other) == [("Q", "yellow", "standing")]


def test_a_fact_held_twice_is_one_fact(live: Engine, told: Told, at: At) -> None:
    for offset in range(2):
        live.fold("c", told("2026-03-06 10:30", "A", START), offset)
    live.advance(at("2026-03-06 10:30"))

    assert live.take(1).facts[0]["events"] == 1
