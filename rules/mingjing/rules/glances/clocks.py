"""Glances at clocks: most start, and are stopped in time, on days whose end was worked out before."""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import NamedTuple

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance, states_only
from mingjing.rules.glances.reaching import reach_of
from mingjing.rules.ground import Ground
from mingjing.rules.kinds import keyed
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import Rule


class _Clock(NamedTuple):
    """A time limit as a glance reads it: its masks, how its stop is chosen, and when its first rung is reached."""

    begins: int
    ends: int
    unless: int
    moves: int
    anywhere: bool
    last: bool
    first: bool
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
        or (judge.start.which == "first" and judge.key and judge.missing_violates and stop.which != "first-after")
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
        first=judge.start.which == "first",
        key=judge.key,
        reach=reach_of(rule, judge, masks, calendar),
    )
    if judge.start.which == "each" or (judge.key is not None and judge.missing_violates):
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
    """Return the glance of clocks that a timer watches, one for each start or for the first of each key.

    The first stop after it stops each.
    """
    begins, ends, unless, moves = clock[:4]

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        if (before | tag) & (moves | unless) or (tag & begins and tag & ends):
            return UNSURE
        if tag & ends:
            return _stopping(clock, delays, fact, now, case) if before & begins else wake
        if not tag & begins or not _paired(clock, fact) or (clock.first and _begun(clock, before, fact, case)):
            return wake
        reached = clock.starts(before, tag, fact, case)
        if reached <= NEVER:
            return wake if reached == NEVER else UNSURE
        reached += delays.get(fact.source, 0)
        if reached <= now:
            return UNSURE
        return min(wake, reached) if wake else reached

    return glance


def _begun(clock: _Clock, before: int, fact: Fact, case: Case) -> bool:
    """Return whether a fact before the last of the case has started the clock of its key."""
    earlier = zip(case.facts[:-1], case.tags, strict=False)
    started = (mask & clock.begins and _one_key(clock, each, fact) for each, mask in earlier)
    return bool(before & clock.begins) and any(started)


def _opens(clock: _Clock, fact: Fact, begun: list[Fact]) -> bool:
    """Return whether a start opens a clock, where these have: each does, or the first of its key."""
    return _paired(clock, fact) and not (clock.first and any(_one_key(clock, each, fact) for each in begun))


def _paired(clock: _Clock, fact: Fact) -> bool:
    return clock.key is None or keyed.key_of(clock.key, fact) is not None


def _stopping(clock: _Clock, delays: Mapping[str, int], fact: Fact, now: int, case: Case) -> int:
    """Return the instant to wait for once the last fact of the case has stopped the clocks of its key, all in time."""
    open_starts: list[Fact] = []
    begun: list[Fact] = []
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
        elif mask & clock.begins and _opens(clock, each, begun):
            open_starts.append(each)
            begun.append(each)
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
