"""When a clock that nothing moves reaches its first rung: worked out once a day and kept, not once a case."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from mingjing.rules.calendar import Calendar
from mingjing.rules.events import DEEMED, Fact, micros
from mingjing.rules.glances.glance import NEVER, UNSURE
from mingjing.rules.ground import Ground
from mingjing.rules.kinds.courses import courses_of
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

MOST_DAYS: Final = 50_000
"""Ends of limits kept for each rule; beyond it they are worked out anew."""

Terms = tuple[int, object, str | None]
"""All that the length of a limit hangs on: line of days, terms, and what the start says of them."""

LAST: Final = micros(datetime(9998, 1, 1, tzinfo=UTC))
"""Up to here every instant has a day in every zone; whether a later one has is for the judge to find out."""


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


def reach_of(
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
        courses = courses_of(judge.limit, rule, view, masks[3:], view.facts[0])
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
