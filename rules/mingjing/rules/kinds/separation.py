"""`separation`: two steps by different people, or one step by at least so many.

A blank person equals nobody, so it neither breaks a separation nor counts.
"""

from typing import Any

import msgspec

from mingjing.rules.card import FIRST, Finding
from mingjing.rules.events import Fact
from mingjing.rules.kinds import each_round
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.rule import Judge, Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.values import value_at
from mingjing.rules.view import View, evidence_of, occurrence_of
from mingjing.rules.yaml_page import nearest

ENVELOPE = ("officer", "post", "agency")


class Separation(msgspec.Struct, frozen=True):
    """Either `a` and `b`, or `step` with `at_least`; `by` names who is compared."""

    a: Selector | None
    b: Selector | None
    step: Selector | None
    at_least: int
    by: str
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """The two steps, or the one."""
        return (self.step,) if self.step else (self.a, self.b)  # type: ignore[return-value]  # `read` gives both or step

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding where one person did both, or too few did the one."""
        return Verdict(self._too_few(rule, view, masks[0]) if self.step else self._same_person(rule, view, *masks))

    def _same_person(self, rule: Rule, view: View, mask_a: int, mask_b: int) -> list[Finding]:
        did_a: dict[str, list[int]] = {}
        for place in view.matches(mask_a):
            for person in self.people(view.facts[place]):
                did_a.setdefault(person, []).append(place)
        pairs = [
            (max(view.facts[a].at, view.facts[b].at), b, person, a)
            for b in view.matches(mask_b)
            for person in self.people(view.facts[b])
            if (a := next((each for each in did_a.get(person, ()) if each != b), None)) is not None
        ]
        if not pairs:
            return []
        at, b, person, a = min(pairs)
        return [self._finding(rule, FIRST, at, [view.facts[a], view.facts[b]], {"people": [person]})]

    def _too_few(self, rule: Rule, view: View, mask: int) -> list[Finding]:
        findings = []
        for place in view.chosen(mask, self.step.which if self.step else "each"):
            fact = view.facts[place]
            people = sorted(set(self.people(fact)))
            if people and len(people) < self.at_least:
                found = {"people": people, "at_least": self.at_least}
                findings.append(self._finding(rule, occurrence_of(fact), fact.at, [fact], found))
        return findings

    def _finding(self, rule: Rule, occurrence: str, at: int, facts: list[Fact], found: dict[str, Any]) -> Finding:
        return rule.finding(
            rule.rungs[-1],
            occurrence=occurrence,
            status="standing",
            violated_at=at,
            due_at=None,
            cleared_at=None,
            evidence=evidence_of(*facts),
            explain={"kind": "separation", "by": self.by, **found},
        )

    def people(self, fact: Fact) -> list[str]:
        """Return who did a fact; nobody where it names none."""
        found = (
            getattr(fact, self.by)
            if self.by in ENVELOPE
            else value_at(self.by, data=fact.data, case=fact.case_data, item={})
        )
        many = found if isinstance(found, list) else [found]
        return [str(each) for each in many if each not in (None, "")]


def read(rule: RuleReader) -> Judge:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known("a", "b", "step", "at_least", "by", *each_round.KEYS)
    page, fields = rule.page, rule.fields
    if ("step" in fields) == ("a" in fields and "b" in fields):
        page.fault(rule.node, f"rule {rule.id}: give `a` and `b` (different people), or `step` with `at_least`")
    by = page.text(fields.get("by")) or "officer"
    if by not in ENVELOPE and not by.startswith("data."):
        page.fault(
            fields.get("by"),
            f"rule {rule.id}: {by!r} is not {', '.join(ENVELOPE)} or a path data.…{nearest(by, ENVELOPE)}",
        )
    rule.lead(fields.get("by"), by)
    judge = Separation(
        rule.optional("a", "each"),
        rule.optional("b", "each"),
        rule.optional("step", "each"),
        page.number(fields.get("at_least"), 2),
        by,
    )
    return each_round.in_rounds(rule, judge)
