"""What needs no glance: which facts, by the selectors they match, nothing follows from while a rule waits for nothing.

Most facts that a rule reads are of no consequence to it, and which these are hangs on masks alone, which repeat
from case to case: so it is worked out once for all of them (`concerned`). What is said here of a rule is what its
glance says (tests/rules/test_glance.py holds them equal); it is not read of a rule that has none.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_

from mingjing.rules.glances.clock_terms import masks_in, of_each_start
from mingjing.rules.kinds.condition import Condition
from mingjing.rules.kinds.each_round import EachRound
from mingjing.rules.kinds.flow import Flow, Mandatory
from mingjing.rules.kinds.notification import Notification
from mingjing.rules.kinds.repeats import Repeats
from mingjing.rules.kinds.separation import Separation
from mingjing.rules.kinds.sequence import Sequence
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.kinds.waiting_period import WaitingPeriod
from mingjing.rules.rule import Rule

Quiet = Callable[[int, int], bool]
"""Whether a rule that waits for nothing finds and waits for nothing, by the masks `before` and `tag` of `Glance`."""

Masks = tuple[int, ...]


def quiet_of(rule: Rule, masks: Masks) -> Quiet | None:
    """Return what says so of a rule, or None where masks alone never do."""
    make = MAKERS.get(type(rule.judge))
    return make(rule.judge, masks) if make else None


def _time_limit(judge: TimeLimit, masks: Masks) -> Quiet:
    begins, ends, unless = masks[:3]
    moves, renews = masks_in(judge, masks)
    last = judge.stop is not None and judge.stop.which == "last"

    def of_each(before: int, tag: int) -> bool:
        if tag & begins or (before | tag) & unless or before & renews:
            return False
        return not (tag & moves and before & moves and before & begins)

    def running(before: int, tag: int) -> bool:
        if before & renews:
            return False
        if not before & begins:
            return not tag & begins
        if tag & moves:
            return not (tag & ends or before & moves)
        return not (last and tag & ends)

    def stopped(before: int, tag: int) -> bool:
        return not (tag & begins or (before & begins and tag & ends) or before & renews)

    if of_each_start(judge):
        return of_each
    return running if judge.missing_violates else stopped


def _condition(judge: Condition, masks: Masks) -> Quiet:
    at, once = masks[0], judge.at.which != "each"
    return lambda before, tag: not tag & at or (once and before & at != 0)


def _sequence(judge: Sequence, masks: Masks) -> Quiet:
    step, required = masks[0], masks[1 : 1 + len(judge.requires)]
    forbidden = reduce(or_, masks[1 + len(judge.requires) :], 0)
    first = judge.step.which == "first"

    def quiet(before: int, tag: int) -> bool:
        if not tag & step or (first and before & step):
            return True
        return not before & forbidden and all(before & mask for mask in required)

    return quiet


def _flow(judge: Flow, masks: Masks) -> Quiet:
    del judge
    step = masks[0]
    return lambda before, tag: not (before & step and tag & step)


def _mandatory(judge: Mandatory, masks: Masks) -> Quiet:
    step, done = masks
    once = judge.step.which == "first"

    def quiet(before: int, tag: int) -> bool:
        if tag & done and before & step:
            return False
        return not tag & step or (once and before & step != 0)

    return quiet


def _repeats(judge: Repeats, masks: Masks) -> Quiet:
    del judge
    return _but(masks[0])


def _waiting_period(judge: WaitingPeriod, masks: Masks) -> Quiet:
    start, stop = masks
    once = judge.start.which == "first" and judge.stop.which in {"first-anywhere", "first"}

    def quiet(before: int, tag: int) -> bool:
        seen = before | tag
        both = seen & start and seen & stop and tag & (start | stop)
        return not both or (once and before & start != 0 and before & stop != 0)

    return quiet


def _separation(judge: Separation, masks: Masks) -> Quiet:
    if judge.step is not None:
        return _but(masks[0])
    a, b = masks
    return lambda before, tag: not (before & b and tag & a) and not (before & a and tag & b)


def _notification(judge: Notification, masks: Masks) -> Quiet:
    trigger, notice, step = masks[:3]
    end = len(masks) - bool(judge.entitled) - bool(judge.unless)
    timed = _time_limit(judge.within, masks[3:end]) if judge.within else None
    often, full = judge.at_most, judge.carries

    def quiet(before: int, tag: int) -> bool:
        if (before | tag) & trigger:
            if tag & trigger or (tag & step and before & trigger):
                return False
            if tag & notice and (full or (often and before & notice)):
                return False
        return timed is None or timed(before, tag)

    return quiet


def _each_round(judge: EachRound, masks: Masks) -> Quiet:
    make, ends = MAKERS.get(type(judge.inner)), masks[-1]
    inner = make(judge.inner, masks[:-2]) if make else None
    return lambda before, tag: inner is not None and not (before | tag) & ends and inner(before, tag)


def _but(step: int) -> Quiet:
    """Return what is quiet for every fact but those of a step."""

    def quiet(before: int, tag: int) -> bool:
        del before
        return not tag & step

    return quiet


MAKERS: Mapping[type, Callable[..., Quiet]] = {
    TimeLimit: _time_limit,
    Condition: _condition,
    EachRound: _each_round,
    Flow: _flow,
    Mandatory: _mandatory,
    Notification: _notification,
    Repeats: _repeats,
    Separation: _separation,
    Sequence: _sequence,
    WaitingPeriod: _waiting_period,
}
