"""Ladders held against the limits of the items that will climb them.

What a rule alone can tell is refused when its pack is read. Whether `3wd before
statutory` comes before `past promised` depends on the item, so it is asked of
every version of every item in the rule's scope, when both are known.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from mingjing.rules.catalogue import ItemVersion
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.meter import approximate_days
from mingjing.rules.rule import Rule
from mingjing.rules.term import Term, Threshold, parse_term
from mingjing.rules.values import value_at
from mingjing.rules.yaml_page import Fault

ROUNDING = 1e-6
"""Days by which two sums of the same terms may differ as floats."""


def falling(rules: Iterable[Rule], items: Iterable[ItemVersion]) -> list[Fault]:
    """Return a fault for each rule whose ladder falls in time on an item in its scope, naming the first such item."""
    known = list(items)
    found = ((rule, _first(rule, known)) for rule in rules if len(rule.clocks) > 1)
    return [Fault(rule.pack, 1, 1, f"rule {rule.id}: {told}") for rule, told in found if told is not None]


def _first(rule: Rule, items: Iterable[ItemVersion]) -> str | None:
    if not isinstance(rule.judge, TimeLimit):
        return None
    for item in items:
        if not all(_has(item.fields, path, values) for path, values in rule.scope.items() if path.startswith("item.")):
            continue
        reached = [
            (rung.level, at)
            for rung in rule.rungs
            if isinstance(rung.when, Threshold) and (at := _reached(rung.when, rule.judge, item.fields)) is not None
        ]
        for (lower, sooner), (higher, later) in combinations(reached, 2):
            if later < sooner - ROUNDING:
                return f"on item {item.code} {higher} would hold before {lower}; a higher level comes later"
    return None


def _has(fields: Mapping[str, Any], path: str, values: Iterable[str]) -> bool:
    found = value_at(path, data={}, case={}, item=fields)
    many = found if isinstance(found, list) else [found]
    return any(str(each) in values for each in many if each is not None)


def _reached(when: Threshold, judge: TimeLimit, fields: Mapping[str, Any]) -> float | None:
    """Return the days after which a rung holds, by the item's limits; None where the item has no such limit."""
    limit = _limit(when.clock or judge.limit.own_clock, judge, fields)
    if limit is None:
        return None
    whole = approximate_days(limit)
    if when.share is not None:
        return whole * float(when.share) / 100
    moved = approximate_days(when.term) if when.term is not None else 0.0
    return max(0.0, whole - moved) if when.mode == "before" else whole + moved


def _limit(clock: str, judge: TimeLimit, fields: Mapping[str, Any]) -> Term | None:
    if clock == "limit":
        return judge.limit.terms if isinstance(judge.limit.terms, Term) else None
    found = fields.get(clock)
    return None if found is None else parse_term(str(found))
