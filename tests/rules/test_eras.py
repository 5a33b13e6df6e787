"""The law of all times: what began under a version is judged by it, whenever anybody heard of the next."""

from collections.abc import Callable
from datetime import date

import pytest

from mingjing.rules.calendar import Calendar, Overlay
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.engine import Engine
from mingjing.rules.eras import through_time
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

At = Callable[[str], int]
Told = Callable[..., Fact]
MakePack = Callable[..., Pack]

T = "2026-03-11 00:00"
FIRST = "  - {id: A1, kind: time-limit, start: A, stop: S, limit: 1h, cards: {yellow: past}}\n"
SECOND = "  - {id: A1, kind: time-limit, start: A, stop: S, limit: 3h, cards: {red: past}}\n"
GONE = "  - {id: A9, kind: sequence, step: Z, requires: A, cards: {yellow: broken}}\n"
SHADOW = "  - {id: A1, kind: time-limit, start: A, stop: S, limit: 1h, shadow: true, cards: {yellow: past}}\n"


def head(version: int, rules: str, name: str = "p") -> str:
    return f"pack: {name}\nversion: {version}\nrules:\n{rules}"


@pytest.fixture
def law(pack: MakePack, cn: Calendar, at: At) -> Callable[..., Rulebook]:
    """Return the rulebook of the first rules and, from T on, of the second."""

    def make(first: str, second: str) -> Rulebook:
        old, new = (Rulebook([pack(head(n, rules))], cn) for n, rules in enumerate((first, second), 1))
        return through_time(old, [(at(T), new)])

    return make


def drawn(book: Rulebook, facts: list[Fact], now: int) -> list[tuple[str, str, str]]:
    return [(rule.pack_version, finding.rule, finding.level) for rule, finding in judge_case("c", facts, book, now)]


@pytest.mark.parametrize(("start", "found"), [("2026-03-10 23:59:59", ("1", "A1", "yellow")), (T, ("2", "A1", "red"))])
def test_a_clock_keeps_the_version_that_was_in_force_when_it_began(
    law: Callable[..., Rulebook], told: Told, at: At, start: str, found: tuple[str, str, str]
) -> None:
    assert drawn(law(FIRST, SECOND), [told(start, "A")], at("2026-03-12 09:00")) == [found]


def test_a_rule_that_was_withdrawn_begins_nothing_and_ends_what_it_had_begun(
    law: Callable[..., Rulebook], told: Told, at: At
) -> None:
    book = law(FIRST, GONE)

    assert drawn(book, [told("2026-03-10 23:30", "A")], at("2026-03-12 09:00")) == [("1", "A1", "yellow")]
    assert drawn(book, [told("2026-03-11 00:30", "A")], at("2026-03-12 09:00")) == []


def test_a_new_rule_lets_alone_what_began_before_it(law: Callable[..., Rulebook], told: Told, at: At) -> None:
    book = law(GONE, FIRST)
    before, after = told("2026-03-10 23:30", "A"), told("2026-03-11 08:00", "A", id="again")

    assert drawn(book, [before, after], at("2026-03-12 09:00")) == []
    assert drawn(book, [after], at("2026-03-12 09:00")) == [("2", "A1", "yellow")]


def test_an_item_is_that_of_the_catalogue_in_force_at_acceptance(
    pack: MakePack, cn: Calendar, told: Told, at: At
) -> None:
    rules = pack(head(1, "  - {id: A1, kind: time-limit, start: A, stop: S, limit: promised, cards: {red: past}}\n"))
    old, new = (
        Rulebook([rules], cn, Catalogue([ItemVersion("i", date.min, None, {"promised": term})], version))
        for term, version in (("1h", "c@1"), ("9h", "c@2"))
    )
    book = through_time(old, [(at(T), new)])
    engine = Engine(book, now=at("2026-03-10 00:00"))
    for offset, start in enumerate(("2026-03-10 23:59", "2026-03-11 00:01")):
        engine.fold(f"c{offset}", told(start, "A", item="i"), offset)
    engine.advance(at("2026-03-11 08:00"))

    assert [(card.case_key, card.versions["catalogue"]) for card in engine.take(1).cards] == [("c0", "c@1")]


def test_another_calendar_times_every_case_anew_at_its_instant_and_not_before(
    pack: MakePack, cn: Calendar, told: Told, at: At
) -> None:
    rules = pack(head(1, "  - {id: A1, kind: time-limit, start: A, stop: S, limit: 2wd, cards: {red: past}}\n"))
    later = cn.laid_over({"330000000000": Overlay(off={date(2026, 3, 12): "停办"})}, {}, version="t")
    book = through_time(Rulebook([rules], cn), [(at(T), Rulebook([rules], later))])
    engine = Engine(book, now=at("2026-03-10 00:00"))
    engine.fold("c", told("2026-03-10 09:00", "A", region="330100000000"), 0)

    assert engine.next_wake == at(T)
    engine.advance(at(T))
    assert engine.next_wake == at("2026-03-14 00:00")


