"""Glances at clocks of which a case has more than one: for each start, or for the first of each key."""

from collections.abc import Mapping

from mingjing.rules.case import Case
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.glances.clock_terms import Clock
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance


def each_clock(clock: Clock, delays: Mapping[str, int]) -> Glance:
    """Return the glance of clocks that a timer watches. The first stop after it stops each, `unless` frees of all.

    Where nothing is waited for, none is open but one that stands still or never reaches a rung.
    """
    begins, ends, unless, moves = clock[:4]
    slowest = max(delays.values(), default=0)

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        starting = tag & begins
        if (starting and tag & (ends | unless)) or ((before | tag) & unless and not clock.frees):
            return UNSURE
        if tag & moves:
            stood = before & moves and before & begins
            return UNSURE if wake or starting else _once_more(clock, delays, fact, now, case) if stood else NEVER
        if tag & unless:
            in_time = not wake or (fact.source != DEEMED and fact.at < wake - slowest)
            return NEVER if in_time else UNSURE
        if tag & ends:
            return _once_more(clock, delays, fact, now, case) if wake and before & begins else wake
        if not starting or not _opens(clock, before, fact, case):
            return wake
        return _sooner(clock.starts(before, tag, fact, case), delays.get(fact.source, 0), wake, now)

    return glance


def _sooner(reached: int, delay: int, wake: int, now: int) -> int:
    """Return the instant to wait for where one clock more reaches its first rung then."""
    if reached == NEVER:
        return wake
    if reached == UNSURE or reached + delay <= now:
        return UNSURE
    return min(wake, reached + delay) if wake else reached + delay


def _opens(clock: Clock, before: int, fact: Fact, case: Case) -> bool:
    """Return whether the last fact of the case opens a clock: each start that bears a key does, or the first of it."""
    name = clock.name(fact)
    if name is None or not (clock.first and before & clock.begins):
        return name is not None
    earlier = zip(case.facts[:-1], case.tags, strict=False)
    return not any(mask & clock.begins and clock.name(each) == name for each, mask in earlier)


def _once_more(clock: Clock, delays: Mapping[str, int], fact: Fact, now: int, case: Case) -> int:
    """Return the instant to wait for, the facts of the case gone through one by one; the last is what is new.

    What moves a clock puts its rungs off, so that one ended before any would be reached unmoved has reached none.
    """
    begins, ends, unless, moves = clock[:4]
    moved = case.seen & moves != 0
    running: list[tuple[str, Fact]] = []
    begun: set[str] = set()
    for each, mask in zip(case.facts, case.tags, strict=True):
        if not mask & (begins | ends | unless):
            continue
        if each.source == DEEMED or (mask & ends and mask & begins):
            return UNSURE
        if mask & unless:
            late = _reached(clock, running, each.at, case)
            if late and moved:
                return UNSURE
            running = late
        name = clock.name(each)
        if mask & ends:
            stopped = [start for start in running if start[0] == name]
            if each is fact and _reached(clock, stopped, fact.at, case):
                return UNSURE
            running = [start for start in running if start[0] != name]
        elif mask & begins and name is not None and not (clock.first and name in begun):
            running.append((name, each))
            begun.add(name)
    return _soonest(clock, delays, running, now, case, moved=moved)


def _reached(clock: Clock, running: list[tuple[str, Fact]], at: int, case: Case) -> list[tuple[str, Fact]]:
    """Return those of the clocks that have reached a rung by an instant, nothing having moved them, or may have."""
    return [start for start in running if NEVER != clock.reach(start[1], case.ground) <= at]


def _soonest(
    clock: Clock, delays: Mapping[str, int], running: list[tuple[str, Fact]], now: int, case: Case, *, moved: bool
) -> int:
    """Return when the first of these starts reaches a rung; UNSURE where one has, or may have been `moved`."""
    wake = NEVER
    for _, start in running:
        reached = clock.reach(start, case.ground)
        if moved and reached != NEVER:
            return UNSURE
        wake = _sooner(reached, delays.get(start.source, 0), wake, now)
        if wake == UNSURE:
            return UNSURE
    return wake
