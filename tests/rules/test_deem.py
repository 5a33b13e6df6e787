"""What the law deems to have happened, and what goes with it when it turns out that it had not to be deemed."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.calendar import Calendar
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.engine import Engine
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.pack import parse_pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import parse_vocabulary
from mingjing.rules.yaml_page import PackRefused
from mingjing.rules.zone import DAY, Zone

Told = Callable[..., Fact]
At = Callable[[str], int]

VOCABULARY = """
vocabulary: v
title: 办件
version: 1
types:
  applied: {title: 申请, state: applied}
  noticed: {title: 补正告知}
  accepted: {title: 受理, state: accepted}
  deemed: {title: 视为受理, state: accepted}
  decided: {title: 办结, state: decided}
  granted: {title: 视为准予, state: decided}
  held: {title: 特别程序开始}
  resumed: {title: 特别程序结束}
  step: {title: 环节}
pauses:
  special: {begin: held, end: resumed}
deem:
  - {fact: deemed, from: applied, unless: [noticed, accepted], within: item.supplement, otherwise: 5wd}
  - {fact: granted, from: [accepted, deemed], unless: decided, within: statutory, at: end, pause: special,
     scope: {item.tacit: statutory}}
"""
PACK = """
pack: p
version: 1
vocabulary: v
rules:
  - {id: TL-01, kind: time-limit, start: applied, stop: [noticed, accepted, deemed], limit: item.supplement,
     otherwise: 5wd, cards: {yellow: past}}
  - {id: TL-04, kind: time-limit, start: [accepted, deemed], stop: [decided, granted], limit: statutory,
     cards: {warning: 2wd before, red: past}}
  - {id: SEQ-01, kind: sequence, step: step, requires: [accepted, deemed], cards: {yellow: broken}}
