"""`waiting-period`: the stop must not come before a term after the start has run.

Dates are subtracted, not instants: notice on the 3rd and hearing on the 10th
are seven days apart whatever their hours. Terms of hours compare instants.
"""

import msgspec

from mingjing.rules.card import FIRST
from mingjing.rules.kinds.clock_trace import iso
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.meter import meter_of
from mingjing.rules.rule import Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.term import Term
from mingjing.rules.view import View, evidence_of, occurrence_of


class WaitingPeriod(msgspec.Struct, frozen=True):
    """First `start`, first `stop` anywhere in the case, and the term that must lie between them."""

    start: Selector
    stop: Selector
    at_least: Term
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Start and stop."""
        return (self.start, self.stop)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding where the stop is early; a stop before the start is early too."""
        findings = []
        for place in view.chosen(masks[0], self.start.which):
            stop_place = view.first(masks[1], place + 1 if self.stop.which == "first-after" else 0)
            if stop_place is None:
                continue
            start, stop = view.facts[place], view.facts[stop_place]
            meter = meter_of(view.zone, view.workdays_for(start), self.at_least.unit, "end-of-day", roll=False)
            begin, end = meter.position(start.at), meter.position(stop.at)
            earliest = meter.add(begin, self.at_least.amount)
            waited = meter.between(begin, end)
            enough = waited >= self.at_least.amount if self.at_least.unit in {"wd", "cd"} else end >= earliest
            if enough:
                continue
            findings.append(
                rule.finding(
                    rule.rungs[-1],
                    occurrence=occurrence_of(start) if self.start.which == "each" else FIRST,
                    status="standing",
                    violated_at=max(start.at, stop.at),
                    due_at=view.zone.midnight(earliest) if meter.by_days else earliest,
                    cleared_at=None,
                    evidence=evidence_of(start, stop),
                    explain={
                        "kind": "waiting-period",
                        "at_least": str(self.at_least),
                        "start_at": view.zone.text(start.at),
                        "stop_at": view.zone.text(stop.at),
                        "earliest": iso(earliest) if meter.by_days else view.zone.text(earliest),
                        "waited": waited if meter.by_days else None,
                    },
                )
            )
        return Verdict(findings)


def read(rule: RuleReader) -> WaitingPeriod:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known("start", "stop", "at_least", needed=("start", "stop", "at_least"))
    return WaitingPeriod(
        rule.selector(rule.fields.get("start"), "first"),
        rule.selector(rule.fields.get("stop"), "first-anywhere"),
        rule.term(rule.fields.get("at_least")),
    )
