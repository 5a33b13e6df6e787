"""`condition`: an expression asked of an event; where it is true, the rule is broken.

It may also read what came before (`with`), what came after (`after`, once the
time for it has passed), the item, and tables in the rows in force on the day of
the event. What it cannot answer for want of something it does not find: an
absent amount is no wrong amount. Whether the amount was owed is for another
rule (`notification` with `carries`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from mingjing.rules import names
from mingjing.rules.card import FIRST
from mingjing.rules.event_type import attributes_of
from mingjing.rules.events import Fact, micros
from mingjing.rules.expression.envelope import Envelope
from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.functions import Ground
from mingjing.rules.expression.operators import GROUND, LACKING
from mingjing.rules.kinds import each_round
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.meter import meter_of
from mingjing.rules.rule import Judge, Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.tables import Table
from mingjing.rules.term import Term
from mingjing.rules.view import View, evidence_of, occurrence_of

MOST_BOUND = 256
"""Facts that one name of `with` or `after` stands for: the nearest to the event; `explain.cut` tells of more."""

LONGEST_TOLD = 120
"""Characters of a text that `explain` repeats."""


RESERVED = ("data", "case", "item", "event", "table", "has", "true", "false", "null", "in")
MOST_NAMES = 6
"""Names that one key may bind; each is a pass through the case."""


class Asked(msgspec.Struct, frozen=True):
    """One asking: the answer, what the expression lacked, and all it had before it."""

    holds: bool
    lacking: list[str]
    scope: dict[str, Any]
    cut: dict[str, int]


class Condition(msgspec.Struct, frozen=True):
    """`when` asked at every `at`; `before` and `later` name the facts bound, `tables` the tables read."""

    at: Selector
    before: Mapping[str, Selector]
    later: Mapping[str, Selector]
    within: Term | None
    settle: int
    when: Program
    tables: Mapping[str, Table]
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """The event, then what `with` and `after` name; any fact may say something of the case."""
        attributes = (Selector(None, "each"),) if "case" in self.when.names else ()
        return (self.at, *self.before.values(), *self.later.values(), *attributes)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each event at which the expression is true."""
        verdict = Verdict([])
        for place in view.chosen(masks[0], self.at.which):
            fact = view.facts[place]
            due = self._due(view, fact)
            ready = view.known_from(max(due, fact.stamp + self.settle), fact)
            waits = self.settle or self.within is not None
            if waits and ready > max(view.now, fact.stamp):
                verdict.sooner(ready)
                continue
            asked = self.ask(rule, view, masks, place)
            if asked.holds:
                verdict.findings.append(
                    rule.finding(
                        rule.rungs[-1],
                        occurrence=occurrence_of(fact) if self.at.which == "each" else FIRST,
                        status="standing",
                        violated_at=due,
                        due_at=None if self.within is None else due,
                        cleared_at=None,
                        evidence=evidence_of(fact),
                        explain=self._explain(rule, view, fact, asked),
                    )
                )
        return verdict

    def ask(self, rule: Rule, view: View, masks: tuple[int, ...], place: int) -> Asked:
        """Return the answer at the event at `place`, as the facts known by then have it."""
        fact = view.facts[place]
        lacking: list[str] = []
        cut: dict[str, int] = {}
        scope: dict[str, Any] = {
            GROUND: Ground(view.zone, view.workdays_for(fact)),
            LACKING: lacking,
            "data": fact.data,
            "event": Envelope(fact, view.zone, fact.data, view.down(fact)),
            "item": view.item,
        }
        if self.tables:
            day = view.zone.day(fact.at)
            scope["table"] = {name: table.in_force(day) for name, table in self.tables.items()}
        if "case" in self.when.names:
            scope["case"] = attributes_of(view.facts[: place + 1], rule.vocabulary.types)
        for name, found in self._bound(view, masks, place):
            if len(found) > MOST_BOUND:
                cut[name] = len(found)
            nearest = found[-MOST_BOUND:] if name in self.before else found[:MOST_BOUND]
            scope[name] = [
                {"data": each.data, "event": Envelope(each, view.zone, each.data, view.down(each))} for each in nearest
            ]
        return Asked(self.when.holds(scope), lacking, scope, cut)

    def _bound(self, view: View, masks: tuple[int, ...], place: int) -> Iterator[tuple[str, list[Fact]]]:
        facts = view.facts
        for name, mask in zip(self.before, masks[1:], strict=False):
            known = zip(facts, view.tags[: place + 1], strict=False)
            yield name, [each for each, tag in known if tag & mask]
        end = self._due(view, facts[place])
        for name, mask in zip(self.later, masks[1 + len(self.before) :], strict=False):
            yield name, [facts[each] for each in view.matches(mask, place + 1) if facts[each].at < end]

    def _due(self, view: View, fact: Fact) -> int:
        """Return the instant from which nothing more can come in time: that of the event unless the rule waits."""
        if self.within is not None:
            line = view.workdays_for(fact)
            meter = meter_of(view.zone, line, self.within.unit, "end-of-day", roll=True)
            return meter.due(fact.at, self.within.amount, ()).past
        return fact.at + self.settle if self.later else fact.at

    def _explain(self, rule: Rule, view: View, fact: Fact, asked: Asked) -> dict[str, Any]:
        read: dict[str, Any] = {}
        withheld: list[str] = []
        for path, room, key, value in self.when.read(asked.scope):
            if room == "data" and rule.vocabulary.personal(fact.type, key):
                withheld.append(path)
            else:
                read[path] = _told(view, value)
        return {
            "kind": "condition",
            "when": self.when.text,
            "event": fact.type,
            "at": view.zone.text(fact.at),
            "read": read,
            "withheld": withheld,
            "bound": {name: len(asked.scope[name]) for name in (*self.before, *self.later)},
            "cut": asked.cut,
            "tables": [str(each) for each in self.tables.values()],
            "absent": asked.lacking,
        }


