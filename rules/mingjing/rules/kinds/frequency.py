"""`frequency`: so many events by one key within a window, in one case or across all of them.

The events are those of a subject: everything that happened to one enterprise,
one officer, one post. Where the key is the case itself (`by: case`) the rule is
judged in the case; else the owners of the cases tell the subject (`tally`).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec

from mingjing.rules.card import Evidence, Finding
from mingjing.rules.events import Fact
from mingjing.rules.kinds import each_round
from mingjing.rules.kinds.periods import PERIODS, Period, period_of
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.kinds.seen import CASE, Seen, of_case, path_of, paths_of
from mingjing.rules.kinds.window import Counted, Reached, reaching
from mingjing.rules.meter import meter_of
from mingjing.rules.rule import Judge, Rule, Verdict
from mingjing.rules.selector import NOTHING, Selector
from mingjing.rules.subject import CARD_SHOWN, told
from mingjing.rules.term import DAY_UNITS, Term
from mingjing.rules.view import View, occurrence_of

KEYS = ("of", "by", "at_least", "over", "within", "per", "distinct", "after", "anew")
SHOWN = 50
"""How many of the events counted a finding lists, the latest first to stay."""


class Frequency(msgspec.Struct, frozen=True):
    """`of` is counted by `by`; where `after` is given, only what follows one of its matches within the window.

    `least` is the number that must be reached; None = one more than `over` names.
    """

    of: Selector
    after: Selector
    by: tuple[str, ...]
    least: int | None
    over: str | None
    within: Term | None
    per: Period | None
    distinct: str | None = None
    anew: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What is counted, then what must come before it."""
        return (self.of, self.after)

    @property
    def case_wide(self) -> bool:
        """Whether attributes of the case are read."""
        return of_case((*self.by, self.distinct or "", self.over or ""))

    def of_subject(self, rule: str) -> "FrequencyOfSubject":
        """Return the judge of what was told to a subject of the rule."""
        return FrequencyOfSubject(self, told(rule))

    @property
    def voidable(self) -> bool:
        """Whether an event that is taken back is taken from the subject too."""
        return True

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each moment at which the case itself reached the number."""
        counted = (
            event
            for place in view.matches(masks[0] | masks[1])
            if (event := self._counted(view, place, masks)) is not None
        )
        return self.verdict(rule, view, counted, [])

    def tally(self, seen: Seen, matched: tuple[bool, ...]) -> Fact | None:
        """Return what the subject is told of an event, or None where it cannot be counted."""
        value = seen.value(self.distinct) if self.distinct else None
        counts, leads = matched
        if self.distinct and value is None:
            counts = False
        if not (counts or leads):
            return None
        fact = seen.fact
        data: dict[str, Any] = {"case": seen.case_key, "key": list(seen.key(self.by) or ())}
        if counts:
            data["counts"] = True
        if leads:
            data["leads"] = True
        if value is not None:
            data["value"] = value
        if self.over is not None and (allowed := seen.number(self.over)) is not None:
            data["allowed"] = allowed
        return Fact(
            id=fact.id,
            source=fact.source,
            type=fact.type,
            at=fact.at,
            stamp=fact.stamp,
            sequence=fact.sequence,
            item=seen.value("item"),
            agency=seen.value("agency"),
            region=seen.value("region"),
            officer=fact.officer,
            post=fact.post,
            step=fact.step,
            data=data,
        )

    def verdict(self, rule: Rule, view: View, events: Iterable[Counted], key: list[str]) -> Verdict:
        """Return a finding for each moment at which the events reach the number."""
        return Verdict([self._finding(rule, view, each, key) for each in self.reached(view, events)])

    def reached(self, view: View, events: Iterable[Counted]) -> Iterator[Reached]:
        """Yield each moment at which the events reach the number."""
        return reaching(
            events,
            self.expiry(view),
            self._number,
            distinct=self.distinct is not None,
            led=self.after is not NOTHING,
            anew=self.anew,
        )

    def _counted(self, view: View, place: int, masks: tuple[int, ...]) -> Counted | None:
        fact, tag = view.facts[place], view.tags[place]
        seen = Seen("", fact, view)
        value = seen.value(self.distinct) if self.distinct else None
        return Counted(
            fact,
            fact.type,
            "",
            value,
            bool(tag & masks[0]) and (value is not None or self.distinct is None),
            bool(tag & masks[1]),
            seen.number(self.over) if self.over else None,
        )

    def _number(self, event: Counted) -> int | None:
        if self.least is not None:
            return self.least
        return None if event.allowed is None else event.allowed + 1

    def expiry(self, view: View) -> Callable[[Fact], int]:
        """Return what gives the first instant at which an event is out of every window."""
        zone, term = view.zone, self.within
        if term is None:
            return lambda fact: zone.midnight(period_of(zone.day(fact.at), self.per or "year")[1])
        count: Literal["end-of-day", "to-the-second"] = "end-of-day" if term.unit in DAY_UNITS else "to-the-second"

        def expires(fact: Fact) -> int:
            meter = meter_of(zone, view.workdays_for(fact), term.unit, count, roll=False)
            return meter.due(fact.at, term.amount, ()).past

        return expires

    def _finding(self, rule: Rule, view: View, found: Reached, key: list[str]) -> Finding:
        last = found.counted[-1]
        shown = found.counted[-SHOWN:]
        text = view.zone.text
        explain: dict[str, Any] = {
            "kind": "frequency",
            "by": list(self.by),
            "key": key,
            "n": found.size,
            "at_least": found.least,
            "window": str(self.within) if self.within else self.per,
            "from": text(found.counted[0].fact.at),
            "to": text(last.fact.at),
            "events": [_listed(each, text) for each in shown],
            "more": len(found.counted) - len(shown),
        }
        if self.distinct is not None:
            explain |= {"distinct": self.distinct, "values": sorted({str(each.value) for each in found.counted})}
        if found.lead is not None:
            explain["after"] = _listed(found.lead, text)
        return rule.finding(
            rule.rungs[-1],
            occurrence=occurrence_of(last.fact),
            status="standing",
            violated_at=last.fact.at,
            due_at=None,
            cleared_at=None,
            evidence=[
                Evidence(each.fact.id, each.fact.source, each.type, each.fact.at)
                for each in ((found.lead,) if found.lead else ()) + shown
            ],
            explain=explain,
        )


class FrequencyOfSubject(msgspec.Struct, frozen=True):
    """Judges the events told to a subject; see `Frequency.tally`."""

    terms: Frequency
    told: Selector
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What the subject was told."""
        return (self.told,)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each moment at which the subject reached the number."""
        told = [view.facts[place] for place in view.matches(masks[0])]
        return self.terms.verdict(rule, view, map(_recounted, told), told[0].data["key"] if told else [])

    def obsolete(self, view: View, masks: tuple[int, ...], settled: int) -> tuple[int, int]:
        """Return the first event that a window ending at `settled` or later can hold.

        Where counting begins anew after each finding, all up to the last settled finding is done with.
        """
        told = [view.facts[place] for place in view.matches(masks[0])]
        expires = self.terms.expiry(view)
        kept = next((fact.at for fact in told if expires(fact) > settled), settled)
        if self.terms.anew:
            done = [each.counted[-1].fact.at for each in self.terms.reached(view, map(_recounted, told))]
            kept = max((at + 1 for at in done if at < settled), default=kept)
        return kept, settled


def _recounted(fact: Fact) -> Counted:
    data = fact.data
    return Counted(
        fact,
        data["type"],
        data["case"],
        data.get("value"),
        data.get("counts", False),
        data.get("leads", False),
        data.get("allowed"),
    )


def _listed(event: Counted, text: Callable[[int], str]) -> dict[str, Any]:
    found = {"type": event.type, "at": text(event.fact.at)}
    if event.case_key:
        found["case"] = event.case_key
    if event.value is not None:
        found["value"] = event.value
    return found


def read(rule: RuleReader) -> Judge:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known(*KEYS, *each_round.KEYS, needed=("of", "by"))
    page, fields = rule.page, rule.fields
    if ("within" in fields) == ("per" in fields):
        page.fault(
            rule.node,
            f"rule {rule.id}: give exactly one of `within` (a term such as 30cd) and `per` ({', '.join(PERIODS)})",
        )
    if "at_least" in fields and "over" in fields:
        page.fault(fields["over"], f"rule {rule.id}: give `at_least` (a number) or `over` (where the number stands)")
    if not ("at_least" in fields or "over" in fields or "after" in fields):
        page.fault(rule.node, f"rule {rule.id}: give `at_least`, the number of events that is too many")
    by = paths_of(rule, "by")
    rule.reach = "case" if by == (CASE,) else "across"
    if rule.reach == "across" and "renews_after" in fields:
        told = f"rule {rule.id}: only what is counted `by: case` is counted by the round; leave `renews_after` out"
        page.fault(fields["renews_after"], told)
    of = rule.selector(fields.get("of"), "each")
    least = page.number(fields.get("at_least"), 1)
    if least == 1 and of.types is not None and CARD_SHOWN in of.types:
        page.fault(fields.get("of"), f"rule {rule.id}: one card would draw another; count at least 2 cards")
    judge = Frequency(
        of,
        rule.optional("after", "each") or NOTHING,
        by,
        None if "over" in fields else least,
        path_of(rule, fields["over"]) if "over" in fields else None,
        rule.term(fields["within"]) if "within" in fields else None,
        page.word(fields["per"], PERIODS, "year") if "per" in fields else None,  # type: ignore[arg-type]  # one of PERIODS
        path_of(rule, fields["distinct"]) if "distinct" in fields else None,
        page.flag(fields.get("anew"), default=False),
    )
    return each_round.in_rounds(rule, judge)
