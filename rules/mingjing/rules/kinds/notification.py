"""`notification`: a trigger obliges a notice: before a step, once, with its contents, in time.

`within` is a limit like any other and is judged as one; the other obligations
are broken or kept by the notices themselves. A trigger that came later than it
was `entitled` to, after what gave the right to it, obliges to nothing; nor does
one any more after which one of `unless` comes while the notice is not yet overdue.
"""

from typing import Any

import msgspec

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.kinds import each_round, limit_reader
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.meter import Count, meter_of
from mingjing.rules.rule import Judge, Rule, Verdict
from mingjing.rules.selector import NOTHING, Selector
from mingjing.rules.term import DAY_UNITS, Term, Threshold
from mingjing.rules.values import value_at
from mingjing.rules.view import View, evidence_of, occurrence_of

OBLIGATIONS = ("within", "before", "at_most", "carries")
KEYS = ("trigger", "notice", "entitled", "unless", *OBLIGATIONS)


class Entitled(msgspec.Struct, frozen=True):
    """A trigger obliges only `within` a term of the last `since` before it; where none came before, it always does."""

    since: Selector
    within: Term

    def obliges(self, view: View, since: int, place: int) -> bool:
        """Whether the trigger at a place came in the term, or nothing that `since` matches says when that began."""
        earlier = [view.facts[each] for each in view.matches(since) if each < place]
        if not earlier:
            return True
        begins = earlier[-1]
        count: Count = "end-of-day" if self.within.unit in DAY_UNITS else "to-the-second"
        meter = meter_of(view.zone, view.workdays_for(begins), self.within.unit, count, roll=True)
        return view.facts[place].at < meter.due(begins.at, self.within.amount, ()).past


class Notification(msgspec.Struct, frozen=True):
    """`trigger` obliges `notice`; absent obligations are None, 0 or empty."""

    trigger: Selector
    notice: Selector
    within: TimeLimit | None
    before: Selector | None
    at_most: int
    carries: tuple[str, ...]
    entitled: Entitled | None = None
    unless: Selector | None = None

    @property
    def case_wide(self) -> bool:
        """Whether attributes of the case decide how long `within` is."""
        return self.within is not None and self.within.case_wide

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Trigger, notice, the step it must precede, those of `within`; last what lets go, and what entitles."""
        within = self.within.selectors if self.within else ()
        return (
            *(self.trigger, self.notice, self.before or NOTHING, *within),
            *((self.unless,) if self.unless else ()),
            *((self.entitled.since,) if self.entitled else ()),
        )

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return what `within` finds, then a finding for each notice owed or faulty."""
        triggers = view.chosen(masks[0], self.trigger.which)
        if self.entitled is not None:
            triggers = [place for place in triggers if self.entitled.obliges(view, masks[-1], place)]
            if not triggers:
                return Verdict([])
        verdict = self.within.judge(rule, view, masks[3:]) if self.within else Verdict([])
        if self.entitled is not None and self.trigger.which == "each":
            owed = {occurrence_of(view.facts[place]) for place in triggers}
            verdict.findings = [each for each in verdict.findings if each.occurrence in owed]
        if not triggers:
            return verdict
        notices = [view.facts[place] for place in view.matches(masks[1])]
        for place in triggers if self.before is not None else ():
            verdict.findings += self._missing(rule, view, place, masks, notices)
        if self.at_most and len(notices) > self.at_most:
            repeated = {"fault": "repeated", "at_most": self.at_most, "sent": len(notices)}
            verdict.findings.append(
                self._finding(rule, "repeated", notices[self.at_most].at, notices[: self.at_most + 1], repeated)
            )
        for notice in notices:
            lacking = [
                path
                for path in self.carries
                if value_at(path, data=notice.data, case=notice.case_data, item={}) in (None, [])
            ]
            if lacking:
                found = {"fault": "incomplete", "lacking": lacking}
                verdict.findings.append(self._finding(rule, occurrence_of(notice), notice.at, [notice], found))
        return verdict

    def _missing(
        self, rule: Rule, view: View, place: int, masks: tuple[int, ...], notices: list[Fact]
    ) -> list[Finding]:
        """Return a finding where the step came and its notice had not; with `each`, every trigger needs its own."""
        step_place = view.first(masks[2], place + 1)
        if step_place is None:
            return []
        if self.unless is not None:
            over = view.first(masks[len(masks) - 1 - bool(self.entitled)], place + 1)
            if over is not None and over < step_place:
                return []
        trigger, step = view.facts[place], view.facts[step_place]
        each = self.trigger.which == "each"
        if any(notice.at <= step.at and (not each or notice.order >= trigger.order) for notice in notices):
            return []
        found = {"fault": "missing", "step_at": view.zone.text(step.at)}
        occurrence = f"before|{occurrence_of(trigger)}" if each else "before"
        return [self._finding(rule, occurrence, step.at, [trigger, step], found)]

    def _finding(self, rule: Rule, occurrence: str, at: int, facts: list[Fact], found: dict[str, Any]) -> Finding:
        broken = [rung for rung in rule.rungs if not isinstance(rung.when, Threshold)]
        return rule.finding(
            (broken or rule.rungs)[-1],
            occurrence=occurrence,
            status="standing",
            violated_at=at,
            due_at=None,
            cleared_at=None,
            evidence=evidence_of(*facts),
            explain={"kind": "notification", **found},
        )


def read(rule: RuleReader) -> Judge:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known(*KEYS, *each_round.KEYS, *limit_reader.KEYS, needed=("trigger", "notice"))
    page, fields = rule.page, rule.fields
    if not any(key in fields for key in OBLIGATIONS):
        page.fault(rule.node, f"rule {rule.id}: a notice is owed nothing; give one of {', '.join(OBLIGATIONS)}")
    timed = any(isinstance(rung.when, Threshold) for rung in rule.ladder)
    if timed != ("within" in fields):
        page.fault(
            fields.get("cards", rule.node),
            f"rule {rule.id}: a threshold needs `within`, and `within` a threshold such as `past`",
        )
    carried = ((page.text(each), each) for each in page.items(fields.get("carries")))
    carries = tuple(rule.lead(each, name if name.startswith("data.") else f"data.{name}") for name, each in carried)
    judge = Notification(
        rule.selector(fields.get("trigger"), "first"),
        rule.selector(fields.get("notice"), "each"),
        _within(rule) if "within" in fields else None,
        rule.optional("before", "first"),
        page.number(fields.get("at_most"), 0),
        carries,
        _entitled(rule) if "entitled" in fields else None,
        _unless(rule),
    )
    return each_round.in_rounds(rule, judge)


def _entitled(rule: RuleReader) -> Entitled:
    entry = rule.page.mapping(rule.fields["entitled"], ("since", "within"), ("since", "within"))
    return Entitled(rule.selector(entry.get("since"), "each"), rule.term(entry.get("within")))


def _unless(rule: RuleReader) -> Selector | None:
    if "unless" in rule.fields and not {"within", "before"} & rule.fields.keys():
        told = f"rule {rule.id}: `unless` ends what is due `within` or `before`; give one of them"
        rule.page.fault(rule.fields["unless"], told)
    return rule.optional("unless", "each")


def _within(rule: RuleReader) -> TimeLimit:
    return TimeLimit(
        start=rule.selector(rule.fields.get("trigger"), "first"),
        stop=msgspec.structs.replace(rule.selector(rule.fields.get("notice"), "each"), which="first-after"),
        unless=rule.optional("unless", "each"),
        done=None,
        missing_violates=True,
        limit=limit_reader.read_limit(rule, limit_reader.read_terms(rule, "within")),
    )
