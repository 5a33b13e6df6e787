"""`time-limit`: the stop must come within the limit of the start; a timer finds what never comes.

A ladder may measure several clocks (promised, statutory) that run side by side
from one start. The finding stands while some rung holds and is cleared by the
stop, extension or pause that ended it. Where only cases with a stop are judged
(`missing: ignore`) there is nothing left to end, so it stands.
"""

from datetime import date

import msgspec

from mingjing.rules.card import FIRST, Finding
from mingjing.rules.events import Fact
from mingjing.rules.kinds.clock_trace import trace
from mingjing.rules.kinds.ladder import Climb, Ending, climb
from mingjing.rules.kinds.limit import ITEM_CLOCKS, PATHS, Course, Limit, read_value
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.rule import Rule, Verdict
from mingjing.rules.selector import NOTHING, Selector
from mingjing.rules.term import DatedLimit, Term
from mingjing.rules.view import View, evidence_of, occurrence_of

COUNTS = ("end-of-day", "to-the-second", "close-of-business")
KEYS = ("start", "stop", "unless", "missing", "limit", "due", "done", "extend", "pause", "roll", "count")


class TimeLimit(msgspec.Struct, frozen=True):
    """The terms of a rule: `stop` or `done` ends the clock, `unless` discharges the duty in time."""

    start: Selector
    stop: Selector | None
    unless: Selector | None
    done: str | None
    missing_violates: bool
    limit: Limit

    @property
    def case_wide(self) -> bool:
        """Whether attributes of the case decide, so that any event may change the verdict."""
        return self.limit.reads_case or (self.done is not None and self.done.startswith("case."))

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Start, stop, unless, then those of the limit."""
        return (self.start, self.stop or NOTHING, self.unless or NOTHING, *self.limit.selectors)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return one finding for each start whose ladder was ever climbed."""
        verdict = Verdict([])
        for place in view.chosen(masks[0], self.start.which):
            verdict.add(self._judge_start(rule, view, masks, place))
        return verdict

    def courses(self, rule: Rule, view: View, masks: tuple[int, ...], place: int) -> list[Course]:
        """Return the clocks that the start at `place` set running, the rule's own first."""
        names = dict.fromkeys((self.limit.own_clock, *rule.clocks))
        found = (self.limit.course(name, view, masks[3:], view.facts[place]) for name in names)
        return [course for course in found if course is not None]

    def ending(self, view: View, masks: tuple[int, ...], place: int) -> Ending | None:
        """Return what stopped the clocks started at `place`, leaving aside `unless`."""
        if self.done is not None:
            text = read_value(self.done, view, view.facts[place])
            return Ending(view.zone.parse(str(text))[0], None) if text is not None else None
        if self.stop is None:
            return None
        match self.stop.which:
            case "first-anywhere":
                found = view.first(masks[1])
            case "last":
                found = view.last(masks[1])
                found = None if found is not None and found < place else found
            case _:
                found = view.first(masks[1], place + 1)
        return None if found is None else Ending(view.facts[found].at, view.facts[found])

    def _judge_start(self, rule: Rule, view: View, masks: tuple[int, ...], place: int) -> Verdict:
        courses = self.courses(rule, view, masks, place)
        stop = self.ending(view, masks, place)
        if not courses or (stop is None and not self.missing_violates):
            return Verdict([])
        start = view.facts[place]
        ending = self._discharge(view, masks, place, courses[0], stop) or stop
        delay = view.now - view.now_for(start)
        found, wake = climb(rule.rungs, self.limit.own_clock, courses, ending, view.now - delay)
        findings = [self._finding(rule, start, found, ending)] if found else []
        return Verdict(findings, None if wake is None else wake + delay)

    def _discharge(
        self, view: View, masks: tuple[int, ...], place: int, course: Course, stop: Ending | None
    ) -> Ending | None:
        """Return the first `unless` fact that came in time, where no earlier stop did."""
        found = view.first(masks[2], place + 1) if self.unless is not None else None
        if found is None:
            return None
        fact = view.facts[found]
        due = course.run.at(fact.at).due
        if (due is not None and fact.at >= due.past) or (stop is not None and stop.at <= fact.at):
            return None
        return Ending(fact.at, fact)

    def _finding(self, rule: Rule, start: Fact, found: Climb, ending: Ending | None) -> Finding:
        run = found.course.run
        stretch = run.at(found.reached)
        moved = [fact for pause, _ in run.pauses for fact in (pause.begin, pause.end) if fact is not None]
        moved += [each.fact for each in run.extensions]
        cleared = found.ceased if self.missing_violates else None
        explain = trace(found.course, stretch, ending.at if ending else None)
        return rule.finding(
            found.rung,
            provisional=explain["provisional"],
            occurrence=occurrence_of(start) if self.start.which == "each" else FIRST,
            status="standing" if cleared is None else "cleared",
            violated_at=found.reached,
            due_at=stretch.due.past if stretch.due else None,
            cleared_at=cleared,
            evidence=evidence_of(
                start,
                *(fact for fact in moved if ending is None or fact.at <= ending.at),
                ending.fact if ending else None,
            ),
            explain=explain,
        )


