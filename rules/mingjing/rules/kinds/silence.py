"""`silence`: a source that stopped talking, against the rhythm it keeps.

A subject (an agency, a monitored enterprise) is told of one event an hour at
most, so its story grows with time and not with traffic. A gap is measured from
the last hour that was heard: in days from its day, in hours from its end, so
that nobody is silent by the coarseness of the measure. What is taken back later
was still talk, and is not unsaid. Where the rhythm is the calendar's own (`per`)
see `every_period`.
"""

from itertools import zip_longest
from typing import Any

import msgspec

from mingjing.rules.card import Evidence, Finding
from mingjing.rules.due import Due, Taken
from mingjing.rules.events import Fact
from mingjing.rules.kinds.every_period import PeriodsOfSubject
from mingjing.rules.kinds.periods import PERIODS, Period
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.kinds.seen import Seen, of_case, paths_of
from mingjing.rules.meter import Meter, meter_of
from mingjing.rules.rule import Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.subject import told
from mingjing.rules.term import DAY_UNITS, Term
from mingjing.rules.view import View, occurrence_of
from mingjing.rules.zone import HOUR

HEARD = "source.heard"
"""Type of what a silence is told: in this hour the source was heard."""

SETTLE = HOUR
NO_RHYTHM = Term(0, "cd")
RHYTHM_UNITS = ("wd", "cd", "mo", "wh", "h")


