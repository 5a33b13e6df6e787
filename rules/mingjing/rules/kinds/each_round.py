"""Rules that look at what else was said in a case, kept to one round of it (`renewed_by`, `renews_after`).

What is applied for again under its number, once it was sent back, is no second notice, no second extension, and
stands under no acceptance of the first. A round that was begun anew answers for what happens from its begin on.
"""

import msgspec

from mingjing.rules.card import FIRST, Finding
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.kinds.rounds import rounds_of
from mingjing.rules.rule import Judge, Rule, Unreadable, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.view import View, occurrence_of

KEYS = ("renewed_by", "renews_after")


class EachRound(msgspec.Struct, frozen=True):
    """Judges each round of a case by `inner`: the next begins with one of `begins` after one of `ends`."""

    inner: Judge
    begins: Selector
    ends: Selector

    @property
    def case_wide(self) -> bool:
        """Whether attributes of the case decide."""
        return self.inner.case_wide

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Those of the judge of a round, then what begins a round and what ends it."""
        return (*self.inner.selectors, self.begins, self.ends)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return what is found of every round; raises as the judge of a round does."""
        *own, begins, ends = masks
        rounds = rounds_of(view, begins, ends, masks)
        if len(rounds) == 1:
            return self.inner.judge(rule, view, tuple(own))
        verdict, said = Verdict([]), set[str]()
        unread: Unreadable | None = None
        for number, part in enumerate(rounds):
            try:
                found = self.inner.judge(rule, part, tuple(own))
            except Unreadable as exc:
                found, unread = exc.verdict, exc
            verdict.sooner(found.wake)
            start = part.first(begins)
            anew = part.facts[start] if number and start is not None else None
            for each in found.findings:
                if anew is None or each.violated_at >= anew.at:
                    named = each if anew is None else _named(each, occurrence_of(anew))
                    if named.occurrence not in said:
                        said.add(named.occurrence)
                        verdict.findings.append(named)
        if unread is not None:
            raise Unreadable(str(unread), verdict) from unread
        return verdict


def in_rounds(rule: RuleReader, judge: Judge) -> Judge:
    """Return the judge that the rule's YAML states, kept to one round where it says what renews; faults to its page."""
    page, fields = rule.page, rule.fields
    given = [key for key in KEYS if key in fields]
    if not given:
        return judge
    if len(given) < len(KEYS):
        told = (
            f"rule {rule.id}: `renewed_by` (what begins a round) and `renews_after` (what ended the former) go together"
        )
        page.fault(fields[given[0]], told)
        return judge
    if "within" in fields and "notice" in fields:
        told = f"rule {rule.id}: what is due `within` a term ends with its round by `unless`; leave `renews_after` out"
        page.fault(fields["renews_after"], told)
    begins, ends = (Selector(rule.events(fields[key]), "each") for key in KEYS)
    return EachRound(judge, begins, ends)


def of_a_round(judge: Judge) -> Judge:
    """Return what judges a round of a case: the judge itself where all of it is one."""
    return judge.inner if isinstance(judge, EachRound) else judge


def _named(finding: Finding, anew: str) -> Finding:
    """Return a finding of a later round, called by what began it where it is not called by an event already."""
    if "|" in finding.occurrence:
        return finding
    told = anew if finding.occurrence == FIRST else f"{finding.occurrence}|{anew}"
    return msgspec.structs.replace(finding, occurrence=told)
