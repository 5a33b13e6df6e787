"""Why a card is taken back, as the card itself says: whoever corrects data after a card was drawn is seen to."""

from collections.abc import Callable

import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

RULE = "  - {id: Q, kind: sequence, step: V, requires: N, cards: {yellow: broken}}\n"
Told = Callable[..., Fact]


@pytest.fixture
def drawn(book: Callable[..., Rulebook], told: Told) -> Engine:
    engine = Engine(book(RULE), now=0)
    engine.fold("a/1", told("2026-03-02 10:00", "V", agency="A"), 1)
    engine.take(1)
    return engine


def cause(engine: Engine, fact: Fact) -> str:
    engine.fold("a/1", fact, 2)
    (card,) = engine.take(1).cards
    assert card.status == "withdrawn"
    found: str = card.explain["cause"]
    return found


def test_by_a_fact_that_came_late(drawn: Engine, told: Told) -> None:
    assert cause(drawn, told("2026-03-02 09:00", "N")) == "late"


def test_by_a_correction(drawn: Engine, told: Told) -> None:
    assert cause(drawn, told("2026-03-02 10:00", "N", id="c", corrects="V")) == "corrected"


def test_by_other_words_on_the_same_event(drawn: Engine, told: Told) -> None:
    assert cause(drawn, told("2026-03-02 10:00", "N", id="V", recorded="2026-03-03 10:00")) == "corrected"
