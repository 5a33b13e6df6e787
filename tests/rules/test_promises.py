"""What the engine promises (design §6), held against random stories: order, doubles, batches, clocks, restarts."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mingjing.rules.calendar import Calendar, Overlay
from mingjing.rules.card import Card, digest
from mingjing.rules.case import Case
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.engine import Engine
from mingjing.rules.eras import through_time
from mingjing.rules.events import VOIDED, Fact
from mingjing.rules.pack import parse_pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.stored_case import unpacked
from mingjing.rules.vocabulary import parse_vocabulary
from mingjing.rules.zone import DAY, Zone

SHANGHAI = Zone("Asia/Shanghai")
HOUR = DAY // 24
BEGIN = SHANGHAI.midnight(date(2026, 9, 21).toordinal())  # before 中秋 and 国庆
END = BEGIN + 60 * DAY
AHEAD = 2 * HOUR
AGENCY = "91330100MB0000001X"

RULES = """
  - {id: T, kind: time-limit, start: A, stop: S, limit: promised,
     pause: [{begin: {event: P, which: each}, end: R, cap: data.days}],
     extend: [{event: X, by: data.days}], unless: [U],
     cards: {warning: 2wd before, yellow: past, red: past statutory by 1wd}}
  - {id: E, kind: time-limit, start: {event: A, which: each}, stop: {event: S, which: last}, limit: 30h,
     pause: [{begin: {event: P, which: each}, end: R, cap: data.days}], cards: {hint: 50%, yellow: past}}
  - {id: G, kind: time-limit, start: '*', due: case.deadline, done: case.end, count: close-of-business,
     cards: {yellow: past}}
  - {id: W, kind: waiting-period, start: A, stop: S, at_least: 3wd, scope: {item.kind: licence}, cards: {yellow: early}}
  - {id: Q, kind: sequence, step: {event: S, which: each}, requires: {all: [A, R]}, settle: 6h, cards: {yellow: broken}}
  - {id: F, kind: sequence, step: P, forbids: S, scope: {agency: AGENCY}, cards: {red: broken}}
  - {id: N, kind: notification, trigger: {event: P, which: each}, notice: R, before: S, within: 4wh, at_most: 1,
     carries: [days], cards: {hint: broken, yellow: past}}
  - {id: O, kind: separation, a: [A, P], b: [S, R], by: officer, scope: {case.kind: x}, cards: {warning: broken}}
""".replace("AGENCY", AGENCY)

DEEMING = """
vocabulary: v
types: {A: {title: a, state: applied, fields: {days: {title: 天数, type: integer}}}, P: {title: p, state: accepted},
        R: {title: r}, S: {title: s, state: decided}, X: {title: x}, U: {title: u}, Z: {title: z},
        D: {title: d, state: accepted}, G: {title: g, state: decided}}
pauses: {hold: {begin: X, end: R, cap: data.days}}
deem:
  - {fact: D, from: A, renews_after: S, unless: [P, S], within: item.supplement, otherwise: 1wd}
  - {fact: G, from: [P, D], unless: S, within: promised, at: end, pause: hold, scope: {item.kind: licence}}