def read(rule: RuleReader) -> Judge:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known("at", "when", "with", "after", "within", "settle", *each_round.KEYS, needed=("at", "when"))
    page, fields = rule.page, rule.fields
    at = rule.selector(fields.get("at"), "each")
    before, later = (_named(rule, key) for key in ("with", "after"))
    for name in sorted(set(before) & set(later)):
        page.fault(fields["after"], f"rule {rule.id}: {name!r} is bound by `with` already")
    within = rule.term(fields["within"]) if "within" in fields else None
    settle = rule.settle()
    if later and not settle and within is None:
        page.fault(fields["after"], f"rule {rule.id}: `within` or `settle` must say how long to wait for it")
    if within is not None and not later:
        page.fault(fields["within"], f"rule {rule.id}: `within` bounds what `after` names; there is no `after`")
    bound = {name: each.types for name, each in (before | later).items()}
    program = rule.program(
        fields.get("when"), names.of_condition(rule.vocabulary.declared, at.types, bound, rule.tables)
    )
    judge = Condition(at, before, later, within, settle, program, rule.tables_read(program))
    return each_round.in_rounds(rule, judge)


def _named(rule: RuleReader, key: str) -> dict[str, Selector]:
    if key not in rule.fields:
        return {}
    found: dict[str, Selector] = {}
    for name, node in rule.page.entries(rule.fields[key]).items():
        if name in RESERVED or not name.isidentifier():
            rule.page.fault(node, f"rule {rule.id}: {name!r} cannot name facts; choose a word of your own")
        found[name] = rule.selector(node, "each")
    if len(found) > MOST_NAMES:
        rule.page.fault(rule.fields[key], f"rule {rule.id}: `{key}` binds at most {MOST_NAMES} names")
    return found


def _told(view: View, value: Any) -> Any:
    """Return a value as `explain` repeats it: instants as text of the zone, long texts cut."""
    if isinstance(value, datetime):
        return view.zone.text(micros(value))
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    return value[:LONGEST_TOLD] if isinstance(value, str) else value
