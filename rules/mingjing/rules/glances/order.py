"""Glances at the order of steps: what comes in order mostly has behind it what it needs."""

from collections.abc import Mapping
from functools import reduce
from operator import or_

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance, states_only
from mingjing.rules.kinds import keyed
from mingjing.rules.kinds.flow import Flow, Mandatory, ancestors
from mingjing.rules.kinds.repeats import Repeats
from mingjing.rules.kinds.sequence import Sequence
from mingjing.rules.kinds.waiting_period import WaitingPeriod
from mingjing.rules.rule import Rule


def sequence(
    rule: Rule, judge: Sequence, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `sequence`, or None where its terms are not read here."""
    del rule, calendar
    if not states_only(judge, "step", "requires", "forbids", "strict", "settle", "case_wide", "first_breach"):
        return None
    if judge.step.which not in {"first", "each"}:
        return None
    step, required = masks[0], masks[1 : 1 + len(judge.requires)]
    forbidden = reduce(or_, masks[1 + len(judge.requires) :], 0)
    first, settle = judge.step.which == "first", judge.settle

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del case
        if wake:
            return UNSURE
        if not tag & step or (first and before & step):
            return NEVER
        if before & forbidden:
            return UNSURE
        for mask in required:
            if not before & mask:
                settled = fact.stamp + settle + delays.get(fact.source, 0)
                return settled if settled > max(now, fact.stamp) else UNSURE
        return NEVER

    return glance


def flow(
    rule: Rule, judge: Flow, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `sequence` by the item's steps`, or None where its terms are not read here."""
    del rule, calendar, delays
    if not states_only(judge, "step", "strict", "first_breach", "case_wide"):
        return None
    step, strict = masks[0], judge.strict
    known: dict[int, dict[str, set[str]]] = {}

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del wake, now
        item = case.ground.item if case.ground is not None else {}
        steps = item.get("steps")
        if not before & step or not tag & step or not isinstance(steps, Mapping):
            return NEVER
        earlier = known.get(id(steps))
        if earlier is None:
            earlier = known[id(steps)] = {name: ancestors(steps, name) for name in steps}
        name = fact.step or ""
        for each, mask in zip(case.facts[:-1], case.tags, strict=False):
            if not mask & step:
                continue
            if (each.step or "") == name:
                return NEVER
            if name in earlier.get(each.step or "", ()) and (strict or each.at < fact.at):
                return UNSURE
        return NEVER

    return glance


def mandatory(
    rule: Rule, judge: Mandatory, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `sequence` that needs all mandatory steps`, or None where its terms are not read here."""
    del rule, calendar, delays
    if not states_only(judge, "step", "done", "settle", "case_wide") or judge.step.which not in {"first", "each"}:
        return None
    step, done = masks
    once = judge.step.which == "first"

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del now
        if wake or (tag & done and before & step and case.facts[-2].at == fact.at):
            return UNSURE  # of what comes at one instant a step done is done in time, whatever the order
        if not tag & step or (once and before & step):
            return NEVER
        item = case.ground.item if case.ground is not None else {}
        steps = item.get("steps")
        if not isinstance(steps, Mapping):
            return NEVER
        kept = {each.step for each, mask in zip(case.facts, case.tags, strict=True) if mask & done}
        return NEVER if all(name in kept for name, each in steps.items() if each.get("mandatory")) else UNSURE

    return glance


def repeats(
    rule: Rule, judge: Repeats, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `sequence` by count`, or None where its terms are not read here."""
    del rule, calendar, delays
    if not states_only(judge, "step", "by", "at_most", "case_wide"):
        return None
    step, by, most = masks[0], judge.by, judge.at_most

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del before, wake, now
        if not tag & step:
            return NEVER
        name = keyed.key_of(by, fact)
        same = sum(
            1
            for each, mask in zip(case.facts, case.tags, strict=True)
            if mask & step and keyed.key_of(by, each) == name
        )
        return NEVER if name is None or same <= most else UNSURE

    return glance


def waiting_period(
    rule: Rule, judge: WaitingPeriod, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `waiting-period`, or None where its terms are not read here."""
    del rule, calendar, delays
    if not states_only(judge, "start", "stop", "at_least", "case_wide"):
        return None
    start, stop = masks
    once = judge.start.which == "first" and judge.stop.which in {"first-anywhere", "first"}

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del fact, wake, now, case
        seen = before | tag
        if not (seen & start and seen & stop and tag & (start | stop)):
            return NEVER
        return NEVER if once and before & start and before & stop else UNSURE

    return glance