"""
ITEM = {"statutory": "20wd", "supplement": "5wd"}
RECEIPT = "2026-06-15 09:00"
EFFECTIVE = "2026-06-24 00:00"


@pytest.fixture(scope="module")
def rulebook(cn: Calendar) -> Callable[..., Rulebook]:
    known = parse_vocabulary(VOCABULARY, "v.yaml")
    pack = parse_pack(PACK, "p.yaml", {known.name: known})

    def make(**item: str) -> Rulebook:
        return Rulebook([pack], cn, Catalogue([ItemVersion("i", date.min, None, ITEM | item)]))

    return make


def _said(book: Rulebook, facts: list[Fact], now: int) -> dict[str, tuple[str, str, int]]:
    return {
        rule.id: (found.level, found.status, found.violated_at) for rule, found in judge_case("c/1", facts, book, now)
    }


def test_an_application_nobody_answered_is_deemed_accepted_at_its_receipt_and_due_twenty_days_after(
    rulebook: Callable[..., Rulebook], told: Told, at: At
) -> None:
    facts = [told(RECEIPT, "applied", item="i")]

    before = _said(rulebook(), facts, at("2026-07-14 23:59"))
    after = _said(rulebook(), facts, at("2026-07-15 00:00"))
    assert before["TL-04"] == ("warning", "standing", at("2026-07-11 00:00"))
    assert after["TL-04"] == ("red", "standing", at("2026-07-15 00:00"))  # 6-15 + 20wd ends with 7-14


def test_a_late_acceptance_does_not_start_the_clock_again(
    rulebook: Callable[..., Rulebook], told: Told, at: At
) -> None:
    facts = [told(RECEIPT, "applied", item="i"), told("2026-06-25 09:00", "accepted")]

    assert _said(rulebook(), facts, at("2026-07-15 00:00"))["TL-04"][0] == "red"


@pytest.mark.parametrize("answer", ["noticed", "accepted"])
def test_an_answer_in_time_leaves_nothing_to_be_deemed(
    rulebook: Callable[..., Rulebook], told: Told, at: At, answer: str
) -> None:
    engine = Engine(rulebook(), now=at(RECEIPT))
    for fact in (told(RECEIPT, "applied", item="i"), told("2026-06-23 23:59", answer)):
        engine.fold("c", fact, 0)
    engine.advance(at("2026-06-30 00:00"))

    assert [fact.type for fact in engine.cases["c"].facts] == ["applied", answer]


def test_nothing_is_found_before_it_is_known_that_it_is_deemed(
    rulebook: Callable[..., Rulebook], told: Told, at: At
) -> None:
    book = rulebook(statutory="1wd")  # over on 6-16, but only known to run from 6-24 on
    facts = [told(RECEIPT, "applied", item="i")]

    assert "TL-04" not in _said(book, facts, at("2026-06-23 23:59"))
    assert _said(book, facts, at(EFFECTIVE))["TL-04"] == ("red", "standing", at(EFFECTIVE))


def test_the_engine_deems_by_its_timer_and_draws_what_rests_on_it_at_that_instant(
    rulebook: Callable[..., Rulebook], told: Told, at: At
) -> None:
    engine = Engine(rulebook(statutory="1wd"), now=at(RECEIPT))
    engine.fold("c", told(RECEIPT, "applied", item="i"), 0)
    assert (engine.take(1).cards, engine.next_wake) == ([], at(EFFECTIVE))
    engine.advance(at(EFFECTIVE))
    cards = {card.rule: card for card in engine.take(1).cards}

    assert cards["TL-04"].explain["deemed"] == {"fact": "deemed", "known_at": "2026-06-24T00:00:00+08:00"}
    assert cards["TL-04"].explain["start_at"] == "2026-06-15T09:00:00+08:00"
    assert cards["TL-04"].explain["sentences"]["zh"][0] == "6 月 24 日 00:00 起依法视为受理，自 6 月 15 日 09:00 起算。"
    assert [(fact.source, fact.at, fact.stamp) for fact in engine.cases["c"].facts if fact.source == DEEMED] == [
        (DEEMED, at(RECEIPT), at(EFFECTIVE))
    ]


def test_late_proof_takes_the_deemed_fact_back_and_with_it_what_rested_on_it(
    rulebook: Callable[..., Rulebook], told: Told, at: At
) -> None:
    engine = Engine(rulebook(statutory="1wd"), now=at(RECEIPT))
    engine.fold("c", told(RECEIPT, "applied", item="i"), 0)
    engine.advance(at("2026-06-29 00:00"))
    engine.take(1)
    engine.fold("c", told("2026-06-18 09:00", "noticed", stamp="2026-06-29 09:00"), 1)

    assert {card.rule: card.status for card in engine.take(1).cards} == {"TL-01": "withdrawn", "TL-04": "withdrawn"}
    assert [fact.type for fact in engine.cases["c"].facts] == ["applied", "noticed"]


def test_a_fact_that_comes_with_proof_is_never_judged_against_what_was_deemed(
    rulebook: Callable[..., Rulebook], told: Told, at: At
) -> None:
    engine = Engine(rulebook(), now=at(RECEIPT))
    engine.fold("c", told(RECEIPT, "applied", item="i"), 0)
    engine.advance(at("2026-06-25 00:00"))
    engine.fold("c", told("2026-06-19 09:00", "step", stamp="2026-06-25 00:00"), 1)
    assert {card.rule for card in engine.take(1).cards} == {"TL-01"}  # a step after deemed acceptance is in order
    engine.fold("c", told("2026-06-18 09:00", "noticed", stamp="2026-06-25 00:00"), 2)

    assert {card.rule: card.status for card in engine.take(1).cards} == {"TL-01": "withdrawn", "SEQ-01": "standing"}


def test_silence_past_the_statute_is_a_decision_only_where_the_law_says_so(
    rulebook: Callable[..., Rulebook], told: Told, at: At
) -> None:
    facts = [told(RECEIPT, "accepted", item="i")]
    now = at("2026-08-01 00:00")

    for tacit, types in (("statutory", ["accepted", "granted"]), ("pilot", ["accepted"])):
        engine = Engine(rulebook(tacit=tacit), now=at(RECEIPT))
        engine.fold("c", facts[0], 0)
        engine.advance(now)
        assert [fact.type for fact in engine.cases["c"].facts] == types
        assert {card.rule for card in engine.take(1).cards} == {"TL-04"}


def test_a_pause_moves_the_end_of_what_is_deemed(rulebook: Callable[..., Rulebook], told: Told, at: At) -> None:
    engine = Engine(rulebook(tacit="statutory"), now=at(RECEIPT))
    engine.fold("c", told(RECEIPT, "accepted", item="i"), 0)
    engine.fold("c", told("2026-06-16 09:00", "held"), 1)
    engine.advance(at("2026-08-01 00:00"))

    assert [fact.type for fact in engine.cases["c"].facts] == ["accepted", "held"]


def test_an_item_nobody_listed_has_the_term_the_rule_gives(
    rulebook: Callable[..., Rulebook], told: Told, at: At
) -> None:
    facts = [told(RECEIPT, "applied")]

    assert _said(rulebook(), facts, at(EFFECTIVE))["TL-01"] == ("yellow", "cleared", at(EFFECTIVE))
    assert "TL-01" not in _said(rulebook(), facts, at("2026-06-23 23:59"))


def test_a_source_that_may_be_late_delays_what_is_deemed(cn: Calendar, told: Told, at: At) -> None:
    known = parse_vocabulary(VOCABULARY, "v.yaml")
    pack = parse_pack(PACK, "p.yaml", {known.name: known})
    engine = Engine(Rulebook([pack], cn, delays={"urn:test": 86_400_000_000}), now=at(RECEIPT))
    engine.fold("c", told(RECEIPT, "applied"), 0)
    engine.advance(at("2026-06-24 23:59"))
    assert [fact.type for fact in engine.cases["c"].facts] == ["applied"]
    engine.advance(at("2026-06-25 00:00"))

    assert [fact.type for fact in engine.cases["c"].facts] == ["applied", "deemed"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("fact: deemed", "fact: demed"), "deem demed names event 'demed', which is not declared"),
        (("within: item.supplement", "within: 5 days"), "'5 days' is not a term"),
        (("within: item.supplement", "within: 5wd"), "`otherwise` is a term that stands in where"),
        (("at: end", "at: once"), "'once' is not one of start, end"),
        (("pause: special", "pause: specal"), "'specal' is not declared under `pauses`; did you mean 'special'?"),
        (("item.tacit: statutory", "case.tacit: statutory"), "scope 'case.tacit' is not item.…, agency or region"),
        (("from: applied, ", ""), "key 'from' is missing"),
    ],
)
def test_a_fault_of_what_is_declared_is_told(change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as caught:
        parse_vocabulary(VOCABULARY.replace(*change), "v.yaml")

    assert message in str(caught.value)


@st.composite
def stories(draw: st.DrawFn) -> list[Fact]:
    """Facts of a licence that may be deemed, mostly in order; some late, said twice, in other words or taken back."""
    found: list[Fact] = []
    at = Zone("Asia/Shanghai").midnight(date(2026, 6, 15).toordinal())
    for number in range(draw(st.integers(1, 9))):
        at += draw(st.sampled_from([0, DAY // 24, DAY, 3 * DAY, 9 * DAY, -DAY]))
        known = draw(st.sampled_from([None, None, None, *found]))
        found.append(
            Fact(
                id=known.id if known is not None and draw(st.booleans()) else str(number),
                source="urn:test",
                type=draw(st.sampled_from(("applied", "noticed", "accepted", "decided", "held", "resumed", "step"))),
                at=at,
                stamp=at + draw(st.sampled_from([0, 0, DAY])),
                recorded_at=at + number,
                corrects=known.id if known is not None and draw(st.booleans()) else None,
                item=draw(st.sampled_from(["i", None])),
                region=draw(st.sampled_from(["north", None, None])),
            )
        )
        if draw(st.integers(0, 9)) == 0:
            found.append(draw(st.sampled_from(found)))
    return found


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories(), tacit=st.sampled_from(["statutory", "never"]), clock=st.booleans())
def test_a_glance_at_what_may_be_deemed_and_a_settlement_leave_a_case_alike(
    rulebook: Callable[..., Rulebook], story: list[Fact], tacit: str, *, clock: bool
) -> None:
    settling = rulebook(tacit=tacit)
    settling.deeming = tuple(each._replace(glance=None) for each in settling.deeming)
    glanced, settled = Engine(rulebook(tacit=tacit), now=story[0].stamp), Engine(settling, now=story[0].stamp)
    for offset, fact in enumerate(story):
        for engine in (glanced, settled):
            if clock:
                engine.advance(fact.stamp)
            engine.fold("c", fact, offset)
        case, other = glanced.cases["c"], settled.cases["c"]
        assert (case.facts, case.wakes, case.parked, case.issued) == (
            other.facts,
            other.wakes,
            other.parked,
            other.issued,
        )
        assert case.ground is not None
        assert other.ground is not None
        assert case.ground.scope == other.ground.scope
        assert glanced.take(1) == settled.take(1)
        assert glanced.next_wake == settled.next_wake
