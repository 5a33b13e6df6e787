"""`sequence` by count: the same step, or the same whatever `by` names, at most so many times a case."""

from collections.abc import Mapping

import msgspec

from mingjing.rules.card import Finding
from mingjing.rules.kinds import keyed
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.rule import Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.view import View, evidence_of
from mingjing.rules.yaml_page import Node


class Repeats(msgspec.Struct, frozen=True):
    """`step` under one key (`by`) at most `at_most` times; the next one is found, one card for each key."""

    step: Selector
    by: str
    at_most: int
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What is counted."""
        return (self.step,)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each key that came too often, at the first that is too many."""
        places: dict[str, list[int]] = {}
        for place in view.matches(masks[0]):
            key = keyed.key_of(self.by, view.facts[place])
            if key is not None:
                places.setdefault(key, []).append(place)
        return Verdict(
            [self._finding(rule, view, key, each) for key, each in places.items() if len(each) > self.at_most]
        )

    def _finding(self, rule: Rule, view: View, key: str, places: list[int]) -> Finding:
        counted = [view.facts[place] for place in places[: self.at_most + 1]]
        return rule.finding(
            rule.rungs[-1],
            occurrence=f"key|{key}",
            status="standing",
            violated_at=counted[-1].at,
            due_at=None,
            cleared_at=None,
            evidence=evidence_of(*counted),
            explain={
                "kind": "repeats",
                "type": counted[-1].type,
                "by": self.by,
                "key": key,
                "at_most": self.at_most,
                "at": [view.zone.text(fact.at) for fact in counted],
            },
        )


def read(rule: RuleReader) -> Repeats:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known("step", "repeats", needed=("step",))
    page = rule.page
    found: Mapping[str, Node] = page.mapping(rule.fields["repeats"], ("by", "at_most"), ("at_most",))
    by = keyed.read_path(rule, found["by"]) if "by" in found else "event.step"
    return Repeats(rule.selector(rule.fields.get("step"), "each"), by, page.number(found.get("at_most"), 1))
