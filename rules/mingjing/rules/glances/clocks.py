"""Glances at clocks: most start, and are stopped in time, on days whose end was worked out before."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.events import DEEMED, Fact, micros
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance, states_only
from mingjing.rules.ground import Ground
from mingjing.rules.kinds import keyed
from mingjing.rules.kinds.ladder import climb
from mingjing.rules.kinds.limit import ITEM_CLOCKS
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.meter import Meter
from mingjing.rules.remembering import remember
from mingjing.rules.rule import Rule, Rung
from mingjing.rules.term import DAY_UNITS, Threshold
from mingjing.rules.values import value_for
from mingjing.rules.view import View
from mingjing.rules.workdays import CalendarMissing

MOST_DAYS = 50_000
"""Ends of limits kept for each rule; beyond it they are worked out anew."""

Terms = tuple[int, object, str | None]
"""All that the length of a limit hangs on: line of days, terms, and what the start says of them."""

LAST = micros(datetime(9998, 1, 1, tzinfo=UTC))
"""Up to here every instant has a day in every zone; whether a later one has is for the judge to find out."""


class _Clock(NamedTuple):
    """A time limit as a glance reads it: its masks, how its stop is chosen, and when its first rung is reached."""

    begins: int
    ends: int
    unless: int
    moves: int
    anywhere: bool
    last: bool
    key: str | None
    reach: Callable[[Fact, Ground | None], int]

    def starts(self, before: int, tag: int, fact: Fact, case: Case) -> int:
        """Return when the clock that `fact` starts reaches its first rung, if nothing moves or ends it already."""
        hindered = self.moves | (self.ends if self.anywhere or self.last else 0)
        return UNSURE if (before | tag) & hindered else self.reach(fact, case.ground)


def time_limit(
    rule: Rule, judge: TimeLimit, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `time-limit`, or None where its terms are not read here."""
    limit, stop = judge.limit, judge.stop
    if (
        not states_only(judge, "start", "stop", "unless", "done", "missing_violates", "limit", "key", "card_to")
        or judge.start.which not in {"first", "each"}
        or stop is None
        or judge.done is not None
        or limit.due is not None
        or (judge.start.which == "each" and not (judge.missing_violates and stop.which == "first-after"))
        or (judge.start.which == "first" and judge.key is not None and judge.missing_violates)
    ):
        return None
    begins, ends, unless = masks[:3]
    clock = _Clock(
        begins,
        ends,
        unless,
        moves=reduce(or_, masks[3:], 0),
        anywhere=stop.which == "first-anywhere",
        last=stop.which == "last",
        key=judge.key,
        reach=_reach(rule, judge, masks, calendar),
    )
    if judge.start.which == "each":
        return _each(clock, delays)
    return _running(clock, delays) if judge.missing_violates else _stopped(clock)


def _running(clock: _Clock, delays: Mapping[str, int]) -> Glance:
    """Return the glance of a clock that a timer watches."""
    begins, ends, unless, moves = clock[:4]
    slowest = max(delays.values(), default=0)

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        if not before & begins:
            reached = clock.starts(before, tag, fact, case) if tag & begins else wake
            if reached <= NEVER or not tag & begins:
                return reached
            reached += delays.get(fact.source, 0)
            return reached if reached > now else UNSURE
        if tag & ends and (before | tag) & moves:
            return _in_time(clock, fact, case)
        if (before | tag) & moves or (wake and tag & unless):
            return UNSURE
        if not tag & ends:
            return wake
        in_time = fact.at < wake - slowest if wake else not clock.last
        return NEVER if in_time else UNSURE

    return glance


def _in_time(clock: _Clock, fact: Fact, case: Case) -> int:
    """Return NEVER where the last fact of the case stops the clock before any rung; what moves it puts that off."""
    start = next(each for each, mask in zip(case.facts, case.tags, strict=True) if mask & clock.begins)
    reached = clock.reach(start, case.ground)
    return NEVER if reached == NEVER or fact.at < reached else UNSURE


def _each(clock: _Clock, delays: Mapping[str, int]) -> Glance:
    """Return the glance of clocks that a timer watches, one for each start, stopped by the first stop after it."""
    begins, ends, unless, moves = clock[:4]

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        if (before | tag) & (moves | unless) or (tag & begins and tag & ends):
            return UNSURE
        if tag & ends:
            return _stopping(clock, delays, fact, now, case) if before & begins else wake
        if not tag & begins or not _paired(clock, fact):
            return wake
        reached = clock.starts(before, tag, fact, case)
        if reached <= NEVER:
            return wake if reached == NEVER else UNSURE
        reached += delays.get(fact.source, 0)
        if reached <= now:
            return UNSURE
        return min(wake, reached) if wake else reached

    return glance


def _paired(clock: _Clock, fact: Fact) -> bool:
    return clock.key is None or keyed.key_of(clock.key, fact) is not None


def _stopping(clock: _Clock, delays: Mapping[str, int], fact: Fact, now: int, case: Case) -> int:
    """Return the instant to wait for once the last fact of the case has stopped the clocks of its key, all in time."""
    open_starts: list[Fact] = []
    for each, mask in zip(case.facts, case.tags, strict=True):
        if each.source == DEEMED and mask & (clock.begins | clock.ends):
            return UNSURE
        if mask & clock.ends:
            if mask & clock.begins:
                return UNSURE
            stopped = [start for start in open_starts if _one_key(clock, start, each)]
            if each is fact and any(NEVER != clock.reach(start, case.ground) <= fact.at for start in stopped):
                return UNSURE
            open_starts = [start for start in open_starts if start not in stopped]
        elif mask & clock.begins and _paired(clock, each):
            open_starts.append(each)
    wake = NEVER
    for start in open_starts:
        reached = clock.reach(start, case.ground)
        if reached == NEVER:
            continue
        reached += delays.get(start.source, 0)
        if reached <= now:  # UNSURE among them
            return UNSURE
        wake = min(wake, reached) if wake else reached
    return wake


