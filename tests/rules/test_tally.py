"""What cases tell subjects: the same in whatever order it comes about, and the same as a replay of the whole log."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.card import Card
from mingjing.rules.engine import Engine
from mingjing.rules.events import VOIDED, Fact
from mingjing.rules.replay import across, replayed
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject
from mingjing.rules.tally import subjects_of
from mingjing.rules.together import Together
from mingjing.rules.zone import DAY, HOUR, Zone

SHANGHAI = Zone("Asia/Shanghai")
BEGIN = SHANGHAI.midnight(date(2026, 9, 21).toordinal())  # before 中秋 and 国庆
END = BEGIN + 90 * DAY

RULES = """
  - {id: F, kind: frequency, of: V, by: data.who, at_least: 2, within: 5wd, cards: {yellow: reached}}
  - {id: D, kind: frequency, of: [V, N], by: [case.owner], distinct: agency, at_least: 2, per: month,
     cards: {warning: reached}}
  - {id: L, kind: frequency, of: V, after: N, by: agency, within: 72h, anew: true, cards: {hint: reached}}
  - {id: Q, kind: sequence, step: V, requires: N, cards: {yellow: broken}}
  - {id: C, kind: frequency, of: {event: card.shown, where: 'data.level == "yellow"'}, by: agency, at_least: 2,
     per: year, cards: {red: reached}}
  - {id: S, kind: silence, of: '*', by: agency, rhythm: 3wd, cards: {hint: silent}}
"""
Story = tuple[tuple[str, Fact], ...]


@pytest.fixture(scope="module")
def rulebook(book: Callable[..., Rulebook]) -> Rulebook:
    return book(RULES)


@st.composite
def facts(draw: st.DrawFn, number: int) -> tuple[str, Fact]:
    at = BEGIN + draw(st.integers(0, 40 * 24)) * HOUR
    corrects = draw(st.none() | st.none() | st.none() | st.integers(0, 7).map(str))
    owner = draw(st.none() | st.sampled_from("OP"))
    fact = Fact(
        id=str(number),
        source="source",
        type=VOIDED if corrects and draw(st.booleans()) else draw(st.sampled_from("VVN")),
        at=at,
        stamp=at,
        recorded_at=at,
        corrects=corrects,
        agency=draw(st.sampled_from("AB")),
        officer=draw(st.sampled_from([None, "o"])),
        data={"who": who} if (who := draw(st.none() | st.sampled_from("XY"))) else {},
        case_data={"owner": owner} if owner else {},
    )
    return draw(st.sampled_from(["a/1", "a/2", "a/3"])), fact


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, Story]:
    """Return the same facts in two orders, the second with some of them twice."""
    story = [draw(facts(number)) for number in range(draw(st.integers(1, 8)))]
    doubled = story + draw(st.lists(st.sampled_from(story), max_size=4))
    return tuple(story), tuple(draw(st.permutations(doubled)))


def judged(rulebook: Rulebook, story: Story) -> dict[str, str]:
    """Return the digest of each card that stands on a subject once all is told and the clock has reached the end."""
    engine = Together(rulebook, now=BEGIN)
    for offset, (case, fact) in enumerate(story):
        engine.fold(case, fact, offset)
    _advance(engine)
    cards = {card.card_id: card for card in engine.take().cards if is_subject(card.case_key)}
    return {name: card.digest for name, card in cards.items() if card.status != "withdrawn"}


def _advance(engine: Together) -> None:
    while (wake := engine.next_wake) is not None and wake <= END:
        engine.advance(max(wake, engine.now + 1))
    engine.advance(END)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories())
def test_subjects_hear_the_same_in_whatever_order_and_however_often(
    rulebook: Rulebook, told: tuple[Story, Story]
) -> None:
    in_order, shuffled = told

    assert judged(rulebook, shuffled) == judged(rulebook, in_order)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories())
def test_a_replay_of_the_whole_log_finds_the_same(rulebook: Rulebook, told: tuple[Story, Story]) -> None:
    cases: dict[str, list[Fact]] = {}
    for case, fact in told[0]:
        cases.setdefault(case, []).append(fact)
    words = [tally for case, known in cases.items() for tally in replayed(case, known, rulebook, END).tallies]
    engine = Together(rulebook, now=BEGIN)
    for offset, (case, fact) in enumerate(told[1]):
        engine.fold(case, fact, offset)
    _advance(engine)
    live = {card.card_id: card for card in engine.take().cards if is_subject(card.case_key)}

    assert sorted(_said(line) for line in across(words, rulebook, END)) == sorted(
        (card.case_key, card.occurrence, card.level, card.status, card.violated_at)
        for card in live.values()
        if card.status != "withdrawn"
    )


def _said(line: dict[str, Any]) -> tuple[str, ...]:
    return (line["case"], line["occurrence"], line["level"], line["status"], line["violated_at"])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories(), st.integers(0, 12))
def test_words_said_again_by_an_owner_that_took_over_change_nothing(
    rulebook: Rulebook, told: tuple[Story, Story], died_after: int
) -> None:
    """The owner's state is saved after some facts; what it told since then is told again by its successor."""
    story = told[1]
    saved, heard = {}, []
    first = Engine(rulebook, now=BEGIN)
    for offset, (case, fact) in enumerate(story):
        if offset == died_after:
            saved = {key: first.dump(key) or b"" for key in first.cases}
        first.fold(case, fact, offset)
        heard += first.take(1).tallies
    second = Engine(rulebook, now=BEGIN)
    for key, state in saved.items():
        second.restore(key, state)
    for offset, (case, fact) in enumerate(story):
        if offset >= died_after or not saved:
            second.fold(case, fact, offset)
    heard += second.take(2).tallies
    subjects = Engine(subjects_of(rulebook), now=END)
    for offset, tally in enumerate(heard):
        subjects.fold(tally.case_key, tally.fact, offset)
    once = Engine(subjects_of(rulebook), now=END)
    whole = Engine(rulebook, now=BEGIN)
    for offset, (case, fact) in enumerate(story):
        whole.fold(case, fact, offset)
    for offset, tally in enumerate(whole.take(1).tallies):
        once.fold(tally.case_key, tally.fact, offset)

    assert _standing(subjects) == _standing(once)