def read(rule: RuleReader) -> TimeLimit:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known(*KEYS, needed=("start",))
    fields, page = rule.fields, rule.page
    if ("limit" in fields) == ("due" in fields):
        page.fault(rule.node, f"rule {rule.id}: give exactly one of `limit` and `due`")
    if "stop" not in fields and "done" not in fields:
        page.fault(
            rule.node, f"rule {rule.id}: give `stop` (an event that ends the clock) or `done` (a field that does)"
        )
    return TimeLimit(
        start=rule.selector(fields.get("start"), "first"),
        stop=rule.optional("stop", "first-after"),
        unless=rule.optional("unless", "each"),
        done=rule.path("done"),
        missing_violates=page.word(fields.get("missing"), ("violates", "ignore"), "violates") == "violates",
        limit=read_limit(rule, _terms(rule)),
    )


def read_limit(rule: RuleReader, terms: str | Term | tuple[DatedLimit, ...] | None) -> Limit:
    """Return the limit with what the rule says of its count, pauses and extensions."""
    limit = Limit(
        terms,
        rule.path("due"),
        rule.page.word(rule.fields.get("count"), COUNTS, "end-of-day"),  # type: ignore[arg-type]  # one of Count
        rule.page.flag(rule.fields.get("roll"), default=True),
        rule.pauses(),
        rule.extensions(),
    )
    known = [terms] if isinstance(terms, Term) else [each.term for each in terms] if isinstance(terms, tuple) else []
    moves = [("extend", "extension", each.by) for each in limit.extensions]
    moves += [("pause", "cap", each.cap) for each in limit.pauses if each.cap is not None]
    for key, name, amount in moves:
        for term in known:
            if isinstance(amount, Term) and amount.unit != term.unit:
                rule.page.fault(
                    rule.fields.get(key), f"rule {rule.id}: {name} {amount} and limit {term} are in different units"
                )
    return limit


def _terms(rule: RuleReader) -> str | Term | tuple[DatedLimit, ...] | None:
    node = rule.fields.get("limit")
    if node is None:
        return None
    entries = rule.page.items(node)
    if entries == [node]:
        text = rule.page.text(node)
        return text if text in ITEM_CLOCKS or text.startswith(PATHS) else rule.term(node)
    dated: list[DatedLimit] = []
    for entry in entries:
        found = rule.page.mapping(entry, ("from", "limit"), ("from", "limit"))
        try:
            since = date.fromisoformat(rule.page.text(found.get("from")))
        except ValueError:
            rule.page.fault(found.get("from", entry), f"rule {rule.id}: `from` is not a date; write 2010-08-13")
            continue
        dated.append(DatedLimit(since, rule.term(found.get("limit"))))
    return tuple(sorted(dated, key=lambda each: each.since))
