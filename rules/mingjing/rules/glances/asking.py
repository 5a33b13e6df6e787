"""Glances at conditions: the expression is asked of the one event that is new."""

from collections.abc import Mapping
from typing import Any

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.expression.envelope import Envelope
from mingjing.rules.expression.functions import Ground as Grounded
from mingjing.rules.expression.operators import GROUND
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance, states_only
from mingjing.rules.ground import Ground
from mingjing.rules.kinds.condition import Condition
from mingjing.rules.rule import Rule
from mingjing.rules.view import View


def condition(
    rule: Rule, judge: Condition, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `condition`, or None where its terms are not read here."""
    if not states_only(judge, "at", "before", "later", "within", "settle", "when", "tables", "case_wide"):
        return None
    if judge.later or judge.settle or judge.within is not None or judge.at.which == "last":
        return None
    at, once = masks[0], judge.at.which != "each"
    program, tables, zone = judge.when, judge.tables, rule.zone
    alone = not judge.before and "case" not in program.names

    def asked_alone(fact: Fact, ground: Ground) -> bool:
        """Whether an expression that reads nothing but the event, the item and tables is true of the fact."""
        line = ground.workdays
        if fact.agency not in {None, ground.agency} or fact.region not in {None, ground.region}:
            line = calendar.workdays(fact.region or ground.region, fact.agency or ground.agency)
        scope: dict[str, Any] = {
            GROUND: Grounded(zone, line),
            "data": fact.data,
            "event": Envelope(fact, zone, fact.data),
            "item": ground.item,
        }
        if tables:
            day = zone.day(fact.at)
            scope["table"] = {name: table.in_force(day) for name, table in tables.items()}
        return program.holds(scope)

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del wake
        if not tag & at or (once and before & at):
            return NEVER
        ground = case.ground
        if ground is None:
            return UNSURE
        if alone:
            return UNSURE if asked_alone(fact, ground) else NEVER
        view = View(
            case.facts,
            case.tags,
            now,
            zone,
            calendar,
            ground.region,
            ground.agency,
            ground.item,
            case.attributes,
            delays,
        )
        return UNSURE if judge.ask(rule, view, masks, len(case.facts) - 1).holds else NEVER

    return glance
