"""Glances at who did what, and at what a person was told."""

from collections.abc import Callable, Mapping

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.glances.clocks import time_limit
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance, states_only
from mingjing.rules.kinds.notification import Notification
from mingjing.rules.kinds.separation import Separation
from mingjing.rules.rule import Rule
from mingjing.rules.values import value_at
from mingjing.rules.view import View
from mingjing.rules.workdays import CalendarMissing


def separation(
    rule: Rule, judge: Separation, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `separation`, or None where its terms are not read here."""
    del rule, calendar, delays
    if not states_only(judge, "a", "b", "step", "at_least", "by", "case_wide"):
        return None
    people = judge.people
    if judge.step is not None:
        step, at_least = masks[0], judge.at_least

        def count(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
            del before, wake, now, case
            return UNSURE if tag & step and 0 < len(set(people(fact))) < at_least else NEVER

        return count
    a, b = masks

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del wake, now
        others = (b if tag & a else 0) | (a if tag & b else 0)
        if not before & others:
            return NEVER
        here = people(fact)
        if not here:
            return NEVER
        for each, mask in zip(case.facts, case.tags, strict=True):
            if mask & others and each is not fact and not set(here).isdisjoint(people(each)):
                return UNSURE
        return NEVER

    return glance


def notification(
    rule: Rule, judge: Notification, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `notification`, or None where its terms are not read here."""
    if not states_only(judge, "trigger", "notice", "within", "before", "at_most", "carries", "entitled", "unless"):
        return None
    if judge.trigger.which not in {"first", "each"}:
        return None
    end = len(masks) - bool(judge.entitled) - bool(judge.unless)
    timed = time_limit(rule, judge.within, masks[3:end], calendar, delays) if judge.within else None
    if judge.within is not None and timed is None:
        return None
    trigger, notice, step = masks[:3]
    at_most, carries = judge.at_most, judge.carries
    once = judge.trigger.which == "first"
    since = masks[-1] if judge.entitled and timed else 0
    obliges = _obliging(rule, judge, since, calendar, delays)

    def owes(before: int, tag: int, fact: Fact) -> bool:
        """Whether a notice, now that there is a trigger, may be missing, repeated or incomplete."""
        if before & notice and ((tag & trigger and not before & trigger) or (tag & notice and at_most)):
            return True
        if tag & step and before & trigger and not (once and before & notice):
            return True
        return bool(tag & notice) and any(
            value_at(path, data=fact.data, case=fact.case_data, item={}) in (None, []) for path in carries
        )

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        if (before | tag) & trigger and owes(before, tag, fact):
            return UNSURE
        if tag & trigger and before & since and (before & trigger or not obliges(case, now)):
            return UNSURE  # one before it that obliged to nothing has a clock, too, for which only the judge waits
        return timed(before, tag, fact, wake, now, case) if timed else NEVER

    return glance


def _obliging(
    rule: Rule, judge: Notification, since: int, calendar: Calendar, delays: Mapping[str, int]
) -> Callable[[Case, int], bool]:
    """Return whether the trigger that has just come obliges to a notice, as far as a calendar says so."""
    zone, entitled = rule.zone, judge.entitled

    def obliges(case: Case, now: int) -> bool:
        ground = case.ground
        if ground is None or entitled is None:
            return False
        region, agency, item, line = ground.region, ground.agency, ground.item, ground.workdays
        view = View(case.facts, case.tags, now, zone, calendar, region, agency, item, {}, delays, workdays=line)
        try:
            return entitled.obliges(view, since, len(case.facts) - 1)
        except CalendarMissing:
            return False

    return obliges
