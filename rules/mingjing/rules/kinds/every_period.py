"""`silence` by the calendar: so many times in every month, quarter or year, whenever in it that is.

A subject owes nothing in the period in which it is first heard of: nobody knows
since when it has been supervised. What is taken back was never done, and what
comes late is counted in the period in which it happened.
"""

from typing import TYPE_CHECKING, Any

import msgspec

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.kinds.periods import Period, period_of
from mingjing.rules.rule import Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.view import View, evidence_of

if TYPE_CHECKING:
    from mingjing.rules.kinds.silence import Silence


class PeriodsOfSubject(msgspec.Struct, frozen=True):
    """Judges the events told to a subject by the periods of the calendar in which they happened."""

    terms: "Silence"
    told: Selector
    per: Period
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What the subject was told."""
        return (self.told,)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each period that passed with too little in it, and wait for the end of the next."""
        verdict = Verdict([])
        told = [view.facts[place] for place in view.matches(masks[0])]
        if not told:
            return verdict
        zone, heard = view.zone, 0
        _, begins = period_of(zone.day(told[0].at), self.per)
        while True:
            _, ends = period_of(begins, self.per)
            past = zone.midnight(ends)
            while heard < len(told) and told[heard].at < past:
                heard += 1
            found_at = view.known_from(past + self.terms.settle, told[heard - 1])
            if view.now < found_at:
                verdict.sooner(found_at)
                return verdict
            within = [each for each in told[:heard] if each.at >= zone.midnight(begins)]
            if len(within) < self.terms.at_least:
                verdict.findings.append(self._finding(rule, view, begins, ends, told[heard - 1], within))
            begins = ends

    def obsolete(self, view: View, masks: tuple[int, ...], settled: int) -> tuple[int, int]:
        """Return the last event before the period that holds `settled`: it says that the period is owed."""
        begins, _ = period_of(view.zone.day(settled), self.per)
        begin = view.zone.midnight(begins)
        before = (at for place in view.matches(masks[0]) if (at := view.facts[place].at) < begin)
        return max(before, default=0), begin + 1

    def _finding(self, rule: Rule, view: View, begins: int, ends: int, last: Fact, within: list[Fact]) -> Finding:
        text, midnight = view.zone.text, view.zone.midnight
        past = midnight(ends)
        explain: dict[str, Any] = {
            "kind": "silence",
            "by": list(self.terms.by),
            "key": last.data["key"],
            "per": self.per,
            "at_least": self.terms.at_least,
            "heard": [text(each.at) for each in within],
            "from": text(midnight(begins)),
            "due_at": text(past),
            "last_at": text(last.at),
        }
        return rule.finding(
            rule.rungs[-1],
            occurrence=f"per|{text(midnight(begins))[:10]}",
            status="standing",
            violated_at=past,
            due_at=past,
            cleared_at=None,
            evidence=evidence_of(*(within or [last])),
            explain=explain,
        )
