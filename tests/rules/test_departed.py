"""Stubs that go, and the cases of which nothing but a mark is left."""

from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest

from mingjing.rules.engine import CaseAway, Engine
from mingjing.rules.events import Fact
from mingjing.rules.last_words import LastWord, last_words
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import DAY

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

START, END = "2026-03-06 10:00", "2026-03-13 10:00"
RULES = "  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\n"
COUNTING = "  - {id: N, kind: frequency, of: S, by: officer, at_least: 2, within: 30cd, cards: {yellow: reached}}\n"

STUB = bytes.fromhex(
    "98b065636139653366626163356266353133028080c3c0c4412067e50100f342092224a01bf878030b54b06aae575cecbd8231a6e59e7a0da"
    "a8deb897565f10423608442480207fc208f31e5006c039c06c616e0f50466e0202acf00064cde3a032800"
)
"""The stub of `shut` as it was written before stubs ever went; its last event lay at offset 2."""


class Shut(msgspec.Struct):
    """An engine with a case that drew a card and closed, its records, and what was said of its card."""

    engine: Engine
    facts: list[Fact]
    said: list[LastWord]


def _said(engine: Engine) -> list[tuple[str, str, str, int]]:
    return [(card.case_key, card.level, card.status, card.revision) for card in engine.take(1).cards]


def _words(cards: list[Any]) -> list[LastWord]:
    return last_words([orjson.dumps(msgspec.to_builtins(card)) for card in cards])


@pytest.fixture
def shut(book: Book, told: Told, at: At) -> Shut:
    engine = Engine(book(RULES), now=at(START))
    facts = [told(START, "A", id="a"), told(END, "S", id="s")]
    cards = []
    engine.fold("shut", facts[0], 0)
    engine.advance(at("2026-03-12"))
    cards += engine.take(1).cards
    engine.fold("shut", facts[1], 1)
    cards += engine.take(1).cards
    engine.changed()
    engine.advance(at("2026-06-01"))
    engine.retire(engine.now, 30 * DAY)
    engine.changed()
    return Shut(engine, facts, _words(cards))


def _gone(engine: Engine, before: int) -> list[list[str]]:
    """Let all stubs of before an instant go; return what changed with each step."""
    steps = []
    while engine.forget(before, 100):
        steps.append(engine.changed())
    return steps


def test_a_stub_goes_once_the_mark_that_its_case_was_here_is_durable(shut: Shut, at: At) -> None:
    engine = shut.engine
    (marked,), (dropped,) = _gone(engine, at("2026-03-14 10:00"))

    assert (marked.startswith("gone/"), dropped) == (True, "shut")
    assert (engine.dump("shut"), len(engine.dump(marked) or b"") > 4) == (None, True)
    assert engine.census[4:] == (0, 1, 4)


def test_a_stub_whose_mark_is_still_to_be_made_durable_is_there(shut: Shut, at: At) -> None:
    shut.engine.forget(at("2026-03-14 10:00"), 100)

    assert shut.engine.dump("shut") is not None
    assert shut.engine.census[4:6] == (1, 1)


def test_a_stub_stays_until_its_last_event_is_past_the_horizon(shut: Shut, at: At) -> None:
    assert shut.engine.forget(at("2026-03-13 23:00"), 100) == 0


def test_only_so_many_stubs_go_at_once(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(RULES), now=at(START))
    for number in range(5):
        engine.fold(f"{number}", told(END, "S"), number)
    engine.take(1)
    engine.changed()
    engine.advance(at("2026-06-01"))
    engine.retire(engine.now, 0)
    stubs = []
    while engine.forget(engine.now, 2):
        stubs.append(engine.census.stubs)

    assert stubs == [5, 3, 1, 0]


def test_a_case_that_came_back_and_left_again_meanwhile_keeps_its_stub(shut: Shut, told: Told, at: At) -> None:
    engine = shut.engine
    engine.forget(at("2026-03-14 10:00"), 100)
    engine.recall("shut", shut.facts)
    engine.fold("shut", told("2026-06-01 10:00", "Z"), 7)
    engine.advance(at("2026-07-30"))
    engine.take(1)
    engine.changed()
    engine.retire(engine.now, 30 * DAY)
    engine.forget(at("2026-03-14 10:00"), 100)

    with pytest.raises(CaseAway) as caught:
        engine.fold("shut", told("2026-07-30 10:00", "Z"), 8)
    assert (caught.value.last_offset, caught.value.gone) == (7, False)


def test_a_fact_of_a_case_that_is_gone_says_so_and_how_far_the_archive_must_be(shut: Shut, told: Told, at: At) -> None:
    _gone(shut.engine, at("2026-06-01"))

    with pytest.raises(CaseAway, match="up to offset 1") as caught:
        shut.engine.fold("shut", told("2026-03-10 10:00", "S", id="late"), 7)
    assert caught.value.gone