def test_what_a_change_of_the_law_does_not_touch_is_not_judged_anew(
    pack: MakePack, cn: Calendar, told: Told, at: At
) -> None:
    old, new = (Rulebook([pack(head(n, rules))], cn) for n, rules in enumerate((FIRST, SECOND), 1))
    book = through_time(old, [(at(T), new)])
    engine = Engine(old, now=at("2026-03-10 00:00"))
    engine.fold("c", told("2026-03-10 09:00", "A"), 0)
    waits, state = engine.next_wake, engine.dump("c")
    assert state is not None
    restarted = Engine(book, now=engine.now)
    restarted.restore("c", state)
    engine.adopt(book)

    assert restarted.next_wake == engine.next_wake == waits
    assert waits == at("2026-03-10 10:00") + 1


def test_a_pack_that_says_what_it_said_stays_the_version_it_was(pack: MakePack, cn: Calendar, at: At) -> None:
    same, other = pack(head(1, FIRST)), pack(head(1, GONE, "q"))
    book = through_time(Rulebook([same], cn), [(at(T), Rulebook([same, other], cn))])

    assert [(each.name, each.limited) for each in book.packs] == [("p", False), ("q", True)]


def test_a_rule_may_move_to_another_pack(pack: MakePack, cn: Calendar, told: Told, at: At) -> None:
    one, other = pack(head(1, FIRST)), pack(head(1, SECOND, "q"))
    book = through_time(Rulebook([one], cn), [(at(T), Rulebook([other], cn))])

    assert drawn(book, [told(T, "A")], at("2026-03-12 09:00")) == [("1", "A1", "red")]


def test_two_packs_may_not_share_the_id_of_a_rule_at_a_time(pack: MakePack, cn: Calendar, at: At) -> None:
    one, other = pack(head(1, FIRST)), pack(head(1, SECOND, "q"))

    with pytest.raises(PackRefused, match="rule id 'A1' is taken already"):
        through_time(Rulebook([one], cn), [(at(T), Rulebook([one, other], cn))])


def test_a_rule_in_the_shadow_is_judged_and_draws_no_card(pack: MakePack, cn: Calendar, told: Told, at: At) -> None:
    engine = Engine(Rulebook([pack(head(1, SHADOW))], cn), now=at("2026-03-10 00:00"))
    engine.fold("c", told("2026-03-10 09:00", "A"), 0)
    engine.advance(at("2026-03-10 12:00"))
    found = engine.take(1)

    assert found.cards == []
    assert [card.rule for card in found.shadows] == ["A1"]
    assert found.facts[0]["clocks"] == []


def test_a_rule_that_leaves_the_shadow_draws_cards_on_what_begins_from_then_on(
    law: Callable[..., Rulebook], told: Told, at: At
) -> None:
    engine = Engine(law(SHADOW, FIRST), now=at("2026-03-10 00:00"))
    engine.fold("before", told("2026-03-10 23:30", "A"), 0)
    engine.fold("after", told("2026-03-11 00:30", "A"), 1)
    engine.advance(at("2026-03-12 09:00"))
    found = engine.take(1)

    assert [card.case_key for card in found.shadows] == ["before"]
    assert [card.case_key for card in found.cards] == ["after"]


def test_what_had_begun_to_be_measured_is_still_told_when_its_rule_is_withdrawn(
    pack: MakePack, cn: Calendar, told: Told, at: At
) -> None:
    quiet = "  - {id: Q, kind: silence, of: {event: '*'}, by: [agency], rhythm: 1wd, cards: {hint: silent}}\n"
    book = through_time(Rulebook([pack(head(1, quiet))], cn), [(at(T), Rulebook([pack(head(2, GONE))], cn))])
    engine = Engine(book, now=at("2026-03-10 00:00"))
    engine.fold("c", told("2026-03-11 09:00", "A", agency="1"), 0)

    assert [tally.case_key for tally in engine.take(1).tallies] == ["across/Q/1"]


def test_a_case_judged_by_a_later_law_is_judged_anew_by_the_one_that_takes_it_back(
    pack: MakePack, cn: Calendar, told: Told, at: At
) -> None:
    one, two, three = (Rulebook([pack(head(n, rules))], cn) for n, rules in enumerate((FIRST, SECOND, FIRST), 1))
    older = through_time(one, [(at("2026-03-10 00:00"), two)])
    later = Engine(through_time(one, [(at("2026-03-10 00:00"), two), (at(T), three)]), now=0)
    later.advance(at("2026-03-11 10:00"))
    later.fold("c", told("2026-03-11 08:00", "A"), 1)
    assert [card.level for card in later.take(1).cards] == ["yellow"]  # past the hour of the third version

    engine = Engine(older, now=at("2026-03-11 10:00"))
    engine.restore("c", later.dump("c") or b"")
    engine.advance(at("2026-03-11 10:01"))
    withdrawn = engine.take(1).cards
    engine.advance(at("2026-03-11 11:00:01"))

    assert [(card.status, card.versions["pack"]) for card in withdrawn] == [("withdrawn", "p@2")]
    assert [(card.status, card.level, card.versions["pack"]) for card in engine.take(1).cards] == [
        ("standing", "red", "p@2")
    ]
