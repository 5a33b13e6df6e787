"""Cases at rest, cases that have left, and cases beyond all bounds."""

from collections.abc import Callable

import pytest

from mingjing.rules.cases import MOST_FACTS
from mingjing.rules.engine import CaseAway, Engine, EngineFault
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import DAY

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

START = "2026-03-06 10:00"
TWO = """
pack: test
version: 1
rules:
  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}
  - {id: U, kind: time-limit, start: A, stop: S, limit: 5wd, cards: {yellow: past}}
"""
RULES = "  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\n"


def _said(engine: Engine) -> list[tuple[str, str, str]]:
    return [(card.case_key, card.level, card.status) for card in engine.take(1).cards]


@pytest.fixture
def frugal(book: Book, told: Told, at: At) -> Engine:
    """An engine that keeps one case unpacked, with three cases that wait for the 12th."""
    engine = Engine(book(RULES), now=at(START), live=1)
    for offset, key in enumerate("abc"):
        engine.fold(key, told(START, "A"), offset)
    engine.changed()
    engine.take(1)
    return engine


def test_no_more_cases_stay_unpacked_than_may(frugal: Engine) -> None:
    assert (frugal.open_cases, list(frugal.cases)) == (3, ["c"])


def test_a_case_that_is_still_to_be_written_is_not_put_to_rest(frugal: Engine, told: Told) -> None:
    for key in "ab":
        frugal.fold(key, told("2026-03-09 10:00", "other"), 3)
    frugal.take(1)

    assert set(frugal.cases) == {"a", "b"}


def test_cases_at_rest_are_judged_in_time(frugal: Engine, at: At) -> None:
    assert frugal.next_wake == at("2026-03-12")
    frugal.advance(at("2026-03-12"))

    assert _said(frugal) == [(key, "yellow", "standing") for key in "abc"]


def test_a_fact_finds_its_case_at_rest(frugal: Engine, told: Told, at: At) -> None:
    frugal.fold("a", told("2026-03-09 10:00", "S"), 9)
    frugal.advance(at("2026-03-12"))

    assert [key for key, *_ in _said(frugal)] == ["b", "c"]


def test_a_case_at_rest_is_written_as_it_was_before(frugal: Engine, book: Book, told: Told, at: At) -> None:
    plain = Engine(book(RULES), now=at(START))
    plain.fold("a", told(START, "A"), 0)

    assert frugal.dump("a") == plain.dump("a")


STORY = ("2026-03-06 10:00", "A"), ("2026-03-09 10:00", "other"), ("2026-03-10 10:00", "S")


def _in_parts(engine: Engine, told: Told, story: tuple[tuple[str, str], ...]) -> list[bytes]:
    """Fold a story into `c`; return its first state and what it came to with each event after."""
    parts = []
    for offset, (when, what) in enumerate(story):
        engine.fold("c", told(when, what, id=f"e{offset}"), offset)
        part = engine.change("c") if parts else engine.dump("c")
        assert part is not None
        parts.append(part)
    return parts


def test_a_case_and_its_changes_are_the_case(book: Book, told: Told, at: At) -> None:
    plain = Engine(book(RULES), now=at(START))
    first, *changes = _in_parts(plain, told, STORY)
    after = Engine(book(RULES), now=at(START))
    after.restore("c", first, changes)

    assert after.dump("c") == plain.dump("c")


def test_a_case_of_several_parts_is_judged_in_time(book: Book, told: Told, at: At) -> None:
    first, *changes = _in_parts(Engine(book(RULES), now=at(START)), told, STORY[:2])
    after = Engine(book(RULES), now=at(START), live=0)
    after.restore("c", first, changes)
    after.advance(at("2026-03-12"))

    assert _said(after) == [("c", "yellow", "standing")]


def test_a_change_is_no_more_than_what_is_new(book: Book, told: Told, at: At) -> None:
    story = tuple((f"2026-03-09 10:{minute:02}", "other") for minute in range(30))
    _, *changes = _in_parts(Engine(book(RULES), now=at(START)), told, story)

    assert max(map(len, changes)) < 2 * min(map(len, changes))


def test_a_case_whose_facts_are_laid_out_anew_has_to_be_written_whole(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(RULES), now=at(START))
    _in_parts(engine, told, STORY)
    engine.fold("c", told("2026-03-07 10:00", "late"), 9)

    assert engine.change("c") is None
    assert engine.dump("c") is not None