def _standing(engine: Engine) -> dict[str, str]:
    cards: dict[str, Card] = {card.card_id: card for card in engine.take(1).cards}
    return {name: card.digest for name, card in cards.items() if card.status != "withdrawn"}


def test_an_hour_of_a_source_is_told_once(rulebook: Rulebook, told: Callable[..., Fact]) -> None:
    engine = Engine(rulebook, now=0)
    for minute in range(30):
        engine.fold("a/1", told(f"2026-03-02 10:{minute:02}", "other", id=str(minute), agency="A"), minute)

    assert [tally.fact.id for tally in engine.take(1).tallies] == ["A@492338"]


def test_what_is_told_under_another_rulebook_is_taken_back_and_told_anew(
    book: Callable[..., Rulebook], told: Callable[..., Fact]
) -> None:
    rule = "  - {id: ID, kind: frequency, of: V, by: agency, at_least: 2, within: 3cd, cards: {hint: reached}}\n"
    before = Engine(book("pack: p\nversion: 1\nrules:\n" + rule.replace("ID", "old")), now=0)
    before.fold("a/1", told("2026-03-02 10:00", "V", agency="A"), 1)
    before.take(1)
    after = Engine(book("pack: p\nversion: 2\nrules:\n" + rule.replace("ID", "new")), now=0)
    after.restore("a/1", before.dump("a/1") or b"")

    assert [(tally.case_key, tally.fact.type) for tally in after.take(1).tallies] == [
        ("across/old/A", VOIDED),
        ("across/new/A", "tally.new"),
    ]


def test_a_declared_field_said_anew_moves_what_the_case_counts_for(
    book: Callable[..., Rulebook], told: Callable[..., Fact]
) -> None:
    rule = (
        "  - {id: D, kind: frequency, of: case.accepted, by: case.enterprise, at_least: 2, per: year, "
        "cards: {hint: reached}}\n"
    )
    engine = Engine(book("pack: p\nversion: 1\nvocabulary: approval\nrules:\n" + rule), now=0)
    engine.fold("a/1", told("2026-03-02 10:00", "case.applied", data={"enterprise": "X"}), 1)
    engine.fold("a/1", told("2026-03-03 10:00", "case.accepted"), 2)
    engine.fold("a/1", told("2026-03-04 10:00", "case.applied", id="again", data={"enterprise": "Y"}), 3)

    assert [(tally.case_key, tally.fact.type) for tally in engine.take(1).tallies] == [
        ("across/D/X", "tally.D"),
        ("across/D/X", VOIDED),
        ("across/D/Y", "tally.D"),
    ]
