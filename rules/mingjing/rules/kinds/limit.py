"""The terms of a limit: which clocks a start sets running, how long each, and what moves it."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from mingjing.rules import clock
from mingjing.rules.events import Fact
from mingjing.rules.meter import Count, Meter, meter_of
from mingjing.rules.selector import ANY, Selector
from mingjing.rules.stretch import Extension, Pause, Run
from mingjing.rules.term import DatedLimit, Term, Unit, parse_term
from mingjing.rules.values import value_for
from mingjing.rules.view import View
from mingjing.rules.vocabulary import ExtensionRule, PauseRule

ITEM_CLOCKS = ("promised", "statutory")
"""Clocks whose limit the item states; a literal limit or a stated due date runs the clock `limit`."""

NOT_READ: Mapping[str, Any] = {}
"""The attributes of a case for a path that does not lead there: working them out goes through all its facts."""


class Course(msgspec.Struct, frozen=True):
    """One clock of one start: its name, the limit as written, its meter and how it ran."""

    name: str
    limit: str
    meter: Meter
    run: Run


class Limit(msgspec.Struct, frozen=True):
    """How long, in which count, and by what moved; exactly one of `terms` and `due` is given.

    `terms` is a term, the name of an item's limit, a path, or terms by the date of the start.
    Where a path or an item leads to no term, `otherwise` holds; a bare number there is one of `unit`.
    """

    terms: str | Term | tuple[DatedLimit, ...] | None
    due: str | None
    count: Count
    roll: bool
    pauses: tuple[PauseRule, ...] = ()
    extensions: tuple[ExtensionRule, ...] = ()
    otherwise: Term | None = None
    unit: Unit | None = None

    @property
    def own_clock(self) -> str:
        """The name of the clock that thresholds without a name mean."""
        return self.terms if isinstance(self.terms, str) and self.terms in ITEM_CLOCKS else "limit"

    @property
    def reads_case(self) -> bool:
        """Whether attributes of the case decide the end of the limit, or by how much it moves."""
        extended = (path for each in self.extensions for path in (each.by, each.cap))
        paths = (self.terms, self.due, *(each.cap for each in self.pauses), *extended)
        return any(isinstance(path, str) and "case." in path for path in paths)

    @property
    def reads_start(self) -> bool:
        """Whether what the start itself says decides how long the limit is."""
        return isinstance(self.terms, str) and ("data." in self.terms or "event." in self.terms)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Begin and end of each pause, then each extension."""
        pauses = (
            Selector(None if ANY in types else types, "each", where)
            for each in self.pauses
            for types, where in ((each.begin, each.begin_where), (each.end, each.end_where))
        )
        moves = (Selector(None if ANY in each.event else each.event, "each", each.where) for each in self.extensions)
        return (*pauses, *moves)

    def course(self, name: str, view: View, masks: tuple[int, ...], start: Fact) -> Course | None:
        """Return how the clock `name` ran from `start`, or None where the case has no such limit.

        `masks` are those of `selectors`; none are given where nothing that they match was seen.
        Raises CalendarMissing, and ValueError for a stated date or term that cannot be read.
        """
        if self.due is not None and name == "limit":
            return self._stated(name, view, start)
        term = self._term(name, view, start)
        if term is None:
            return None
        meter = meter_of(view.zone, view.workdays_for(start), term.unit, self.count, roll=self.roll)
        if not masks:
            return Course(name, str(term), meter, clock.run(meter, start, term.amount))
        pauses = list(self._pauses(name, view, masks, start))
        extensions = list(self._extensions(name, view, masks[2 * len(self.pauses) :]))
        return Course(name, str(term), meter, clock.run(meter, start, term.amount, pauses, extensions))

    def _stated(self, name: str, view: View, start: Fact) -> Course | None:
        text = read_value(self.due, view, start)
        if text is None:
            return None
        meter = meter_of(view.zone, view.workdays_for(start), "cd", self.count, roll=False)
        instant, whole_day = view.zone.parse(str(text))
        return Course(name, str(text), meter, clock.fixed(start, meter.due_at(instant, whole_day=whole_day)))

    def _term(self, name: str, view: View, start: Fact) -> Term | None:
        if name != "limit":
            text = view.item.get(name)
        elif isinstance(self.terms, str):
            text = read_value(self.terms, view, start)
        elif isinstance(self.terms, tuple):
            day = view.zone.day(start.at)
            return next((each.term for each in reversed(self.terms) if each.since.toordinal() <= day), None)
        else:
            return self.terms
        bare = self.unit is not None and str(text).isdecimal()
        try:
            return parse_term(f"{text}{self.unit}" if bare else str(text))
        except ValueError:  # what an event or item says there is no term, so it sets no clock running
            return self.otherwise if name == self.own_clock else None

    def _pauses(self, name: str, view: View, masks: tuple[int, ...], start: Fact) -> Iterator[Pause]:
        for index, each in enumerate(self.pauses):
            if name not in each.moves:
                continue
            for place in view.matches(masks[2 * index]):
                if each.before and any(fact.type in each.before for fact in view.facts[:place]):
                    break
                begin, end = view.facts[place], view.first(masks[2 * index + 1], place + 1)
                cap = _amount(each.cap, view, begin) if each.cap else None
                yield Pause(begin, view.facts[end] if end is not None else None, cap, each.title)
                if each.which == "first" and (end is None or view.facts[end].at > start.at):
                    break

    def _extensions(self, name: str, view: View, masks: tuple[int, ...]) -> Iterator[Extension]:
        for each, mask in zip(self.extensions, masks, strict=False):
            if name not in each.moves:
                continue
            facts = (view.facts[place] for place in view.matches(mask))
            stated = ((fact, _granted(each, view, fact)) for fact in facts)
            yield from islice((Extension(fact, amount) for fact, amount in stated if amount), each.times)


def read_value(path: str | None, view: View, fact: Fact) -> Any:
    """Return what stands at a path, seen from `fact`, or None when it is absent."""
    if path is None:
        return None
    return value_for(path, fact, case=view.attributes if "case." in path else NOT_READ, item=view.item)


def _granted(rule: ExtensionRule, view: View, fact: Fact) -> int | None:
    """Return by how much a fact extends: what it states, and no more than the rule allows."""
    amount = _amount(rule.by, view, fact)
    cap = _amount(rule.cap, view, fact) if rule.cap is not None else None
    if cap is None and rule.otherwise is not None:
        cap = rule.otherwise.amount
    return amount if amount is None or cap is None else min(amount, cap)


def _amount(written: str | Term, view: View, fact: Fact) -> int | None:
    """Return the number a cap or extension states, as a term or at a path; None when it is absent or no such number."""
    if isinstance(written, Term):
        return written.amount
    found = read_value(written, view, fact)
    try:
        amount = parse_term(found).amount if isinstance(found, str) and not found.isdecimal() else int(found)
    except (TypeError, ValueError, OverflowError):
        return None
    return None if amount < 0 else amount
