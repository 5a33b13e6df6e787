"""`sequence` by the item's own steps: none before one it comes after, and no decision without the mandatory ones.

The item states its steps in the catalogue: which come `after` which, and which
are `mandatory`. A case whose item states none is not judged.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mingjing.rules.card import FIRST, Finding
from mingjing.rules.events import Fact
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.rule import Judge, Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.view import View, evidence_of, occurrence_of

Steps = Mapping[str, Mapping[str, Any]]
"""The steps of an item by name, each with what the catalogue says of it."""


class Flow(msgspec.Struct, frozen=True):
    """The first of each step must not come before the first of a step it comes after.

    It is found when the earlier step comes at last; whether it was left out is for `Mandatory`.
    """

    step: Selector
    strict: bool
    first_breach: bool
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """The facts that are steps."""
        return (self.step,)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each step that came after one it should have preceded."""
        steps = steps_of(view)
        first: dict[str, int] = {}
        for place in view.matches(masks[0]):
            first.setdefault(view.facts[place].step or "", place)
        found: list[Finding] = []
        for name, place in first.items():
            hasty = [
                place_later
                for later, place_later in first.items()
                if name in ancestors(steps, later) and self._before(view, place_later, place)
            ]
            if hasty and not (found and self.first_breach):
                found.append(self._finding(rule, view, view.facts[place], view.facts[min(hasty)]))
        return Verdict(found)

    def _before(self, view: View, one: int, other: int) -> bool:
        return one < other if self.strict else view.facts[one].at < view.facts[other].at

    def _finding(self, rule: Rule, view: View, fact: Fact, hasty: Fact) -> Finding:
        told = {"fault": "reversed", "hasty": hasty.step, "hasty_at": view.zone.text(hasty.at)}
        occurrence = FIRST if self.first_breach else occurrence_of(fact)
        return _finding(rule, view, fact, [fact, hasty], told, occurrence)


class Mandatory(msgspec.Struct, frozen=True):
    """`step` needs every mandatory step of the item done by then; `done` names the facts that do one.

    A case of which no step at all was reported says nothing: its source does not report steps.
    """

    step: Selector
    done: Selector
    settle: int
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What may not come without them, then the facts that are steps done."""
        return (self.step, self.done)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each judged fact that came without a mandatory step; ties count as done."""
        verdict = Verdict([])
        wanted = [name for name, each in steps_of(view).items() if each.get("mandatory")]
        for place in view.chosen(masks[0], self.step.which) if wanted else ():
            fact = view.facts[place]
            done = {view.facts[each].step for each in view.matches(masks[1]) if view.facts[each].at <= fact.at}
            missing = [name for name in wanted if name not in done]
            if not missing or not done:
                continue
            settled = view.known_from(fact.stamp + self.settle, fact)
            if settled > max(view.now, fact.stamp):
                verdict.sooner(settled)
                continue
            occurrence = occurrence_of(fact) if self.step.which == "each" else FIRST
            told = {"fault": "omitted", "missing": missing}
            verdict.findings.append(_finding(rule, view, fact, [fact], told, occurrence))
        return verdict


def read(rule: RuleReader) -> Judge:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known("flow", "step", "done", "require_all", "ties", "settle", "first_breach", needed=("step",))
    page, fields = rule.page, rule.fields
    page.word(fields.get("flow"), ("item",), "item")
    if page.flag(fields.get("require_all"), default=False):
        _refuse(rule, "ties", "first_breach", because="with `require_all` it says nothing")
        done = rule.optional("done", "each") or Selector(None, "each")
        return Mandatory(rule.selector(fields.get("step"), "first"), done, rule.settle())
    _refuse(rule, "done", "settle", because="it belongs to `require_all: true`")
    step = rule.selector(fields.get("step"), "each")
    strict = page.word(fields.get("ties"), ("allowed", "strict"), "allowed") == "strict"
    return Flow(step, strict, page.flag(fields.get("first_breach"), default=False))


def steps_of(view: View) -> Steps:
    """Return the steps of the case's item, by name."""
    found = view.item.get("steps")
    return found if isinstance(found, Mapping) else {}


def ancestors(steps: Steps, name: str) -> set[str]:
    """Return every step that comes before `name`, however far."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for each in steps.get(waiting.pop(), {}).get("after", ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def _refuse(rule: RuleReader, *keys: str, because: str) -> None:
    for key in keys:
        if key in rule.fields:
            rule.page.fault(rule.fields[key], f"rule {rule.id}: `{key}`: {because}")


def _finding(
    rule: Rule, view: View, fact: Fact, evidence: Sequence[Fact], told: dict[str, Any], occurrence: str
) -> Finding:
    return rule.finding(
        rule.rungs[-1],
        occurrence=occurrence,
        status="standing",
        violated_at=fact.at,
        due_at=None,
        cleared_at=None,
        evidence=evidence_of(*evidence),
        explain={
            "kind": "flow",
            "type": fact.type,
            "step": fact.step,
            "step_at": view.zone.text(fact.at),
            **told,
        },
    )