"""

RULES_OF_THE_LANGUAGE = """
vocabulary: v
rules:
  - {id: T, kind: time-limit, start: [P, D], renews_after: [S, G], stop: [S, G], limit: statutory, pause: hold,
     extend: [{event: X, by: data.days, cap: 2wd, where: 'event.step != "a"'}],
     cards: {warning: 2wd before, yellow: past}}
  - {id: E, kind: time-limit, start: {event: A, which: each}, stop: S, unless: U, key: data.days, limit: 2wd,
     card_to: case.deadline, cards: {yellow: past}}
  - {id: G, kind: time-limit, start: A, stop: {event: S, which: last}, key: step,
     limit: 'item.steps[event.step].limit', otherwise: 3wd, cards: {yellow: past}}
  - {id: C, kind: condition, at: S, with: {before: [A, P]}, cards: {yellow: broken},
     when: 'before.exists(b, has(b.data.days) && b.data.days > 2) || event.lag_s > 3600'}
  - {id: CW, kind: condition, at: P, after: {answer: R}, within: 2wd, when: size(answer) == 0, cards: {red: broken}}
  - {id: CS, kind: condition, at: {event: X, which: last}, with: {b: A}, settle: 5h, cards: {yellow: broken},
     when: size(b) > 1}
  - {id: CC, kind: condition, at: [A, S], when: case.kind == "x", cards: {yellow: broken}}
  - {id: FL, kind: sequence, flow: item, step: '*', cards: {hint: broken}}
  - {id: FM, kind: sequence, flow: item, require_all: true, step: S, done: [A, P], settle: 2h, cards: {red: broken}}
  - {id: RP, kind: sequence, step: A, repeats: {by: officer, at_most: 1}, cards: {hint: broken}}
  - {id: SO, kind: sequence, step: S, requires: A, own: true, settle: 3h, cards: {hint: broken}}
  - {id: SF, kind: sequence, step: [A, P, Z], forbids: S, first_breach: true, cards: {hint: broken}}
  - {id: CR, kind: condition, at: [A, X], with: {b: [A, X]}, renewed_by: [A, P], renews_after: S,
     cards: {yellow: broken}, when: size(b) > 1}
  - {id: NR, kind: notification, trigger: {event: A, which: each}, notice: X, before: R, unless: U, at_most: 1,
     renewed_by: A, renews_after: S, cards: {yellow: broken}}
  - {id: SR, kind: sequence, step: {event: X, which: each}, requires: A, forbids: P, renewed_by: A, renews_after: S,
     settle: 2h, cards: {hint: broken}}
  - {id: OR, kind: separation, a: A, b: [R, X], by: officer, renewed_by: [A, P], renews_after: S,
     cards: {warning: broken}}
  - {id: WE, kind: waiting-period, start: A, stop: {event: S, which: each}, at_least: 2wd, cards: {hint: early}}
"""

CHANGED = """
  - {id: N, kind: notification, trigger: {event: [P, A], which: each}, notice: R, before: S, within: 6wh, at_most: 1,
     carries: [days, end], cards: {yellow: past, red: broken}}
  - {id: T, kind: time-limit, start: [A, Z], stop: S, limit: statutory, pause: [{begin: P, end: R}],
     cards: {yellow: past}}
  - {id: E, kind: time-limit, start: A, stop: S, limit: 20h, cards: {hint: 50%, red: past}}
  - {id: W, kind: waiting-period, start: A, stop: {event: S, which: each}, at_least: 2wd, cards: {yellow: early}}
  - {id: Q, kind: sequence, step: {event: S, which: each}, requires: A, settle: 2h, cards: {yellow: broken}}
  - {id: O, kind: separation, a: A, b: [S, R], by: officer, cards: {warning: broken}}
  - {id: NEW, kind: sequence, step: R, requires: P, cards: {yellow: broken}}
