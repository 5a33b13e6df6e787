"""The glance of any rule, by its kind."""

from collections.abc import Callable, Mapping

from mingjing.rules.calendar import Calendar
from mingjing.rules.glances import asking, clocks, order, people
from mingjing.rules.glances.glance import Glance
from mingjing.rules.kinds.condition import Condition
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


MAKERS: Mapping[type, Callable[..., Glance | None]] = {
    TimeLimit: clocks.time_limit,
    Condition: asking.condition,
    Flow: order.flow,
    Mandatory: order.mandatory,
    Repeats: order.repeats,
    Sequence: order.sequence,
    Separation: people.separation,
    WaitingPeriod: order.waiting_period,
    Notification: people.notification,
}
