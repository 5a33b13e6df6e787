"""A year nobody filed is never guessed: its cases wait, and say so."""

from collections.abc import Callable
from datetime import date

import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.card import Card
from mingjing.rules.engine import Engine
from mingjing.rules.events import VOIDED, Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

YEARS = {2026: Year(status="official", holidays={date(2026, 12, day): "周末" for day in (26, 27)})}


def _said(engine: Engine) -> list[tuple[str, str, str]]:
    return [(card.rule, card.level, card.status) for card in engine.take(1).cards]


def _stepped(engine: Engine, until: int) -> list[Card]:
    """Advance wake by wake and return every card in the order it is drawn."""
    cards: list[Card] = []
    while (wake := engine.next_wake) is not None and wake <= until:
        engine.advance(wake)
        cards += engine.take(1).cards
    engine.advance(until)
    return cards + engine.take(1).cards


@pytest.fixture
def short(book: Book, told: Told, at: At) -> Engine:
    """An engine whose calendar ends with 2026, with a case that needs 2027."""
    text = """
  - {id: T, kind: time-limit, start: A, stop: S, limit: 5wd, cards: {yellow: past}}
  - {id: U, kind: time-limit, start: A, stop: S, limit: 5cd, roll: false, cards: {yellow: past}}
  - {id: Q, kind: sequence, step: B, requires: A, cards: {yellow: broken}}
"""
    engine = Engine(book(text, calendar=Calendar("short", YEARS)), now=at("2026-12-28 10:00"))
    engine.fold("c", told("2026-12-28 10:00", "A"), 0)
    return engine


def test_a_case_that_needs_a_year_nobody_filed_is_parked_and_says_so(short: Engine) -> None:
    assert list(short.parked) == ["c"]
    assert "calendar short has no year 2027" in short.parked["c"]


def test_other_rules_of_a_parked_case_go_on(short: Engine, at: At) -> None:
    assert short.next_wake == at("2027-01-03")
    short.advance(at("2027-01-03"))

    assert _said(short) == [("U", "yellow", "standing")]


def test_a_fact_of_another_rule_does_not_hide_that_a_case_is_parked(short: Engine, told: Told) -> None:
    short.fold("c", told("2026-12-29 10:00", "B"), 1)

    assert list(short.parked) == ["c"]


def test_a_parked_case_stays_so_across_a_restart(short: Engine, at: At) -> None:
    state = short.dump("c")
    assert state is not None
    other = Engine(short.rulebook, now=at("2026-12-28 10:00"))
    other.restore("c", state)

    assert other.parked == short.parked


def test_a_stop_in_time_takes_a_case_out_of_the_park(short: Engine, told: Told) -> None:
    short.fold("c", told("2026-12-20 10:00", VOIDED, corrects="A"), 1)

    assert short.parked == {}


def test_a_parked_case_is_judged_anew_under_a_calendar_that_has_the_year(
    short: Engine, book: Book, cn: Calendar, at: At
) -> None:
    state = short.dump("c")
    assert state is not None
    text = "  - {id: T, kind: time-limit, start: A, stop: S, limit: 5wd, cards: {yellow: past}}\n"
    other = Engine(book(text, calendar=cn), now=at("2026-12-28 10:00"))
    other.restore("c", state)
    [*_, last] = _stepped(other, at("2027-02-01"))

    assert (other.parked, last.level, last.issue) == ({}, "yellow", "confirm")
