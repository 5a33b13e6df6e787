"""What the engine says, when, and what it keeps; Friday 2026-03-06, days 1 to 5 are Monday 9 to Friday 13."""

from collections.abc import Callable

import pytest

from mingjing.rules.card import Card
from mingjing.rules.engine import Engine
from mingjing.rules.events import VOIDED, Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

RULES = """
  - {id: T, kind: time-limit, start: A, stop: S, limit: promised, pause: [{begin: P, end: R}],
     cards: {warning: 2wd before, yellow: past, red: past statutory}}
  - {id: Q, kind: sequence, step: S, requires: A, cards: {yellow: broken}}
"""
START = "2026-03-06 10:00"


@pytest.fixture(scope="module")
def rulebook(book: Book) -> Rulebook:
    return book(RULES, {"promised": "3wd", "statutory": "5wd"})


@pytest.fixture
def a(told: Told) -> Told:
    """Return a fact of a case about the item."""
    return lambda when, event, *more, **rest: told(when, event, *more, item="item-1", **rest)


@pytest.fixture
def engine(rulebook: Rulebook, at: At) -> Engine:
    return Engine(rulebook, now=at(START))


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


def test_wake_by_wake_every_rung_is_drawn_at_its_instant(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)

    drawn = [
        (card.level, card.issued_at, card.violated_at, card.revision) for card in _stepped(engine, at("2026-04-01"))
    ]

    assert [(level, violated, revision) for level, _, violated, revision in drawn] == [
        ("warning", "2026-03-10T00:00:00+08:00", 1),
        ("yellow", "2026-03-12T00:00:00+08:00", 2),
        ("red", "2026-03-14T00:00:00+08:00", 3),
    ]
    assert drawn[0][1] == drawn[0][2]


def test_a_clock_that_jumps_draws_only_the_rung_that_holds(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)
    engine.advance(at("2026-04-01"))

    assert _said(engine) == [("T", "red", "standing")]


def test_the_clock_never_goes_back(engine: Engine, at: At) -> None:
    engine.advance(at("2026-03-10"))
    engine.advance(at("2026-03-09"))

    assert engine.now == at("2026-03-10")


def test_nothing_new_is_nothing_said(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)
    engine.advance(at("2026-03-12"))
    engine.take(1)

    engine.fold("c", a("2026-03-11 10:00", "other"), 1)
    engine.fold("c", a(START, "A"), 2)

    assert _said(engine) == []


def test_a_late_arrival_that_proves_compliance_withdraws(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)
    engine.advance(at("2026-03-12 08:00"))
    assert _said(engine) == [("T", "yellow", "standing")]

    engine.fold("c", a("2026-03-09 15:00", "S", "2026-03-12 08:00"), 1)

    assert _said(engine) == [("T", "yellow", "withdrawn")]


def test_a_late_arrival_may_take_back_the_yellow_and_leave_the_warning(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)
    engine.advance(at("2026-03-12 08:00"))
    engine.take(1)

    engine.fold("c", a("2026-03-11 15:00", "S", "2026-03-12 08:00"), 1)

    assert _said(engine) == [("T", "warning", "cleared")]


def test_a_later_stop_clears_and_the_card_keeps_its_level(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)
    engine.advance(at("2026-03-12 08:00"))
    engine.take(1)

    engine.fold("c", a("2026-03-12 07:00", "S"), 1)

    assert _said(engine) == [("T", "yellow", "cleared")]


def test_a_pause_that_begins_later_clears_and_never_withdraws(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)
    engine.advance(at("2026-03-11"))
    engine.take(1)

    engine.fold("c", a("2026-03-10 08:00", "P"), 1)
    assert _said(engine) == [("T", "warning", "cleared")]

    engine.fold("c", a("2026-03-09 08:00", "P", id="earlier"), 2)
    assert _said(engine) == [("T", "warning", "withdrawn")]


def test_what_was_withdrawn_is_drawn_again_when_it_holds_after_all(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)
    engine.advance(at("2026-03-12"))
    engine.fold("c", a("2026-03-09 15:00", "S", "2026-03-12"), 1)
    engine.take(1)

    engine.fold("c", a("2026-03-12 09:00", VOIDED, corrects="S"), 2)
    [card] = engine.take(1).cards

    assert (card.level, card.status, card.revision) == ("yellow", "standing", 3)


def test_a_case_whose_only_fact_is_voided_takes_back_its_cards(engine: Engine, a: Told) -> None:
    engine.fold("c", a(START, "S"), 0)
    assert _said(engine) == [("Q", "yellow", "standing")]

    engine.fold("c", a(START, VOIDED, corrects="S"), 1)

    assert _said(engine) == [("Q", "yellow", "withdrawn")]


def test_a_card_record_carries_its_versions_and_place_in_the_log(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A", agency="91330100MB0000001X", region="330100000000", officer="o1", post="p1"), 7)
    engine.fold("c", a("2026-03-09 10:00", "other", officer="o2", step="s2"), 9)
    engine.advance(at("2026-03-10"))
    [card] = engine.take(3).cards

    assert (card.ver, card.revision) == ((9, 3, 1), 1)
    assert card.versions["pack"] == "test@1"
    assert (card.agency, card.region, card.officer, card.post, card.step) == (
        "91330100MB0000001X",
        "330100000000",
        "o2",
        "p1",
        "s2",
    )


def test_the_case_facts_are_told_with_every_change(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 4)
    [first] = engine.take(2).facts
    engine.advance(at("2026-03-12"))
    [second] = engine.take(2).facts

    assert (first["events"], [each["state"] for each in first["clocks"]]) == (1, ["running", "running"])
    assert [each["state"] for each in second["clocks"]] == ["past", "running"]
    assert first["ver"] < second["ver"]
    assert engine.take(2).facts == []


def test_the_keys_of_changed_cases_are_told_once(engine: Engine, a: Told, at: At) -> None:
    engine.fold("c", a(START, "A"), 0)
    engine.fold("d", a(START, "A"), 1)
    assert (engine.changed(), engine.changed()) == (["c", "d"], [])

    engine.advance(at("2026-03-10"))

    assert engine.changed() == ["c", "d"]