"""
"""Some rules in other words, `G` and `F` gone, and one that is new."""

IN_FORCE = BEGIN + 9 * DAY + 5 * HOUR
AGAIN_IN_FORCE = BEGIN + 15 * DAY

STEPS = {"a": {"after": []}, "b": {"after": ["a"], "mandatory": True, "limit": "1wd"}, "c": {"after": ["b"]}}
ITEMS = (
    ItemVersion(
        "i", date.min, date(2026, 9, 24), {"promised": "3wd", "statutory": "6wd", "kind": "licence", "steps": STEPS}
    ),
    ItemVersion(
        "i",
        date(2026, 9, 25),
        None,
        {"promised": "4cd", "statutory": "9cd", "kind": "service", "supplement": "2wd", "steps": STEPS},
    ),
)


class World(NamedTuple):
    """Facts as they will be ingested, and the clock at the end."""

    facts: tuple[Fact, ...]
    final: int


@pytest.fixture(scope="module", params=["open", "deeming", "changing"])
def rulebook(request: pytest.FixtureRequest, cn: Calendar) -> Rulebook:
    if request.param == "changing":
        return _history(cn, 2)
    return _book(f"rules:{RULES}" if request.param == "open" else RULES_OF_THE_LANGUAGE, cn)


def _book(rules: str, cn: Calendar, version: int = 1, *off: date, items: Iterable[ItemVersion] = ITEMS) -> Rulebook:
    overlay = Overlay(off={date(2026, 9, 23): "停办", **dict.fromkeys(off, "停办")}, half={date(2026, 9, 24): "半日"})
    calendar = cn.laid_over({}, {AGENCY: overlay}, version=f"t{len(off)}")
    known = parse_vocabulary(DEEMING, "v.yaml")
    pack = parse_pack(f"pack: p\nversion: {version}\n{rules.lstrip()}", "p.yaml", {known.name: known})
    return Rulebook([pack], calendar, Catalogue(items, f"v{version}"), {"slow": 12 * HOUR})


def _history(cn: Calendar, changes: int) -> Rulebook:
    """Return the law with so many of its changes known: of the rules and the items, then of the days worked."""
    items = (ItemVersion("i", date.min, None, {"promised": "2wd", "statutory": "5wd", "kind": "licence"}),)
    second = _book(f"rules:{CHANGED}", cn, 2, items=items)
    third = _book(f"rules:{CHANGED}", cn, 2, date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 9), items=items)
    later = [(IN_FORCE, second), (AGAIN_IN_FORCE, third)]
    return through_time(_book(f"rules:{RULES}", cn), later[:changes])


@st.composite
def facts(draw: st.DrawFn, number: int) -> Fact:
    hour = st.integers(0, 30 * 24)
    happened = BEGIN + draw(hour) * HOUR
    corrects = draw(st.none() | st.none() | st.none() | st.integers(0, 9).map(str))
    data: dict[str, Any] = {"days": draw(st.integers(0, 4))} if draw(st.booleans()) else {}
    case = draw(st.sampled_from([{}, {}, {"deadline": "2026-10-10"}, {"deadline": "2026-10-12", "kind": "x"}]))
    return Fact(
        id=str(draw(st.sampled_from([number, number, number, 0]))),
        source=draw(st.sampled_from(["quick", "quick", "slow"])),
        type=VOIDED if corrects and draw(st.booleans()) else draw(st.sampled_from("AASSPRXUZZ")),
        at=happened,
        stamp=max(happened + draw(st.sampled_from([0, HOUR, 30 * HOUR, 200 * HOUR, -HOUR, -30 * HOUR])), BEGIN),
        sequence=draw(st.integers(0, 1)),
        recorded_at=draw(st.none() | hour.map(lambda each: BEGIN + each * HOUR)),
        corrects=corrects,
        item=draw(st.sampled_from([None, "i"])),
        agency=draw(st.sampled_from([None, AGENCY])),
        officer=draw(st.sampled_from([None, "", "x", "y"])),
        step=draw(st.sampled_from([None, "a", "b", "c"])),
        data=data,
        case_data=case,
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    known = tuple(draw(facts(number)) for number in range(draw(st.integers(1, 7))))
    last = max(fact.stamp for fact in known)
    return World(known, last + draw(st.sampled_from([0, DAY, 10 * DAY, 60 * DAY])))


def _stand(rulebook: Rulebook, facts: Iterable[Fact], now: int) -> dict[tuple[str, str], str]:
    """Return the digest of every finding, by rule and occurrence, worked out from nothing."""
    return {(rule.id, found.occurrence): digest(found) for rule, found in judge_case("c", facts, rulebook, now)}


def _standing(engine: Engine) -> dict[tuple[str, str], str]:
    state = engine.dump("c")
    case = unpacked("c", state) if state else Case("c")
    return {key: issued.digest for key, issued in case.issued.items() if issued.status != "withdrawn"}


def _taken(world: World) -> list[Fact]:
    """Return the facts that are not still held at the end."""
    return [fact for fact in world.facts if fact.at <= max(world.final, fact.stamp + AHEAD)]


def _engine(rulebook: Rulebook) -> Engine:
    return Engine(rulebook, now=BEGIN, ahead=AHEAD)


BOUNDED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(BOUNDED, max_examples=200)
@given(world=worlds(), data=st.data())
def test_whatever_the_order_the_doubles_and_the_clock_the_findings_are_those_of_a_replay(
    rulebook: Rulebook, world: World, data: st.DataObject
) -> None:
    engine = _engine(rulebook)
    again = data.draw(st.lists(st.sampled_from(world.facts), max_size=3))
    clocks = data.draw(st.lists(st.integers(BEGIN, world.final), max_size=8))
    steps: list[Fact | int] = data.draw(st.permutations([*world.facts, *again, *clocks]))
    for offset, step in enumerate(steps):
        if isinstance(step, int):
            engine.advance(step)
        else:
            engine.fold("c", step, offset)
        if data.draw(st.booleans()):
            engine.take(1)
    engine.advance(world.final)

    assert _standing(engine) == _stand(rulebook, _taken(world), world.final)


@settings(BOUNDED, max_examples=100)
@given(world=worlds(), data=st.data())
def test_whenever_a_change_of_the_law_becomes_known_the_findings_are_those_of_a_replay(
    cn: Calendar, world: World, data: st.DataObject
) -> None:
    last = data.draw(st.integers(1, 2))
    heard = [_history(cn, changes) for changes in range(last + 1)]
    engine = _engine(heard[0])
    when = sorted(data.draw(st.lists(st.integers(0, len(world.facts)), min_size=last, max_size=last)))
    known = 0
    for offset, fact in enumerate(data.draw(st.permutations(world.facts))):
        for number, at in enumerate(when, 1):
            if at == offset and number > known:  # what was heard is not unheard
                known = number
                engine.adopt(heard[number])
        engine.advance(min(fact.stamp, world.final))
        engine.fold("c", fact, offset)
        if data.draw(st.booleans()):
            state = engine.dump("c")
            assert state is not None
            known = max(known, data.draw(st.integers(0, last)))
            engine = Engine(heard[known], now=engine.now, ahead=AHEAD)
            engine.restore("c", state)
    engine.adopt(heard[last])
    engine.advance(world.final)

    assert _standing(engine) == _stand(heard[last], _taken(world), world.final)


@BOUNDED
@given(world=worlds(), data=st.data())
def test_the_bytes_that_are_kept_of_a_case_are_those_that_it_comes_to(
    cn: Calendar, world: World, data: st.DataObject
) -> None:
    engine = _engine(_history(cn, 0))
    steps: list[Fact | int] = [*world.facts, *data.draw(st.lists(st.integers(BEGIN, world.final), max_size=6)), -1]
    for offset, step in enumerate(data.draw(st.permutations(steps))):
        if step == -1 and data.draw(st.booleans()):
            engine.adopt(_history(cn, 1))
        elif step == -1:
            state = engine.dump("c")
            engine = Engine(_history(cn, 1), now=engine.now, ahead=AHEAD)
            if state is not None:
                engine.restore("c", state)
        elif isinstance(step, int):
            engine.advance(step)
        else:
            engine.fold("c", step, offset)
        if data.draw(st.booleans()):
            engine.dump("c")
        for case in engine.cases.values():
            kept, case.written = case.written, None
            assert kept in (None, engine.dump("c"))


ITEM_NAMED_LATE = World(
    (
        Fact(id="1", source="quick", type="A", at=BEGIN, stamp=BEGIN, step="b"),
        Fact(id="2", source="quick", type="P", at=BEGIN + HOUR, stamp=BEGIN + HOUR),
        Fact(id="3", source="quick", type="Z", at=BEGIN + 2 * HOUR, stamp=BEGIN + 20 * DAY, item="i"),
    ),
    BEGIN + 20 * DAY,
)
"""The last fact names the item, and with it comes at once what the law deemed on that item days before."""


@BOUNDED
@given(world=worlds())
@example(world=ITEM_NAMED_LATE)
def test_a_restart_at_any_point_changes_nothing_that_is_said(rulebook: Rulebook, world: World) -> None:
    steady, restarted = _engine(rulebook), _engine(rulebook)
    for offset, fact in enumerate(sorted(world.facts, key=lambda each: each.stamp)):
        for engine in (steady, restarted):
            engine.advance(fact.stamp)
            engine.fold("c", fact, offset)
        assert steady.take(1) == restarted.take(1)
        state = restarted.dump("c")
        assert state is not None
        assert state == steady.dump("c")
        restarted = Engine(rulebook, now=restarted.now, ahead=AHEAD)
        restarted.restore("c", state)
        assert restarted.next_wake == steady.next_wake
    for engine in (steady, restarted):
        engine.advance(world.final)

    assert steady.take(1) == restarted.take(1)


@BOUNDED
@given(world=worlds())
def test_a_log_replayed_in_its_order_says_the_same_word_for_word(rulebook: Rulebook, world: World) -> None:
    said = []
    for _ in range(2):
        engine = _engine(rulebook)
        for offset, fact in enumerate(sorted(world.facts, key=lambda each: each.stamp)):
            engine.advance(fact.stamp)
            engine.fold("c", fact, offset)
        engine.advance(world.final)
        said.append(engine.take(1))

    assert said[0] == said[1]


@BOUNDED
@given(world=worlds(), probes=st.lists(st.integers(0, 60 * 24), max_size=12))
def test_a_timer_is_never_late(rulebook: Rulebook, world: World, probes: list[int]) -> None:
    engine = _engine(rulebook)
    for offset, fact in enumerate(world.facts):
        engine.fold("c", fact, offset)
    engine.take(1)
    for probe in sorted(BEGIN + each * HOUR for each in probes):
        wake = engine.next_wake
        while wake is not None and wake <= probe:
            engine.advance(wake)
            assert engine.next_wake is None or engine.next_wake > wake
            wake = engine.next_wake
        engine.take(1)
        taken = [each for each in world.facts if each.at <= max(probe, each.stamp + AHEAD)]
        assert _standing(engine) == _stand(rulebook, taken, max(probe, engine.now))


@BOUNDED
@given(world=worlds())
def test_stepping_from_wake_to_wake_draws_each_timed_rung_at_its_instant(rulebook: Rulebook, world: World) -> None:
    quick = [fact for fact in world.facts if fact.source == "quick" and fact.at <= fact.stamp]
    engine = Engine(rulebook, now=BEGIN)
    known: Reached = {}
    for offset, fact in enumerate(sorted(quick, key=lambda each: each.stamp)):
        while (wake := engine.next_wake) is not None and wake <= fact.stamp:
            engine.advance(wake)
            _drawn_at(engine, wake, known)
        engine.advance(fact.stamp)
        engine.fold("c", fact, offset)
        _newly_reached(engine, known)
    while (wake := engine.next_wake) is not None and wake <= END:
        engine.advance(wake)
        _drawn_at(engine, wake, known)


Reached = dict[str, tuple[str, str]]
"""By card, the level last reached and when."""


def _drawn_at(engine: Engine, wake: int, known: Reached) -> None:
    drawn = _newly_reached(engine, known)
    if wake != AGAIN_IN_FORCE:  # then days that were worked are no more, and what was due later is late at once
        assert all(SHANGHAI.parse(card.violated_at)[0] == wake for card in drawn if card.cleared_at is None)


def _newly_reached(engine: Engine, known: Reached) -> list[Card]:
    """Return the cards of timed rules that reach another level, not those that only say more of the same."""
    held = [card for card in engine.take(1).cards if card.status != "withdrawn"]  # what a pause cleared may hold again
    timed = [card for card in held if card.rule in {"T", "E", "G", "CW"}]
    standing = [card for card in timed if card.status == "standing"]
    new = [card for card in standing if known.get(card.card_id) != (card.level, card.violated_at)]
    known |= {card.card_id: (card.level, card.violated_at) for card in timed}
    return new


@BOUNDED
@given(world=worlds())
def test_what_happens_later_clears_and_only_what_had_happened_withdraws(rulebook: Rulebook, world: World) -> None:
    punctual = (fact for fact in world.facts if fact.source == "quick" and fact.corrects is None and fact.id != "0")
    bare = sorted(map(_bare, punctual), key=lambda each: each.order)
    engine = Engine(rulebook, now=BEGIN)
    for offset, fact in enumerate(bare):
        if rulebook.turn is not None and engine.now < AGAIN_IN_FORCE <= fact.at:
            engine.advance(AGAIN_IN_FORCE)
            engine.take(1)  # days that were worked are no more: a term that counts them was not over yet
        engine.advance(fact.at)
        engine.fold("c", fact, offset)
        gone = [card for card in engine.take(1).cards if card.status == "withdrawn"]
        at_once = SHANGHAI.text(fact.at)  # with what it had happened at, or what it was drawn at, happened, too
        assert all(at_once in (card.violated_at, card.issued_at) for card in gone)


def _bare(fact: Fact) -> Fact:
    """Return the fact as one that arrives at once and says nothing new of the case itself."""
    return Fact(
        id=fact.id,
        source=fact.source,
        type=fact.type,
        at=fact.at,
        stamp=fact.at,
        item="i",
        agency=AGENCY,
        officer=fact.officer,
        step=fact.step,
        data=fact.data,
    )
