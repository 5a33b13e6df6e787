"""Glances at clocks: most start, and are stopped in time, on days whose end was worked out before."""

from collections.abc import Mapping

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.glances.clock_terms import Clock, frees, masks_in, of_each_start
from mingjing.rules.glances.each_clock import each_clock
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance, states_only
from mingjing.rules.glances.reaching import reach_of
from mingjing.rules.kinds import keyed
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import Rule


def time_limit(
    rule: Rule, judge: TimeLimit, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `time-limit`, or None where its terms are not read here."""
    limit, stop = judge.limit, judge.stop
    if (
        not states_only(
            judge, "start", "stop", "unless", "done", "missing_violates", "limit", "key", "card_to", "renews"
        )
        or judge.start.which not in {"first", "each"}
        or stop is None
        or judge.done is not None
        or limit.due is not None
        or (judge.start.which == "each" and not (judge.missing_violates and stop.which == "first-after"))
        or (judge.start.which == "first" and judge.key and judge.missing_violates and stop.which != "first-after")
    ):
        return None
    begins, ends, unless = masks[:3]
    moves, renews = masks_in(judge, masks)
    clock = Clock(
        begins,
        ends,
        unless,
        moves=moves,
        anywhere=stop.which == "first-anywhere",
        last=stop.which == "last",
        first=judge.start.which == "first",
        key=None if judge.key is None else keyed.keys_at(judge.key),
        reach=reach_of(rule, judge, masks, calendar),
        frees=frees(rule.rungs, limit.own_clock),
    )
    if of_each_start(judge):
        glance = each_clock(clock, delays)
    else:
        glance = _running(clock, delays) if judge.missing_violates else _stopped(clock)
    return _in_first_round(glance, renews) if renews else glance


def _in_first_round(own: Glance, renews: int) -> Glance:
    """Return the glance of a start that may be renewed: as long as nothing ended a round, nothing is."""

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        return UNSURE if before & renews else own(before, tag, fact, wake, now, case)

    return glance


def _running(clock: Clock, delays: Mapping[str, int]) -> Glance:
    """Return the glance of a clock that a timer watches."""
    begins, ends, unless, moves = clock[:4]
    slowest = max(delays.values(), default=0)

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        if not before & begins:
            reached = clock.starts(before, tag, fact, case) if tag & begins else NEVER
            reached += delays.get(fact.source, 0) if reached > NEVER else 0
            return UNSURE if NEVER < reached <= now else reached
        if tag & moves:
            return _moved(clock, before, tag, fact, wake, case)
        if wake and tag & unless:
            in_time = clock.frees and fact.source != DEEMED and fact.at < wake - slowest
            return NEVER if in_time else UNSURE
        if not tag & ends or not (wake or clock.last):
            return wake
        if wake and fact.at < wake - slowest:
            return NEVER
        return _in_time(clock, fact, case) if before & moves else UNSURE

    return glance


def _moved(clock: Clock, before: int, tag: int, fact: Fact, wake: int, case: Case) -> int:
    """Return the instant to wait for after a fact that may move the clock; one that has stopped is moved no more."""
    if tag & clock.ends:
        return _in_time(clock, fact, case)
    if wake:
        return UNSURE
    if not before & clock.moves:
        return NEVER
    forward = before & clock.ends and not (clock.last or clock.anywhere)
    return NEVER if forward and _has_stopped(clock, case) else UNSURE


def _has_stopped(clock: Clock, case: Case) -> bool:
    """Return whether a stop followed the start before the last fact of the case."""
    begun = False
    for _, mask in zip(case.facts[:-1], case.tags, strict=False):
        if begun and mask & clock.ends:
            return True
        begun = begun or mask & clock.begins != 0
    return False


def _in_time(clock: Clock, fact: Fact, case: Case) -> int:
    """Return NEVER where the last fact of the case stops the clock before any rung; what moves it puts that off."""
    start = next(each for each, mask in zip(case.facts, case.tags, strict=True) if mask & clock.begins)
    reached = clock.reach(start, case.ground)
    return NEVER if reached == NEVER or fact.at < reached else UNSURE


def _stopped(clock: Clock) -> Glance:
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


def _start_of(clock: Clock, fact: Fact, case: Case) -> Fact | None:
    """Return the start that the last fact of the case stops; None where it stops none, or one that has stopped."""
    start, key = None, clock.key
    name = clock.name(fact)
    if name is None:
        return None
    for each, mask in zip(case.facts[:-1], case.tags, strict=False):
        if not mask & (clock.begins | clock.ends) or (key is not None and key(each) != name):
            continue
        if start is None:
            start = each if mask & clock.begins else None
        elif mask & clock.ends and not clock.last:
            return None
    return start