def test_a_case_that_was_never_written_has_to_be_written_whole(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(RULES), now=at(START))
    engine.fold("c", told(START, "A"), 0)

    assert engine.change("c") is None


def test_a_case_at_rest_that_cannot_be_judged_says_so(frugal: Engine, told: Told) -> None:
    frugal.fold("z", told("2050-03-06 10:00", "A"), 4)
    frugal.fold("y", told(START, "A"), 5)
    frugal.changed()
    frugal.take(1)

    assert ("z" in frugal.cases, list(frugal.parked)) == (False, ["z"])


@pytest.mark.parametrize("rules", [TWO, TWO.replace("version: 1", "version: 2")], ids=["same law", "other law"])
def test_cases_that_are_restored_together_are_as_if_each_had_been_restored(
    book: Book, told: Told, at: At, rules: str
) -> None:
    former = Engine(book(TWO), now=at(START), ahead=0)
    for key in ("waits", "waits for nothing", "left", "parked", "held", "changed"):
        former.fold(key, told("2050-03-06 10:00" if key == "parked" else START, "A"), 0)
        if key in ("waits for nothing", "left"):
            former.fold(key, told("2026-03-06 11:00", "S", stamp="2026-03-06 11:00"), 1)
    former.fold("held", told("2026-03-09 10:00", "S", stamp=START), 2)
    former.advance(at("2026-03-06 12:00"))
    former.take(1)
    former.changed()
    states = {key: former.dump(key) or b"" for key in former.cases}
    former.fold("changed", told("2026-03-06 12:00", "other"), 3)
    changes = {"changed": [former.change("changed") or b""]}
    former.take(1)
    former.changed()
    states["left"] = next(each.state for each in former.retire(at("2026-03-20"), DAY) if each.case_key == "left")
    each, together = (Engine(book(rules), now=former.now, ahead=0) for _ in range(2))
    for key, state in states.items():
        each.restore(key, state, changes.get(key, ()))
    together.restore_all(states, changes)

    assert together.next_wake == each.next_wake is not None
    assert (together.open_cases, together.parked) == (each.open_cases, each.parked)
    for engine in (each, together):
        engine.advance(at("2026-03-20"))
    assert together.take(2) == each.take(2)
    assert {key: together.dump(key) for key in states} == {key: each.dump(key) for key in states}


def _revived(rulebook: Rulebook, state: bytes, now: int) -> Engine:
    engine = Engine(rulebook, now=now, live=0)
    engine.restore("c", state)
    engine.advance(now)
    return engine


def test_a_case_judged_anew_by_another_rulebook_is_known_by_what_it_said_since(book: Book, told: Told, at: At) -> None:
    before = Engine(book(RULES), now=at(START))
    before.fold("c", told(START, "A"), 0)
    after = _revived(book("pack: test\nversion: 2\nrules:\n" + RULES), before.dump("c") or b"", at(START))
    silent = after.cases["c"].spoken

    after.advance(at("2026-03-12"))

    assert (silent, after.cases["c"].spoken) == (0, 1)


def test_a_card_of_a_rule_that_is_no_longer_in_force_stays_with_its_case_at_rest(
    book: Book, told: Told, at: At
) -> None:
    before = Engine(book(RULES), now=at(START))
    before.fold("c", told(START, "A"), 0)
    before.advance(at("2026-03-12"))
    other = RULES.replace("id: T", "id: U").replace("start: A", "start: B")
    after = _revived(book(other), before.dump("c") or b"", at("2026-03-13"))
    after.changed()
    after.take(1)
    assert "c" not in after.cases

    after.fold("c", told("2026-03-13 10:00", "S"), 9)

    assert list(after.cases["c"].issued) == [("T", "-")]


@pytest.fixture
def closed(book: Book, told: Told, at: At) -> Engine:
    """An engine with a case that drew a card and closed, and one that is open."""
    engine = Engine(book(RULES), now=at(START))
    engine.fold("shut", told(START, "A"), 0)
    engine.fold("open", told("2026-03-13 10:00", "A"), 1)
    engine.advance(at("2026-03-12"))
    engine.fold("shut", told("2026-03-13 10:00", "S"), 2)
    engine.take(1)
    engine.changed()
    return engine