def test_a_case_of_which_nobody_ever_heard_is_new_and_nobody_is_asked(shut: Shut, told: Told, at: At) -> None:
    _gone(shut.engine, at("2026-06-01"))

    shut.engine.fold("new", told("2026-06-01 10:00", "A"), 7)

    assert "new" in shut.engine.cases


def test_a_case_that_only_looks_as_if_it_had_been_here_is_new(shut: Shut, told: Told, at: At) -> None:
    engine = shut.engine
    _gone(engine, at("2026-06-01"))
    engine.recall("shut", [])
    engine.fold("shut", told("2026-06-01 10:00", "A"), 7)
    engine.advance(at("2026-06-10"))

    assert _said(engine) == [("shut", "yellow", "standing", 1)]


def _back(shut: Shut, now: int) -> Engine:
    engine = shut.engine
    _gone(engine, now)
    engine.recall("shut", shut.facts, shut.said, offset=7)
    return engine


def test_a_case_that_was_gone_says_nothing_twice(shut: Shut, at: At) -> None:
    engine = _back(shut, at("2026-06-01"))
    engine.fold("shut", shut.facts[0], 7)
    engine.advance(at("2026-06-02"))

    assert _said(engine) == []


def test_a_case_that_was_gone_goes_on_where_its_cards_stood(shut: Shut, told: Told, at: At) -> None:
    engine = _back(shut, at("2026-06-01"))
    engine.fold("shut", told("2026-03-10 10:00", "S", id="late"), 7)
    (card,) = engine.take(1).cards

    assert (card.status, card.revision, card.ver) == ("withdrawn", 3, (7, 1, 3))
    assert card.issued_at == shut.said[0].issued_at


def test_a_case_that_was_gone_is_as_if_its_stub_had_been_there(shut: Shut, book: Book, told: Told, at: At) -> None:
    stub = shut.engine.dump("shut") or b""
    other = Engine(book(RULES), now=at("2026-06-01"))
    other.restore("shut", stub)
    other.recall("shut", shut.facts, offset=7)

    engine = _back(shut, at("2026-06-01"))

    for each in (engine, other):
        each.fold("shut", told("2026-05-10 10:00", "Z", id="late"), 7)
        each.advance(at("2026-06-02"))
    assert engine.dump("shut") == other.dump("shut")


def test_of_a_fact_that_waited_nothing_is_found_that_the_next_disproves(shut: Shut, told: Told, at: At) -> None:
    engine = shut.engine
    _gone(engine, at("2026-06-01"))
    engine.advance(at("2026-07-01"))
    engine.recall("shut", [])
    engine.fold("shut", told("2026-06-01 10:00", "A"), 7, at("2026-06-01 10:00"))
    engine.fold("shut", told("2026-06-02 10:00", "S"), 8, at("2026-06-02 10:00"))
    engine.advance(at("2026-07-01"))

    assert _said(engine) == []


def test_pages_go_with_the_state(shut: Shut, book: Book, told: Told, at: At) -> None:
    (page,), _ = _gone(shut.engine, at("2026-06-01"))
    other = Engine(book(RULES), now=at("2026-06-01"))
    other.restore(page, shut.engine.dump(page) or b"")

    with pytest.raises(CaseAway):
        other.fold("shut", told("2026-03-10 10:00", "S", id="late"), 7)


def test_what_subjects_were_told_is_not_told_again_but_outranked(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(RULES + COUNTING), now=at(START))
    done = told(START, "S", id="s", officer="li")
    engine.fold("c", done, 0)
    first = engine.take(1).tallies
    engine.changed()
    engine.advance(at("2026-06-01"))
    engine.retire(engine.now, 30 * DAY)
    _gone(engine, engine.now)
    engine.recall("c", [done], offset=7)
    engine.advance(engine.now)
    silent = engine.take(1).tallies
    engine.fold("c", told(START, "S", id="s", officer="wang", recorded="2026-06-01 09:00"), 7)
    then = engine.take(1).tallies

    assert (len(first), silent) == (1, [])
    assert [word.case_key for word in then] == ["across/N/li", "across/N/wang"]
    assert [word.fact.recorded_at for word in then] == [8 * (1 << 20) + 1] * 2


def test_a_stub_of_before_goes_as_one_of_today(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(RULES), now=at("2026-06-01"))
    engine.restore("old", STUB)
    _gone(engine, engine.now)

    with pytest.raises(CaseAway) as caught:
        engine.fold("old", told("2026-06-01 10:00", "S"), 7)
    assert (caught.value.last_offset, caught.value.gone) == (2, True)
