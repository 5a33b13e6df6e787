"""What is applied for again is promised what the catalogue promises by then, and what was before it is not."""

from datetime import date
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.calendar import Calendar
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.pack import parse_pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import parse_vocabulary
from mingjing.rules.zone import DAY, Zone

SHANGHAI: Final = Zone("Asia/Shanghai")
VOCABULARY = """
vocabulary: v
types: {applied: {title: a, state: applied}, accepted: {title: b, state: accepted}, back: {title: c},
        done: {title: d, state: decided}, asked: {title: e}}
"""
PACK = """
pack: p
version: 1
vocabulary: v
rules:
  - {id: T, kind: time-limit, start: accepted, renews_after: back, stop: [done, back], limit: promised,
     cards: {yellow: past, red: past statutory}}
  - {id: S, kind: time-limit, start: [applied, accepted], renews_after: back, stop: [done, back], limit: promised,
     cards: {yellow: past}}
  - {id: N, kind: time-limit, start: applied, renews_after: back, stop: [asked, back], limit: item.supplement,
     cards: {yellow: past}}
  - {id: C, kind: condition, at: asked, renewed_by: applied, renews_after: back, when: 'item.promised == "2wd"',
     cards: {hint: broken}}
"""
SHORT: Final = {"promised": "2wd", "statutory": "3wd", "supplement": "1wd"}
LONG: Final = {"promised": "10wd", "statutory": "20wd", "supplement": "5wd"}
CHANGE: Final = date(2026, 6, 1)


def _book(cn: Calendar, before: dict[str, str], after: dict[str, str]) -> Rulebook:
    known = parse_vocabulary(VOCABULARY, "v.yaml")
    pack = parse_pack(PACK, "p.yaml", {known.name: known})
    versions = [ItemVersion("i", date.min, date(2026, 5, 31), before), ItemVersion("i", CHANGE, None, after)]
    return Rulebook([pack], cn, Catalogue(versions))


def _fact(number: int, at: int, kind: str, late: int = 0) -> Fact:
    return Fact(id=str(number), source="urn:test", type=kind, at=at, stamp=at + late, item="i")


def _told(*story: tuple[str, str]) -> list[Fact]:
    return [_fact(number, SHANGHAI.parse(at)[0], kind) for number, (at, kind) in enumerate(story, 1)]


FORMER: Final = (("2026-03-02 09:00", "applied"), ("2026-03-02 10:00", "accepted"), ("2026-03-03 09:00", "back"))
# Monday 6-8: the 2nd working day after is 6-10, the 3rd 6-11, the 10th 6-23 (端午 6-19 to 6-21), the 20th 7-7.
AGAIN: Final = (("2026-06-08 09:00", "applied"), ("2026-06-08 10:00", "accepted"))


def _found(book: Rulebook, facts: list[Fact], now: str) -> dict[tuple[str, str], tuple[str, str]]:
    found = judge_case("c", facts, book, SHANGHAI.parse(now)[0])
    return {(rule.id, each.occurrence): (each.level, SHANGHAI.text(each.violated_at)[:10]) for rule, each in found}


def test_nobody_is_late_by_a_term_that_was_longer_by_the_time_of_the_second_acceptance(cn: Calendar) -> None:
    facts = _told(*FORMER, *AGAIN, ("2026-06-09 10:00", "asked"), ("2026-06-23 23:00", "done"))

    assert _found(_book(cn, SHORT, LONG), facts, "2026-12-01") == {}


def test_a_term_that_was_shorter_by_then_is_kept_to(cn: Calendar) -> None:
    found = _found(_book(cn, LONG, SHORT), _told(*FORMER, *AGAIN), "2026-06-12")

    assert found == {
        ("T", "urn:test|5"): ("red", "2026-06-12"),
        ("S", "urn:test|4"): ("yellow", "2026-06-11"),
        ("N", "urn:test|4"): ("yellow", "2026-06-10"),
    }


def test_what_was_late_in_the_former_round_stays_so_by_its_own_term(cn: Calendar) -> None:
    late = (*FORMER[:2], ("2026-03-06 09:00", "back"))
    book = _book(cn, SHORT, LONG)

    before, after = (_found(book, _told(*story), "2026-06-09") for story in (late, (*late, *AGAIN)))

    assert before == after
    assert before[("T", "-")] == ("red", "2026-03-06")


def test_a_former_round_that_was_never_accepted_keeps_the_version_it_began_under(cn: Calendar) -> None:
    late = (FORMER[0], ("2026-03-06 09:00", "back"))
    book = _book(cn, SHORT, LONG)

    assert _found(book, _told(*late), "2026-06-09") == _found(book, _told(*late, *AGAIN), "2026-06-09")


def test_a_condition_asks_of_the_item_as_it_was_for_its_round(cn: Calendar) -> None:
    story = (*FORMER, *AGAIN, ("2026-06-09 09:00", "asked"))

    assert ("C", "urn:test|6") not in _found(_book(cn, SHORT, LONG), _told(*story), "2026-06-10")
    assert ("C", "urn:test|6") in _found(_book(cn, LONG, SHORT), _told(*story), "2026-06-10")


@st.composite
def _stories(draw: st.DrawFn) -> list[Fact]:
    begin = SHANGHAI.parse("2026-05-25 00:00")[0]
    days = sorted(draw(st.lists(st.integers(0, 60), min_size=2, max_size=8)))
    kinds = st.sampled_from(["applied", "applied", "accepted", "back", "back", "asked", "done"])
    lates = st.sampled_from([0, 0, DAY, 9 * DAY])
    return [_fact(number, begin + day * DAY // 4, draw(kinds), draw(lates)) for number, day in enumerate(days)]


@pytest.mark.parametrize(("before", "after"), [(SHORT, LONG), (LONG, SHORT)], ids=["longer", "shorter"])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=_stories(), data=st.data())
def test_in_whatever_order_facts_come_each_round_is_on_its_version(
    cn: Calendar, before: dict[str, str], after: dict[str, str], facts: list[Fact], data: st.DataObject
) -> None:
    book = _book(cn, before, after)
    final = facts[-1].at + 60 * DAY
    arriving = data.draw(st.sampled_from([sorted(facts, key=lambda each: each.stamp), None]))
    engine = Engine(book, now=facts[0].at)
    for offset, fact in enumerate(arriving or data.draw(st.permutations(facts))):
        engine.advance(max(engine.now, fact.stamp) if arriving else final)
        engine.fold("c", fact, offset)
    engine.advance(final)
    cards = {(card.rule, card.occurrence): card for card in engine.take(1).cards}
    standing = {
        key: (card.level, card.status, card.violated_at) for key, card in cards.items() if card.status != "withdrawn"
    }

    assert standing == {
        (rule.id, each.occurrence): (each.level, each.status, SHANGHAI.text(each.violated_at))
        for rule, each in judge_case("c", facts, book, final)
    }
