"""`waiting-period`: the stop must not come before a term after the start has run.

Dates are subtracted, not instants: notice on the 3rd and hearing on the 10th
are seven days apart whatever their hours. Terms of hours compare instants.
"""

from collections.abc import Iterator

import msgspec

from mingjing.rules.card import FIRST
from mingjing.rules.events import Fact
from mingjing.rules.kinds.clock_trace import iso
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.meter import meter_of
from mingjing.rules.rule import Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.term import Term
from mingjing.rules.view import View, evidence_of, occurrence_of


class WaitingPeriod(msgspec.Struct, frozen=True):
    """First `start`, first `stop` anywhere in the case, and the term that must lie between them.

    With `each` stop, every stop is measured from its own start: the first (or `last`) since the stop before it.
    """

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
        for place, stop_place in self._pairs(view, masks):
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
                    occurrence=self._occurrence(start, stop),
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

    def _pairs(self, view: View, masks: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Yield the places of each start with the stop that is measured from it."""
        if self.stop.which == "each":
            since = 0
            for stop in view.matches(masks[1]):
                own = [each for each in view.matches(masks[0], since) if each < stop]
                since = stop + 1
                if own:
                    yield own[-1 if self.start.which == "last" else 0], stop
            return
        for start in view.chosen(masks[0], self.start.which):
            stop_place = view.first(masks[1], start + 1 if self.stop.which == "first-after" else 0)
            if stop_place is not None:
                yield start, stop_place

    def _occurrence(self, start: Fact, stop: Fact) -> str:
        if self.stop.which == "each":
            return occurrence_of(stop)
        return occurrence_of(start) if self.start.which == "each" else FIRST


def read(rule: RuleReader) -> WaitingPeriod:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known("start", "stop", "at_least", needed=("start", "stop", "at_least"))
    return WaitingPeriod(
        rule.selector(rule.fields.get("start"), "first"),
        rule.selector(rule.fields.get("stop"), "first-anywhere", ("first-after", "first-anywhere", "each")),
        rule.term(rule.fields.get("at_least")),
    )
