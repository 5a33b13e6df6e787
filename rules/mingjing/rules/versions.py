"""Versions of one rule, each in force for a while: a clock keeps the version in force when it began.

Every version reads the whole case, and answers for what began while it was in
force. So what is found depends on the facts and on what the law was when, never
on the moment at which anybody heard of the new law.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Protocol, cast

import msgspec

from mingjing.rules.card import Evidence, Finding
from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance
from mingjing.rules.kinds.each_round import of_a_round
from mingjing.rules.kinds.frequency import Frequency, FrequencyOfSubject
from mingjing.rules.kinds.notification import Notification
from mingjing.rules.rule import Judge, Rule, Unreadable, Verdict
from mingjing.rules.scope import asks_case, in_scope
from mingjing.rules.selector import Selector
from mingjing.rules.view import View

Masks = tuple[int, ...]


class Versions(msgspec.Struct, frozen=True):
    """Judges a case by each version under which something began; earlier versions come first.

    The first masks it is given are those of its `gates`: of all of them, then of
    each version. A fact passes the gate of a version when the version's first selector matches it
    and it happened while the version was in force.
    """

    rules: tuple[Rule, ...]

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Those of every version, in their order."""
        return tuple(each for rule in self.rules for each in rule.judge.selectors)

    @property
    def case_wide(self) -> bool:
        """Whether attributes of the case matter to any version."""
        return any(rule.judge.case_wide or asks_case(rule.scope) for rule in self.rules)

    def parts(self, masks: Masks) -> list[tuple[Rule, int, Masks]]:
        """Return each version with the mask of its gate and those of its selectors."""
        found: list[tuple[Rule, int, Masks]] = []
        begin = 1 + len(self.rules)
        for number, rule in enumerate(self.rules):
            end = begin + len(rule.judge.selectors)
            found.append((rule, masks[1 + number], masks[begin:end]))
            begin = end
        return found

    def judge(self, rule: Rule, view: View, masks: Masks) -> Verdict:  # noqa: ARG002  # each version is a rule itself
        """Return what every version finds of that which began under it; of two on one occurrence the earlier's."""
        seen = view.seen
        parts = self.parts(masks)
        begun = [part[0] for part in parts if seen & part[1]]
        found = Verdict([], None, {})
        said: set[str] = set()
        unread: Unreadable | None = None
        for number, (version, gate, own) in enumerate(parts):
            if not seen & gate or not in_scope(version.scope, view.region, view.agency, view.item, view.attributes):
                continue
            try:
                verdict = version.judge.judge(version, view, own)
            except Unreadable as exc:
                verdict, unread = exc.verdict, exc
            found.sooner(verdict.wake)
            for each in verdict.findings:
                if each.occurrence in said or not _answers(version, each, begun):
                    continue
                said.add(each.occurrence)
                found.findings.append(each)
                if number:
                    found.by[each.occurrence] = number
        if unread is not None:
            raise Unreadable(str(unread), found) from unread
        return found

    def obsolete(self, view: View, masks: Masks, settled: int) -> tuple[int, int]:
        """Return what no version of a subject's rule can need any more; see `forgetting`."""
        found = [cast("_Forgetful", rule.judge).obsolete(view, own, settled) for rule, _, own in self.parts(masks)]
        return min(kept for kept, _ in found), max(since for _, since in found)


class _Forgetful(Protocol):
    def obsolete(self, view: View, masks: Masks, settled: int) -> tuple[int, int]: ...


def joined(versions: Sequence[Rule]) -> Rule:
    """Return the versions of one rule, in their order, as one rule; it bears the newest's title, terms and basis.

    The versions must reach as far as each other, in one zone.
    """
    newest = versions[-1]
    same = all(each.scope == newest.scope for each in versions)
    return msgspec.structs.replace(
        newest, judge=Versions(tuple(versions)), scope=newest.scope if same else {}, versions=tuple(versions)
    )


def glance_of_versions(judge: Versions, masks: Masks, glances: Sequence[Glance | None]) -> Glance:
    """Return the glance of a rule by those of its versions: of the only one under which anything began.

    What a version reads may have come before anything began under it; then it never glanced at that.
    """
    gates = masks[0]
    by_gate: Mapping[int, tuple[Glance | None, int]] = {
        gate: (glance, reduce(or_, own)) for (_, gate, own), glance in zip(judge.parts(masks), glances, strict=True)
    }

    def glance(before: int, tag: int, fact: Fact, wake: int, now: int, case: Case) -> int:
        begun = (before | tag) & gates
        if not begun:
            return NEVER
        only, reads = by_gate.get(begun, (None, 0))
        if only is None or (not before & gates and before & reads):
            return UNSURE
        return only(before, tag, fact, wake, now, case)

    return glance


def _answers(version: Rule, finding: Finding, begun: Sequence[Rule]) -> bool:
    """Whether a finding of the version hangs on what began while it was in force."""
    began = _began(version.judge, finding)
    if began is not None:
        return version.since <= began.at < version.until
    # A notice hangs on its trigger, which its finding does not name.
    at = finding.evidence[0].at
    return version is ([each for each in begun if each.since <= at] or begun)[-1]


def _began(judge: Judge, finding: Finding) -> Evidence | None:
    """Return what a finding began with, None where its evidence does not show it."""
    judge = of_a_round(judge)
    if isinstance(judge, Frequency | FrequencyOfSubject):
        return finding.evidence[-1]
    if isinstance(judge, Notification) and finding.explain.get("fault") in {"repeated", "incomplete"}:
        return None
    return finding.evidence[0]