def test_a_case_that_waits_for_nothing_leaves_after_its_retention(closed: Engine, at: At) -> None:
    assert closed.retire(at("2026-03-14"), 30 * DAY) == []

    stubs = closed.retire(at("2026-06-01"), 30 * DAY)

    assert [(stub.case_key, stub.last_offset) for stub in stubs] == [("shut", 2)]
    assert (closed.open_cases, closed.changed()) == (1, ["shut"])


def test_a_case_with_something_to_be_written_does_not_leave(closed: Engine, told: Told, at: At) -> None:
    closed.fold("shut", told("2026-03-14 10:00", "Z"), 3)

    assert closed.retire(at("2026-06-01"), 30 * DAY) == []


def test_a_fact_of_a_case_that_has_left_says_how_far_the_archive_must_be(closed: Engine, told: Told, at: At) -> None:
    closed.retire(at("2026-06-01"), 30 * DAY)

    with pytest.raises(CaseAway, match="up to offset 2") as caught:
        closed.fold("shut", told("2026-03-10 10:00", "S", id="late"), 7)
    assert (caught.value.case_key, caught.value.last_offset) == ("shut", 2)


def test_a_recalled_case_says_nothing_twice_and_goes_on(closed: Engine, told: Told, at: At) -> None:
    closed.retire(at("2026-06-01"), 30 * DAY)
    closed.recall("shut", [told(START, "A"), told("2026-03-13 10:00", "S")])
    closed.advance(at("2026-03-14"))
    assert _said(closed) == []

    closed.fold("shut", told("2026-03-10 10:00", "S", id="late"), 7)

    assert _said(closed) == [("shut", "yellow", "withdrawn")]


def test_a_stub_goes_with_the_state(closed: Engine, book: Book, told: Told, at: At) -> None:
    [stub] = closed.retire(at("2026-06-01"), 30 * DAY)
    assert closed.dump("shut") == stub.state
    other = Engine(book(RULES), now=at("2026-06-01"))
    other.restore("shut", stub.state)

    with pytest.raises(CaseAway):
        other.fold("shut", told("2026-03-10 10:00", "S", id="late"), 7)


@pytest.fixture
def endless(book: Book, told: Told, at: At) -> Engine:
    """An engine with a case of one fact more than a case may have."""
    engine = Engine(book(RULES), now=at(START))
    for number in range(MOST_FACTS + 1):
        engine.fold("c", told(START, "Z" if number else "A", id=f"{number:05}"), number)
    return engine


def test_a_case_too_long_is_put_out_of_judgement_whole_and_shows(endless: Engine, at: At) -> None:
    endless.advance(at("2026-03-20"))

    assert endless.parked["c"].startswith("case_too_long: 2001 facts")
    assert (_said(endless), endless.next_wake) == ([], None)


def test_more_facts_of_a_case_too_long_are_faults(endless: Engine, told: Told) -> None:
    with pytest.raises(EngineFault, match="case_too_long"):
        endless.fold("c", told("2026-03-09 10:00", "S"), 9999)


def test_a_case_too_long_stays_so_across_a_restart(endless: Engine, book: Book, at: At) -> None:
    state = endless.dump("c")
    assert state is not None
    other = Engine(book(RULES), now=at(START))
    other.restore("c", state)

    assert other.parked == endless.parked


def test_a_case_too_heavy_is_put_out_of_judgement_when_it_is_written(book: Book, told: Told, at: At) -> None:
    engine = Engine(book(RULES), now=at(START))
    engine.fold("c", told(START, "A", data={"text": "x" * 1_100_000}), 0)

    assert len(engine.dump("c") or b"") < 1_000
    assert "1100" in engine.parked["c"]


def test_what_is_left_of_a_case_does_not_grow_with_its_story(book: Book, told: Told, at: At) -> None:
    sizes = []
    for length in (1, 500):
        engine = Engine(book(RULES), now=at(START))
        engine.fold("c", told(START, "A"), 0)
        for number in range(length):
            engine.fold("c", told("2026-03-06 10:00", "Z", id=f"z{number:03}", data={"text": "说明"}), 1 + number)
        engine.fold("c", told("2026-03-07 10:00", "S"), 1 + length)
        engine.advance(at("2026-03-13"))
        engine.take(1)
        engine.changed()
        [stub] = engine.retire(at("2026-06-01"), 30 * DAY)
        sizes.append(len(stub.state))

    assert max(sizes) - min(sizes) <= 4  # the offset is a larger number
    assert max(sizes) < 80
