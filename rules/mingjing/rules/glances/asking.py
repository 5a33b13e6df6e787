"""Glances at conditions: the expression is asked of the one event that is new."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.expression.counting import may_hold
from mingjing.rules.expression.envelope import NET_LAG, OF_FACT, Envelope
from mingjing.rules.expression.functions import Ground as Grounded
from mingjing.rules.expression.measured import measured
from mingjing.rules.expression.operators import GROUND
from mingjing.rules.expression.tree import Member, Node, walk
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance, states_only
from mingjing.rules.ground import Ground
from mingjing.rules.kinds.condition import MOST_BOUND, Condition
from mingjing.rules.remembering import remember
from mingjing.rules.rule import Rule
from mingjing.rules.view import View
from mingjing.rules.workdays import Workdays

MOST_ANSWERS = 20_000
"""Answers kept for each rule; beyond it they are worked out anew."""

REPEATED = frozenset(("source", "type", "item", "agency", "region", "officer", "post", "step", "date", "ahead_s"))
"""What the envelopes of many events say alike; the others tell one from another."""


def condition(
    rule: Rule, judge: Condition, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]
) -> Glance | None:
    """Return the glance of a `condition`, or None where its terms are not read here."""
    if not states_only(judge, "at", "before", "later", "within", "settle", "when", "tables", "case_wide"):
        return None
    if judge.later or judge.settle or judge.within is not None or judge.at.which == "last":
        return None
    at, once = masks[0], judge.at.which != "each"
    program, zone = judge.when, rule.zone
    timed = measured(program.node)
    if timed is None and _asks_of_outages(program.node):
        return None
    alone = not judge.before and "case" not in program.names
    said = _answers(rule, judge, calendar)
    hopeless = _hopeless(judge, masks)

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        del wake
        if not tag & at or (once and before & at):
            return NEVER
        ground = case.ground
        if ground is None:
            return UNSURE
        if timed is not None:
            return UNSURE if timed(fact) else NEVER
        if alone:
            return UNSURE if said(fact, ground) else NEVER
        if hopeless is not None and hopeless(case.tags):
            return NEVER
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
            seen=case.seen,
            workdays=ground.workdays,
        )
        return UNSURE if judge.ask(rule, view, masks, len(case.facts) - 1).holds else NEVER

    return glance


def _asks_of_outages(node: Node) -> bool:
    """Whether an expression reads what only a view of the case knows: when the systems of an agency were down."""
    return any(isinstance(each, Member) and each.key == NET_LAG for each in walk(node))


def _hopeless(judge: Condition, masks: tuple[int, ...]) -> Callable[[Sequence[int]], bool] | None:
    """Return whether a condition cannot hold, so many facts with these tags being known; None where it always may."""
    names, bound = tuple(judge.before), masks[1 : 1 + len(judge.before)]
    if not names:
        return None
    node = judge.when.node
    known: dict[tuple[int, ...], bool] = {}

    def hopeless(tags: Sequence[int]) -> bool:
        here = tags[-1]
        counts = [min(sum([1 for tag in tags if tag & mask]), MOST_BOUND) for mask in bound]
        alone = [count == 1 and here & mask != 0 for count, mask in zip(counts, bound, strict=True)]
        key = (*counts, *alone)
        found = known.get(key)
        if found is None:
            names_alone = [name for name, only in zip(names, alone, strict=True) if only]
            holds = may_hold(node, dict(zip(names, counts, strict=True)), names_alone)
            found = remember(known, key, not holds, MOST_ANSWERS)
        return found

    return hopeless


def _answers(rule: Rule, judge: Condition, calendar: Calendar) -> Callable[[Fact, Ground], bool]:
    """Return what answers an expression that reads nothing but the event, the item and tables.

    Where it reads only what many events say alike, an answer is worked out once.
    """
    program, tables, zone = judge.when, judge.tables, rule.zone
    known: dict[Hashable, bool] = {}
    of_event, of_data = program.members("event"), program.members("data")
    repeats = program.reads_members("event", "data") and of_event.issubset(REPEATED)
    dated = "date" in of_event
    named = tuple(of_event - {"date"})
    read = [OF_FACT[name] for name in named] if repeats else []

    def work_out(fact: Fact, ground: Ground, line: Workdays) -> bool:
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

    def answer(fact: Fact, ground: Ground) -> bool:
        line, data = ground.workdays, fact.data
        if (fact.agency is not None and fact.agency != ground.agency) or (
            fact.region is not None and fact.region != ground.region
        ):
            line = calendar.workdays(fact.region or ground.region, fact.agency or ground.agency)
        if not repeats:
            return work_out(fact, ground, line)
        here = [of(fact) for of in read]
        if None in here and not data.keys().isdisjoint(named):
            return work_out(fact, ground, line)  # a column stands in for what the envelope leaves out
        day = zone.day(fact.at) if dated or tables else 0
        key = (
            day if dated else 0,
            id(ground.item),
            id(line),
            *[table.turn(day) for table in tables.values()],
            *here,
            *[(name, type(value), _hashable(value)) for name in of_data if (value := data.get(name)) is not None],
        )
        try:
            found = known.get(key)
        except TypeError:  # a list or a record says no two events alike
            return work_out(fact, ground, line)
        if found is None:
            found = remember(known, key, work_out(fact, ground, line), MOST_ANSWERS)
        return found

    return answer


def _hashable(value: Any) -> Any:
    """Return a value by which an answer may be kept: a list of texts as the tuple of them; others as they are."""
    if type(value) is list and all(type(each) is str for each in value):
        return tuple(value)
    return value
