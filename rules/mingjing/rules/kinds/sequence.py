"""`sequence`: a step needs what comes before it, and must not follow what ended it.

`ties: allowed` lets facts of the same instant satisfy an order in either
direction; `strict` takes the total order (time, sequence, source, id).
A missing predecessor is found once `settle` has passed on the clock since the
step was ingested, so that an event on its way can still arrive.
"""

import msgspec
import yaml

from mingjing.rules.card import FIRST
from mingjing.rules.events import Fact
from mingjing.rules.kinds import each_round, flow, repeats
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.rule import Judge, Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.view import View, evidence_of, occurrence_of


class Sequence(msgspec.Struct, frozen=True):
    """`requires` holds one selector for `any`, several for `all`; `forbids` at most one.

    With `own` each step needs what it requires anew, after the step before it.
    With `first_breach` only the first step out of order is found, once a case.
    """

    step: Selector
    requires: tuple[Selector, ...]
    forbids: tuple[Selector, ...]
    strict: bool
    settle: int
    case_wide: bool = False
    own: bool = False
    first_breach: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """The step, then what it requires, then what forbids it."""
        return (self.step, *self.requires, *self.forbids)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each judged step that stands out of order."""
        verdict = Verdict([])
        required = masks[1 : 1 + len(self.requires)]
        forbidden = masks[1 + len(self.requires) :]
        since = -1
        for place in view.chosen(masks[0], self.step.which):
            step, begin = view.facts[place], since + 1
            since = place if self.own else -1
            missing = [index for index, mask in enumerate(required) if not self._earlier(view, mask, place, begin)]
            after = next((found for mask in forbidden if (found := self._ended(view, mask, place))), None)
            if not missing and after is None:
                continue
            if self.first_breach and verdict.findings:
                break
            settled = view.known_from(step.stamp + self.settle, step)
            if after is None and settled > max(view.now, step.stamp):
                verdict.sooner(settled)
                if self.first_breach:
                    break
                continue
            late = [view.first(required[index], place + 1) for index in missing]
            verdict.findings.append(
                rule.finding(
                    rule.rungs[-1],
                    occurrence=occurrence_of(step) if self.step.which == "each" and not self.first_breach else FIRST,
                    status="standing",
                    violated_at=step.at,
                    due_at=None,
                    cleared_at=None,
                    evidence=evidence_of(step, after, *(view.facts[found] for found in late if found is not None)),
                    explain={
                        "kind": "sequence",
                        "step_at": view.zone.text(step.at),
                        "step": step.type,
                        "missing": [sorted(self.requires[index].types or ("*",)) for index in missing],
                        "after": {"type": after.type, "at": view.zone.text(after.at)} if after else None,
                        "ties": "strict" if self.strict else "allowed",
                    },
                )
            )
        return verdict

    def _earlier(self, view: View, mask: int, place: int, begin: int) -> bool:
        """Whether a match stands from `begin` to the step, or at its instant where ties are allowed."""
        found = next((each for each in view.matches(mask, begin) if each != place), None)
        if found is None or found < place or self.strict:
            return found is not None and found < place
        return view.facts[found].at == view.facts[place].at

    def _ended(self, view: View, mask: int, place: int) -> Fact | None:
        """Return the match that stands before the step, not at its instant unless the order is strict."""
        found = view.first(mask)
        if found is None or found >= place:
            return None
        fact = view.facts[found]
        return fact if self.strict or fact.at < view.facts[place].at else None


def read(rule: RuleReader) -> Judge:
    """Return the judge that the rule's YAML states; faults go to its page."""
    for other, reader in (("flow", flow.read), ("repeats", repeats.read)):
        if other in rule.fields:
            return reader(rule)
    own_keys = ("step", "requires", "forbids", "ties", "settle", "own", "first_breach")
    rule.known(*own_keys, *each_round.KEYS, needed=("step",))
    page, fields = rule.page, rule.fields
    if "requires" not in fields and "forbids" not in fields:
        page.fault(
            rule.node,
            f"rule {rule.id}: give `requires` (what must come first), `forbids` (what must not), "
            "`flow` (the order of the item's steps) or `repeats` (how often at most)",
        )
    forbids = rule.optional("forbids", "each")
    first_breach = page.flag(fields.get("first_breach"), default=False)
    own = page.flag(fields.get("own"), default=False)
    step = rule.selector(fields.get("step"), "each" if forbids or first_breach or own else "first")
    for key in ("own", "first_breach"):
        if key in fields and step.which != "each":
            page.fault(fields[key], f"rule {rule.id}: `{key}` speaks of every step; `which` is each or left out")
    judge = Sequence(
        step,
        _requires(rule),
        (forbids,) if forbids else (),
        page.word(fields.get("ties"), ("allowed", "strict"), "allowed") == "strict",
        rule.settle(),
        own=own,
        first_breach=first_breach,
    )
    return each_round.in_rounds(rule, judge)


def _requires(rule: RuleReader) -> tuple[Selector, ...]:
    node = rule.fields.get("requires")
    if node is None:
        return ()
    if not isinstance(node, yaml.MappingNode) or any(key.value == "event" for key, _ in node.value):
        return (rule.selector(node, "each"),)
    found = rule.page.mapping(node, ("any", "all"))
    if len(found) != 1:
        rule.page.fault(node, f"rule {rule.id}: requires takes exactly one of `any` and `all`")
    if "any" in found:
        return (rule.selector(found["any"], "each"),)
    return tuple(rule.selector(each, "each") for each in rule.page.items(found.get("all")))