def _one_key(clock: _Clock, start: Fact, stop: Fact) -> bool:
    return clock.key is None or keyed.key_of(clock.key, start) == keyed.key_of(clock.key, stop)


def _stopped(clock: _Clock) -> Glance:
    """Return the glance of a clock that is judged at its stop alone."""
    begins, ends = clock[:2]

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del wake, now
        if not before & begins:
            return min(clock.starts(before, tag, fact, case), NEVER) if tag & begins else NEVER
        if tag & begins and (tag & ends or clock.reach(fact, case.ground) == UNSURE):
            return UNSURE
        if not tag & ends:
            return NEVER  # what moves a clock that has stopped in time only puts off what it was in time for
        if clock.anywhere:
            return UNSURE
        start = _start_of(clock, fact, case)
        if start is None:
            return NEVER
        reached = clock.reach(start, case.ground)
        return NEVER if reached == NEVER or fact.at < reached else UNSURE

    return glance


def _start_of(clock: _Clock, fact: Fact, case: Case) -> Fact | None:
    """Return the start that the last fact of the case stops; None where it stops none, or one that has stopped."""
    start, key = None, clock.key
    name = None if key is None else keyed.key_of(key, fact)
    if key is not None and name is None:
        return None
    for each, mask in zip(case.facts[:-1], case.tags, strict=False):
        if not mask & (clock.begins | clock.ends) or (key is not None and keyed.key_of(key, each) != name):
            continue
        if start is None:
            start = each if mask & clock.begins else None
        elif mask & clock.ends and not clock.last:
            return None
    return start


def _terms(rule: Rule, judge: TimeLimit) -> Callable[[Mapping[str, Any]], object]:
    """Return what tells items apart by what they say of the clocks, which many items say alike."""
    if isinstance(judge.limit.terms, str) and judge.limit.terms not in ITEM_CLOCKS:
        return id
    names = tuple(name for name in dict.fromkeys((judge.limit.own_clock, *rule.clocks)) if name != "limit")
    known: dict[int, tuple[object, ...]] = {}

    def terms(item: Mapping[str, Any]) -> object:
        found = known.get(id(item))
        if found is None:
            found = known[id(item)] = tuple(item.get(name) for name in names)
        return found

    return terms


def _reach(
    rule: Rule, judge: TimeLimit, masks: tuple[int, ...], calendar: Calendar
) -> Callable[[Fact, Ground | None], int]:
    """Return what says when the first rung is reached by a clock that nothing moves; one that is moved is no sooner."""
    day_of = rule.zone.day
    terms = _terms(rule, judge)
    said = judge.limit.terms if judge.limit.reads_start and isinstance(judge.limit.terms, str) else None
    known: dict[tuple[int, Terms], int] = {}
    elapsing: dict[Terms, int] = {}
    dated = isinstance(judge.limit.terms, tuple) or any(map(_in_days, rule.rungs))

    def work_out(fact: Fact, ground: Ground, day: int, key: Terms) -> int:
        view = View([fact], [0], fact.at, rule.zone, calendar, ground.region, ground.agency, ground.item, {}, {})
        reached, meters = _worked_out(rule, judge, view, masks)
        if reached == UNSURE:
            return UNSURE
        if all(meter.by_days and meter.count != "to-the-second" for meter in meters):
            remember(known, (day, key), reached, MOST_DAYS)
        elif reached != NEVER and not dated and all(meter.elapses for meter in meters):
            remember(elapsing, key, reached - fact.at, MOST_DAYS)
        return reached

    def reach(fact: Fact, ground: Ground | None) -> int:
        if ground is None or fact.source == DEEMED:
            return UNSURE
        if (fact.agency is not None and fact.agency != ground.agency) or (
            fact.region is not None and fact.region != ground.region
        ):
            return UNSURE
        item = ground.item
        key = (
            id(ground.workdays),
            terms(item) if item else None,
            str(value_for(said, fact, case={}, item=item)) if said is not None else None,
        )
        after = elapsing.get(key) if elapsing else None
        if after is not None and fact.at + after < LAST:
            return fact.at + after
        day = day_of(fact.at)
        reached = known.get((day, key))
        if reached is None:
            return work_out(fact, ground, day, key)
        return reached if reached > fact.at or reached == NEVER else UNSURE

    return reach


def _worked_out(rule: Rule, judge: TimeLimit, view: View, masks: tuple[int, ...]) -> tuple[int, list[Meter]]:
    """Return when the only fact of a view has its clocks reach their first rung, and what measures them."""
    now = view.now
    try:
        courses = judge.courses(rule, view, masks, 0)
        found, wake = climb(rule.rungs, judge.limit.own_clock, courses, None, now)
    except (CalendarMissing, ValueError):
        return UNSURE, []
    if found is not None:
        return UNSURE, []
    return NEVER if wake is None else wake, [course.meter for course in courses]


def _in_days(rung: Rung) -> bool:
    """Whether a rung is so many days away from the end of its limit, which hangs on what day that is."""
    when = rung.when
    return isinstance(when, Threshold) and when.term is not None and when.term.unit in {*DAY_UNITS, "wh"}
