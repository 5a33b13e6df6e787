"""A glance may save judging a rule, but never says anything else than its judge."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.calendar import Calendar, Overlay
from mingjing.rules.case import Case
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.concerned import Concerned
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.glances.glance import NEVER
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import DAY, Zone

SHANGHAI = Zone("Asia/Shanghai")
HOUR = DAY // 24
BEGIN = SHANGHAI.midnight(date(2026, 9, 21).toordinal())  # before 中秋 and 国庆
AGENCY = "91330100MB0000001X"
CODES = ("quick", "slow", "bare", None)

RULES = """
  - {id: RC, kind: condition, at: [A, X], with: {b: [A, X]}, renewed_by: [A, P], renews_after: [S, U],
     cards: {yellow: broken}, when: size(b) > 1}
  - {id: RN, kind: notification, trigger: {event: A, which: each}, notice: X, before: R, unless: U, at_most: 1,
     renewed_by: A, renews_after: S, cards: {yellow: broken}}
  - {id: RU, kind: notification, trigger: {event: A, which: each}, notice: X, within: 1wd, unless: [U, R],
     entitled: {since: B, within: 1wd}, cards: {yellow: past}}
  - {id: RS, kind: sequence, step: {event: X, which: each}, requires: A, forbids: P, renewed_by: A, renews_after: S,
     settle: 2h, cards: {hint: broken}}
  - {id: RO, kind: separation, a: A, b: [R, X], by: officer, renewed_by: [A, P], renews_after: S,
     cards: {warning: broken}}
  - {id: T, kind: time-limit, start: A, stop: S, limit: promised, cards: {warning: 1wd before, yellow: past,
     red: past statutory by 1wd}}
  - {id: TP, kind: time-limit, start: A, stop: S, limit: promised, pause: [{begin: P, end: R, cap: data.days}],
     extend: [{event: X, by: data.days}], unless: [U], cards: {yellow: past, red: past statutory}}
  - {id: TA, kind: time-limit, start: B, stop: {event: S, which: first-anywhere}, limit: 2cd, cards: {yellow: past}}
  - {id: TL, kind: time-limit, start: B, stop: {event: [S, R], which: last}, limit: 2wd, cards: {yellow: past}}
  - {id: TI, kind: time-limit, start: A, stop: R, missing: ignore, limit: 1wd, cards: {hint: 50%, yellow: past}}
  - {id: TH, kind: time-limit, start: A, stop: S, limit: 30h, cards: {hint: 50%, yellow: past}}
  - {id: THD, kind: time-limit, start: A, stop: S, cards: {yellow: past},
     limit: [{from: 2026-01-01, limit: 30h}, {from: 2026-09-22, limit: 2h}]}
  - {id: THW, kind: time-limit, start: A, stop: S, limit: 30h, cards: {hint: past, yellow: past by 1wd}}
  - {id: THN, kind: time-limit, start: B, stop: S, limit: data.days, unit: h, cards: {warning: 1h before, yellow: past}}
  - {id: TS, kind: time-limit, start: A, stop: S, limit: 2wd, count: to-the-second, cards: {yellow: past}}
  - {id: TO, kind: time-limit, start: A, stop: S, limit: 0wd, scope: {case.kind: x}, cards: {yellow: past}}
  - {id: TE, kind: time-limit, start: {event: A, which: each}, stop: S, limit: 1wd, cards: {yellow: past}}
  - {id: TEK, kind: time-limit, start: {event: [A, B], which: each}, stop: [S, R], key: step, limit: promised,
     cards: {warning: 1wd before, yellow: past}}
  - {id: TEP, kind: time-limit, start: {event: A, which: each}, stop: [S, A], unless: [U], limit: 2wd,
     pause: [{begin: P, end: R}], cards: {yellow: past}}
  - {id: TED, kind: time-limit, start: {event: A, which: each}, stop: S, limit: data.days, unit: wd, otherwise: 1wd,
     cards: {warning: 1wd before, yellow: past}}
  - {id: TEZ, kind: time-limit, start: {event: [A, P], which: each}, stop: [R, S], key: step,
     limit: 'item.holds[data.days]', cards: {warning: past}}
  - {id: TEU, kind: time-limit, start: {event: A, which: each}, stop: S, unless: [U, R], limit: 2wd,
     pause: [{begin: P, end: R, cap: data.days}], cards: {yellow: past}}
  - {id: TKU, kind: time-limit, start: [A, B], stop: S, key: step, unless: [U, X],
     limit: 'item.steps[event.step].limit', pause: [{begin: P, end: R}], cards: {warning: past}}
  - {id: TKW, kind: time-limit, start: A, stop: S, key: step, unless: U, limit: promised,
     cards: {warning: 1wd before, yellow: past by 1wd}}
  - {id: TUW, kind: time-limit, start: A, stop: [S, R], unless: [U], limit: promised,
     cards: {warning: past statutory, red: past statutory by 1wd}}
  - {id: TD, kind: time-limit, start: A, stop: S, limit: data.days, unit: cd, cards: {hint: 50%, yellow: past}}
  - {id: TID, kind: time-limit, start: A, stop: {event: S, which: last}, missing: ignore, limit: data.days, unit: wd,
     pause: [{begin: P, end: R, cap: data.days}], cards: {yellow: past}}
  - {id: TIP, kind: time-limit, start: [A, P], stop: {event: P, which: last}, missing: ignore, limit: promised,
     pause: [{begin: P, end: R}], extend: [{event: X, by: data.days}], cards: {yellow: 1wd before}}
  - {id: TN, kind: time-limit, start: A, renews_after: R, stop: [S, R], unless: U, limit: 2wd,
     pause: [{begin: P, end: X}], cards: {warning: 1wd before, yellow: past}}
  - {id: TNI, kind: time-limit, start: A, renews_after: [R, U], stop: S, missing: ignore, limit: 1wd,
     cards: {yellow: past}}
  - {id: W, kind: waiting-period, start: A, stop: S, at_least: 3wd, cards: {yellow: early}}
  - {id: WA, kind: waiting-period, start: A, stop: {event: S, which: first-after}, at_least: 1wd,
     cards: {yellow: early}}
  - {id: Q, kind: sequence, step: {event: S, which: each}, requires: {all: [A, R]}, settle: 6h, cards: {yellow: broken}}
  - {id: QA, kind: sequence, step: S, requires: {any: [A, R]}, cards: {yellow: broken}}
  - {id: QT, kind: sequence, step: S, requires: {any: [A, R]}, ties: strict, cards: {yellow: broken}}
  - {id: F, kind: sequence, step: P, forbids: S, scope: {agency: AGENCY}, cards: {red: broken}}
  - {id: N, kind: notification, trigger: {event: P, which: each}, notice: R, before: S, at_most: 1,
     carries: [days], cards: {hint: broken}}
  - {id: NW, kind: notification, trigger: P, notice: R, before: S, within: 1wd, cards: {hint: broken, yellow: past}}
  - {id: NO, kind: notification, trigger: A, notice: A, carries: [days], cards: {hint: broken}}
  - {id: NE, kind: notification, trigger: {event: P, which: each}, entitled: {since: A, within: 1wd}, notice: R,
     before: S, cards: {hint: broken}}
  - {id: NEW, kind: notification, trigger: {event: P, which: each}, entitled: {since: A, within: 1wd}, notice: R,
     within: 1wd, cards: {hint: past}}
  - {id: O, kind: separation, a: [A, P], b: [S, R], by: officer, cards: {warning: broken}}
  - {id: OA, kind: separation, a: [A, P], b: [P, R], by: officer, cards: {warning: broken}}
  - {id: O2, kind: separation, step: X, at_least: 2, by: data.people, cards: {warning: broken}}
  - {id: TK, kind: time-limit, start: [A, B], stop: [S, R], key: step, missing: ignore,
     limit: 'item.steps[event.step].limit', cards: {yellow: past}}
  - {id: TKP, kind: time-limit, start: A, stop: {event: S, which: last}, key: step, missing: ignore, limit: 1wd,
     pause: [{begin: P, end: R}], cards: {yellow: past}}
  - {id: QF, kind: sequence, step: {event: [S, X], where: 'event.step != "c"'}, forbids: U, first_breach: true,
     cards: {yellow: broken}}
  - {id: FL, kind: sequence, flow: item, step: [A, B, S], cards: {yellow: broken}}
  - {id: FS, kind: sequence, flow: item, step: [A, B, S, X], ties: strict, first_breach: true, cards: {yellow: broken}}
  - {id: FM, kind: sequence, flow: item, require_all: true, step: S, done: [A, B], settle: 6h, cards: {red: broken}}
  - {id: FR, kind: sequence, step: A, repeats: {at_most: 1}, cards: {yellow: broken}}
  - {id: C, kind: condition, at: S, with: {asked: A}, when: 'data.days > 2 && asked.size() > 1', cards: {red: broken}}
  - {id: C1, kind: condition, at: {event: X, which: first}, when: 'data.days > 2', cards: {red: broken}}
  - {id: CA, kind: condition, at: [S, X], when: 'event.step == "a" && (data.days > 1 || !has(item.kind))',
     cards: {red: broken}}
  - {id: CI, kind: condition, at: {event: S, where: 'data.days > 0'}, when: 'item.kind == "licence"',
     cards: {red: broken}}
