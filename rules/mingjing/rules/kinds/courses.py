"""How the clocks of a limit ran from their start: each with its length, its pauses and its extensions."""

from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, Final

from mingjing.rules import clock
from mingjing.rules.events import Fact
from mingjing.rules.kinds.limit import Course, Limit
from mingjing.rules.meter import meter_of
from mingjing.rules.rule import Rule
from mingjing.rules.stretch import Extension, Pause
from mingjing.rules.term import Term, parse_term
from mingjing.rules.values import value_for
from mingjing.rules.view import View
from mingjing.rules.vocabulary import ExtensionRule

NOT_READ: Final[Mapping[str, Any]] = {}
"""The attributes of a case for a path that does not lead there: working them out goes through all its facts."""


def courses_of(limit: Limit, rule: Rule, view: View, moves: tuple[int, ...], start: Fact) -> list[Course]:
    """Return the clocks that `start` sets running, the limit's own first; `moves` are the masks of its selectors.

    Raises as `course_of` does.
    """
    if moves and not view.seen & reduce(or_, moves):
        moves = ()
    own = limit.own_clock
    found = [course_of(limit, own, view, moves, start)]
    found += [course_of(limit, name, view, moves, start) for name in rule.clocks if name != own]
    return [course for course in found if course is not None]


def course_of(limit: Limit, name: str, view: View, masks: tuple[int, ...], start: Fact) -> Course | None:
    """Return how the clock `name` ran from `start`, or None where the case has no such limit.

    `masks` are those of `selectors`; none are given where nothing that they match was seen.
    Raises CalendarMissing, and ValueError for a stated date or term that cannot be read.
    """
    if limit.due is not None and name == "limit":
        return _stated(limit, name, view, start)
    term = _term(limit, name, view, start)
    if term is None:
        return None
    meter = meter_of(view.zone, view.workdays_for(start), term.unit, limit.count, roll=limit.roll)
    written = f"{term.amount}{term.unit}"
    if not masks:
        return Course(name, written, meter, clock.run(meter, start, term.amount))
    pauses = list(_pauses(limit, name, view, masks, start))
    extensions = list(_extensions(limit, name, view, masks[2 * len(limit.pauses) :]))
    return Course(name, written, meter, clock.run(meter, start, term.amount, pauses, extensions))


def _stated(limit: Limit, name: str, view: View, start: Fact) -> Course | None:
    text = read_value(limit.due, view, start)
    if text is None:
        return None
    meter = meter_of(view.zone, view.workdays_for(start), "cd", limit.count, roll=False)
    instant, whole_day = view.zone.parse(str(text))
    return Course(name, str(text), meter, clock.fixed(start, meter.due_at(instant, whole_day=whole_day)))


def _term(limit: Limit, name: str, view: View, start: Fact) -> Term | None:
    if name != "limit":
        text = view.item.get(name)
    elif isinstance(limit.terms, str):
        text = read_value(limit.terms, view, start)
    elif isinstance(limit.terms, tuple):
        day = view.zone.day(start.at)
        return next((each.term for each in reversed(limit.terms) if each.since.toordinal() <= day), None)
    else:
        return limit.terms
    bare = limit.unit is not None and str(text).isdecimal()
    try:
        return parse_term(f"{text}{limit.unit}" if bare else str(text))
    except ValueError:  # what an event or item says there is no term, so it sets no clock running
        return limit.otherwise if name == limit.own_clock else None


def _pauses(limit: Limit, name: str, view: View, masks: tuple[int, ...], start: Fact) -> Iterator[Pause]:
    for index, each in enumerate(limit.pauses):
        if name not in each.moves:
            continue
        for place in view.matches(masks[2 * index]):
            if each.before and any(fact.type in each.before for fact in view.facts[:place]):
                break
            begin, end = view.facts[place], view.first(masks[2 * index + 1], place + 1)
            cap = _amount(each.cap, view, begin) if each.cap else None
            yield Pause(begin, view.facts[end] if end is not None else None, cap, each.title)
            if each.which == "first" and (end is None or view.facts[end].order > start.order):
                break


def _extensions(limit: Limit, name: str, view: View, masks: tuple[int, ...]) -> Iterator[Extension]:
    for each, mask in zip(limit.extensions, masks, strict=False):
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