class Silence(msgspec.Struct, frozen=True):
    """At least one event of `of` every `rhythm`, or `at_least` so many `per` period of the calendar, by key.

    A gap is found `settle` after it is too long.
    """

    of: Selector
    by: tuple[str, ...]
    rhythm: Term
    settle: int
    per: Period | None = None
    at_least: int = 1

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What counts as talk."""
        return (self.of,)

    @property
    def case_wide(self) -> bool:
        """Each event is heard for itself, whatever is said of its case."""
        return False

    def of_subject(self, rule: str) -> "SilenceOfSubject | PeriodsOfSubject":
        """Return the judge of what was told to a subject of the rule."""
        return SilenceOfSubject(self, told(rule)) if self.per is None else PeriodsOfSubject(self, told(rule), self.per)

    @property
    def voidable(self) -> bool:
        """Whether what is taken back is unsaid: it was heard all the same, but it was not done."""
        return self.per is not None

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:  # noqa: ARG002  # of the protocol
        """Return nothing: no case is silent by itself."""
        return Verdict([])

    def tally(self, seen: Seen, matched: tuple[bool, ...]) -> Fact | None:  # noqa: ARG002  # there is one selector
        """Return what the subject is told: the event, or its hour alone under an id that all events of it share."""
        hour = seen.fact.at // HOUR * HOUR
        key = list(seen.key(self.by) or ())
        return Fact(
            id=f"{'|'.join(key)}@{hour // HOUR}" if self.per is None else seen.fact.id,
            source=seen.fact.source,
            type=HEARD,
            at=hour if self.per is None else seen.fact.at,
            stamp=seen.fact.stamp,
            agency=seen.value("agency"),
            region=seen.value("region"),
            data={"key": key},
        )


class SilenceOfSubject(msgspec.Struct, frozen=True):
    """Judges the hours in which a subject was heard; see `Silence.tally`."""

    terms: Silence
    told: Selector
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What the subject was told."""
        return (self.told,)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each gap that grew too long, closed or not."""
        verdict = Verdict([])
        hours = [view.facts[place] for place in view.matches(masks[0])]
        for last, heard in zip_longest(hours, hours[1:]):
            if heard is not None and heard.at - last.at <= HOUR:
                continue
            meter, due, excused = self._due(view, last)
            if heard is not None:
                if heard.at >= due.past:
                    verdict.findings.append(self._finding(rule, meter, due, excused, last, heard))
                continue
            found_at = view.known_from(due.past + self.terms.settle, last)
            if view.now >= found_at:
                verdict.findings.append(self._finding(rule, meter, due, excused, last, None))
            else:
                verdict.sooner(found_at)
        return verdict

    def obsolete(self, view: View, masks: tuple[int, ...], settled: int) -> tuple[int, int]:
        """Return the last hour heard before `settled`: from there on the next gap is measured."""
        hours = [view.facts[place].at for place in view.matches(masks[0])]
        kept = max((at for at in hours if at < settled), default=0)
        return kept, kept + 1

    def _due(self, view: View, last: Fact) -> tuple[Meter, Due, Taken]:
        """Return the meter, the end of the rhythm after the last hour, and the outages it gives back."""
        rhythm = self.terms.rhythm
        by_days = rhythm.unit in DAY_UNITS
        meter = meter_of(
            view.zone, view.workdays_for(last), rhythm.unit, "end-of-day" if by_days else "to-the-second", roll=False
        )
        start = last.at if by_days else last.at + HOUR
        end = meter.add(meter.position(start), rhythm.amount)
        excused: list[tuple[int, int]] = []
        for begins, ends in view.outages.get(last.agency or "", ()):
            begin, until = max(meter.position(begins) - by_days, meter.position(start)), meter.position(ends)
            if begin < until and begin < end:
                excused.append((begin, until))
                end = meter.due(start, rhythm.amount, tuple(excused)).position
        taken = tuple(excused)
        return meter, meter.due(start, rhythm.amount, taken), taken

    def _finding(self, rule: Rule, meter: Meter, due: Due, excused: Taken, last: Fact, heard: Fact | None) -> Finding:
        text = meter.zone.text
        explain: dict[str, Any] = {
            "kind": "silence",
            "by": list(self.terms.by),
            "key": last.data["key"],
            "rhythm": str(self.terms.rhythm),
            "last_at": text(last.at),
            "due_at": text(due.past),
            "heard_at": text(heard.at) if heard else None,
            "excused": sum(meter.between(begin, until) for begin, until in excused) if meter.by_days else None,
            "calendar": meter.workdays.calendar,
        }
        return rule.finding(
            rule.rungs[-1],
            occurrence=occurrence_of(last),
            status="cleared" if heard else "standing",
            violated_at=due.past,
            due_at=due.past,
            cleared_at=heard.at if heard else None,
            evidence=[Evidence(each.id, each.source, HEARD, each.at) for each in (last, heard) if each],
            explain=explain,
        )


def read(rule: RuleReader) -> Silence:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known("of", "by", "rhythm", "per", "at_least", "settle", needed=("of", "by"))
    fields = rule.fields
    if ("rhythm" in fields) == ("per" in fields):
        rule.page.fault(
            rule.node,
            f"rule {rule.id}: give exactly one of `rhythm` (a term such as 10wd) and `per` ({', '.join(PERIODS)})",
        )
    if "at_least" in fields and "per" not in fields:
        rule.page.fault(fields["at_least"], f"rule {rule.id}: `at_least` counts what comes `per` period; give `per`")
    rhythm = rule.term(fields["rhythm"]) if "rhythm" in fields else NO_RHYTHM
    if "rhythm" in fields and (rhythm.unit not in RHYTHM_UNITS or not rhythm.amount):
        rule.page.fault(
            fields.get("rhythm"),
            f"rule {rule.id}: rhythm {rhythm} is finer than the hour in which a source is heard; "
            f"write at least one of {', '.join(RHYTHM_UNITS)}",
        )
    settle = rule.settle() if "settle" in fields else SETTLE
    by = paths_of(rule, "by")
    if of_case(by):
        reason = f"rule {rule.id}: an event is heard for itself; name what it says (agency, data.…), not case.…"
        rule.page.fault(fields.get("by"), reason)
    rule.reach = "across"
    return Silence(
        rule.selector(fields.get("of"), "each"),
        by,
        rhythm,
        settle,
        rule.page.word(fields["per"], PERIODS, "year") if "per" in fields else None,  # type: ignore[arg-type]  # one of PERIODS
        rule.page.number(fields.get("at_least"), 1),
    )