""".replace("AGENCY", AGENCY)

STEPS = {"a": {"limit": "1wd"}, "b": {"after": ["a"], "limit": "0wd", "mandatory": True}, "c": {"after": ["b"]}}
ITEMS = (
    ItemVersion(
        "quick",
        date.min,
        date(2026, 9, 24),
        {"promised": "1wd", "statutory": "3wd", "kind": "licence", "steps": STEPS}
        | {"holds": {"1": "1wd", "3": "2cd"}},
    ),
    ItemVersion("quick", date(2026, 9, 25), None, {"promised": "2cd", "statutory": "9cd", "kind": "service"}),
    ItemVersion("slow", date.min, None, {"promised": "6h", "statutory": "12h"}),
    ItemVersion("bare", date.min, None, {"kind": "licence"}),
)


@pytest.fixture(scope="module")
def books(cn: Calendar, book: Callable[..., Rulebook]) -> list[Rulebook]:
    """The same rules glanced at, and judged at every fact they read: without and with a slow source."""
    overlay = Overlay(off={date(2026, 9, 23): "停办"}, half={date(2026, 9, 24): "半日"})
    calendar = cn.laid_over({}, {AGENCY: overlay}, version="t")
    made = [
        book(RULES, calendar=calendar, catalogue=Catalogue(ITEMS), delays=delays)
        for delays in ({}, {}, {"slow": 12 * HOUR}, {"slow": 12 * HOUR})
    ]
    for each in made[1::2]:
        each.all_seats = tuple(seat._replace(glance=None) for seat in each.all_seats)
        each.concerned = Concerned(each.all_seats)
    return made


@st.composite
def stories(draw: st.DrawFn) -> list[Fact]:
    """Facts mostly in order, some at one instant, about one case."""
    found: list[Fact] = []
    at = BEGIN
    for number in range(draw(st.integers(1, 9))):
        at += draw(st.sampled_from([0, HOUR, 5 * HOUR, 20 * HOUR, 30 * HOUR, 5 * DAY, -HOUR]))
        data: dict[str, Any] = draw(
            st.sampled_from([{}, {"days": 1}, {"days": 3}, {"people": ["x"]}, {"people": "xy"}])
        )
        found.append(
            Fact(
                id=str(number),
                source=draw(st.sampled_from(["prompt", "prompt", "slow"])),
                type=draw(st.sampled_from("ABSPRXU")),
                at=at,
                stamp=max(at, BEGIN) + draw(st.sampled_from([0, 0, HOUR, 3 * DAY])),
                item=draw(st.sampled_from(CODES)),
                agency=draw(st.sampled_from([None, None, AGENCY])),
                step=draw(st.sampled_from([None, "a", "b", "c"])),
                officer=draw(st.sampled_from([None, "", "x", "y"])),
                data=data,
                case_data=draw(st.sampled_from([{}, {}, {"kind": "x"}])),
            )
        )
    return found


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories(), slow=st.booleans(), clock=st.booleans())
def test_a_glance_and_a_judgement_leave_a_case_alike(
    books: list[Rulebook], story: list[Fact], *, slow: bool, clock: bool
) -> None:
    glanced, judged = (Engine(each, now=BEGIN) for each in books[2 * slow : 2 * slow + 2])
    for offset, fact in enumerate(story):
        for engine in (glanced, judged):
            if clock:
                engine.advance(fact.stamp)
            engine.fold("c", fact, offset)
        case, other = glanced.cases["c"], judged.cases["c"]
        assert (case.wakes, case.parked, case.issued) == (other.wakes, other.parked, other.issued)
        assert glanced.take(1) == judged.take(1)


def test_a_trigger_that_obliges_after_one_that_did_not_leaves_a_case_alike(books: list[Rulebook]) -> None:
    glanced, judged = (Engine(each, now=BEGIN) for each in books[:2])
    for number, (kind, hours) in enumerate((("A", 0), ("P", 120), ("A", 240), ("P", 240))):
        at = BEGIN + hours * HOUR
        for engine in (glanced, judged):
            engine.fold("c", Fact(id=str(number), source="prompt", type=kind, at=at, stamp=at, item="quick"), number)
        assert glanced.cases["c"].wakes == judged.cases["c"].wakes


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories(), slow=st.booleans())
def test_what_masks_call_quiet_a_glance_finds_nothing_in(
    books: list[Rulebook], story: list[Fact], *, slow: bool
) -> None:
    book, case = books[2 * slow], Case("c")
    for fact in sorted(story, key=lambda each: each.order):
        case.extend(fact)
        before, tag = case.seen, book.tag(fact)
        case.tell(tag)
        case.ground = book.ground(case.facts)
        for seat in book.all_seats:
            if seat.glance is not None and seat.quiet is not None and seat.quiet(before, tag):
                assert seat.glance(before, tag, fact, NEVER, fact.stamp, case) == NEVER, book.rules[seat.place].id


def test_of_most_facts_masks_say_that_nothing_follows(books: list[Rulebook]) -> None:
    seats = [seat for seat in books[0].all_seats if seat.glance is not None]
    told = [books[0].tag(Fact(id="1", source="s", type=each, at=BEGIN, stamp=BEGIN)) for each in "ABSPRXU"]

    quiet = [seat.quiet is not None and seat.quiet(0, tag) for seat in seats for tag in told if tag & seat.reads]

    assert quiet.count(True) > len(quiet) // 2


@pytest.mark.parametrize("event", ["A", "S", "P", "X"])
def test_most_rules_are_settled_by_a_glance(books: list[Rulebook], event: str) -> None:
    seats = books[0].seats(event)

    assert sum(seat.glance is not None for seat in seats) >= len(seats) - 2
