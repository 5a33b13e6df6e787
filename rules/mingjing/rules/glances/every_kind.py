"""The glance of any rule, by its kind."""

from collections.abc import Callable, Mapping

import msgspec

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.glances import asking, clocks, order, people
from mingjing.rules.glances.glance import UNSURE, Glance
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


def glance_of(rule: Rule, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]) -> Glance | None:
    """Return the glance of a rule, or None where every fact that it reads must be judged."""
    make = MAKERS.get(type(rule.judge))
    return make(rule, rule.judge, masks, calendar, delays) if make and not rule.judge.case_wide else None


def _each_round(
    rule: Rule, judge: EachRound, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a rule that is judged by the round: that of one round, until one has ended."""
    inner = glance_of(msgspec.structs.replace(rule, judge=judge.inner), masks[:-2], calendar, delays)
    ends = masks[-1]
    if inner is None:
        return None

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        return UNSURE if (before | tag) & ends else inner(before, tag, fact, wake, now, case)

    return glance


MAKERS: Mapping[type, Callable[..., Glance | None]] = {
    TimeLimit: clocks.time_limit,
    Condition: asking.condition,
    EachRound: _each_round,
    Flow: order.flow,
    Mandatory: order.mandatory,
    Repeats: order.repeats,
    Sequence: order.sequence,
    Separation: people.separation,
    WaitingPeriod: order.waiting_period,
    Notification: people.notification,
}
