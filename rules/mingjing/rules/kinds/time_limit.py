"""`time-limit`: the stop must come within the limit of the start; a timer finds what never comes.

A ladder may measure several clocks (promised, statutory) that run side by side
from one start. The finding stands while some rung holds and is cleared by the
stop, extension or pause that ended it. Where only cases with a stop are judged
(`missing: ignore`) there is nothing left to end, so it stands.
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_

import msgspec

from mingjing.rules.card import FIRST, Finding
from mingjing.rules.events import DEEMED, Fact, known_at
from mingjing.rules.kinds import keyed, limit_reader
from mingjing.rules.kinds.climbed import Climb, Ending
from mingjing.rules.kinds.clock_trace import trace
from mingjing.rules.kinds.ladder import climb
from mingjing.rules.kinds.limit import Course, Limit, read_value
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.rule import Rule, Unreadable, Verdict
from mingjing.rules.selector import NOTHING, Selector
from mingjing.rules.view import View, evidence_of, occurrence_of

KEYS = ("start", "stop", "unless", "missing", "limit", "due", "done", "key", "card_to", *limit_reader.KEYS)


class TimeLimit(msgspec.Struct, frozen=True):
    """The terms of a rule: `stop` or `done` ends the clock, `unless` discharges the duty in time.

    With a `key` each of its values has clocks of its own; `unless` discharges all of them. `card_to` is the path,
    seen from the start, to the agency that answers for them.
    """

    start: Selector
    stop: Selector | None
    unless: Selector | None
    done: str | None
    missing_violates: bool
    limit: Limit
    key: str | None = None
    card_to: str | None = None

    @property
    def case_wide(self) -> bool:
        """Whether attributes of the case decide, so that any event may change the verdict."""
        paths = (self.done, self.key, self.card_to)
        return self.limit.reads_case or any(each is not None and each.startswith("case.") for each in paths)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Start, stop, unless, then those of the limit."""
        return (self.start, self.stop or NOTHING, self.unless or NOTHING, *self.limit.selectors)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return one finding for each start whose ladder was ever climbed."""
        verdict = Verdict([])
        unread: list[ValueError] = []
        for place in self.starts(view, masks[0]):
            try:
                verdict.add(self._judge_start(rule, view, masks, place))
            except ValueError as exc:
                unread.append(exc)
        if unread:
            raise Unreadable(str(unread[0]), verdict) from unread[0]
        return verdict

    def starts(self, view: View, mask: int) -> list[int]:
        """Return the places of the facts that set clocks running."""
        if self.key is not None:
            return keyed.chosen(view, mask, self.start.which, self.key)
        return view.chosen(mask, self.start.which)

    def courses(self, rule: Rule, view: View, masks: tuple[int, ...], place: int) -> list[Course]:
        """Return the clocks that the start at `place` set running, the rule's own first."""
        limit, moves, start = self.limit, masks[3:], view.facts[place]
        if moves and not view.seen & reduce(or_, moves):
            moves = ()
        own = limit.own_clock
        found = [limit.course(own, view, moves, start)]
        found += [limit.course(name, view, moves, start) for name in rule.clocks if name != own]
        return [course for course in found if course is not None]

    def ending(self, view: View, masks: tuple[int, ...], place: int) -> Ending | None:
        """Return what stopped the clocks started at `place`, leaving aside `unless`."""
        if self.done is not None:
            text = read_value(self.done, view, view.facts[place])
            return Ending(view.zone.parse(str(text))[0], None) if text is not None else None
        if self.stop is None:
            return None
        which, begin = self.stop.which, 0 if self.stop.which == "first-anywhere" else place + 1
        if which == "last":
            stops = self._paired(view, masks[1], place, begin)
            found = max(stops, default=place if view.tags[place] & masks[1] else None)
        elif self.key is None:
            found = view.first(masks[1], begin)
        else:
            found = next(self._paired(view, masks[1], place, begin), None)
        return None if found is None else Ending(known_at(view.facts[found]), view.facts[found])

    def _paired(self, view: View, mask: int, place: int, begin: int) -> Iterator[int]:
        """Yield the matches from `begin` on that belong to the start at `place`: those of its key, or all."""
        if self.key is None:
            return view.matches(mask, begin)
        return keyed.matches(view, mask, self.key, keyed.key_of(self.key, view.facts[place]), begin)

    def _judge_start(self, rule: Rule, view: View, masks: tuple[int, ...], place: int) -> Verdict:
        courses = self.courses(rule, view, masks, place)
        stop = self.ending(view, masks, place)
        if not courses or (stop is None and not self.missing_violates):
            return Verdict([])
        start = view.facts[place]
        ending = self._discharge(view, masks, place, courses[0], stop) or stop
        delay = view.now - view.now_for(start)
        found, wake = climb(rule.rungs, self.limit.own_clock, courses, ending, view.now - delay)
        findings = [self._finding(rule, view, start, found, ending)] if found else []
        return Verdict(findings, None if wake is None else wake + delay)

    def _discharge(
        self, view: View, masks: tuple[int, ...], place: int, course: Course, stop: Ending | None
    ) -> Ending | None:
        """Return the first `unless` fact that came in time, where no earlier stop did."""
        found = view.first(masks[2], place + 1) if self.unless is not None else None
        if found is None:
            return None
        fact = view.facts[found]
        at = known_at(fact)
        due = course.run.at(at).due
        if (due is not None and at >= due.past) or (stop is not None and stop.at <= at):
            return None
        return Ending(at, fact)

    def _occurrence(self, start: Fact) -> str:
        if self.start.which == "each":
            return occurrence_of(start)
        return FIRST if self.key is None else f"key|{keyed.key_of(self.key, start)}"

    def _finding(self, rule: Rule, view: View, start: Fact, found: Climb, ending: Ending | None) -> Finding:
        run = found.course.run
        stretch = run.at(found.reached)
        moved = [fact for pause, _ in run.pauses for fact in (pause.begin, pause.end) if fact is not None]
        moved += [each.fact for each in run.extensions]
        cleared = found.ceased if self.missing_violates else None
        explain = trace(found.course, stretch, ending.at if ending else None)
        if start.source == DEEMED:
            explain["deemed"] = {"fact": start.type, "known_at": view.zone.text(start.stamp)}
        if self.key is not None:
            explain["key"] = {"path": self.key, "value": keyed.key_of(self.key, start)}
        return rule.finding(
            found.rung,
            provisional=explain["provisional"],
            occurrence=self._occurrence(start),
            agency=str(answers) if (answers := read_value(self.card_to, view, start)) is not None else None,
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
        limit=limit_reader.read_limit(rule, limit_reader.read_terms(rule)),
        key=keyed.read_path(rule, fields["key"]) if "key" in fields else None,
        card_to=rule.path("card_to"),
    )
