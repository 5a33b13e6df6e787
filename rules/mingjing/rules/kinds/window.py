"""A window that slides over events: which of them reach a number, counted by hand once each.

Events come in their legal order. The window of an event ends at that event; what
lies in it is decided by the day (or the instant) an earlier event stops counting.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator

import msgspec

from mingjing.rules.events import Fact


class Counted(msgspec.Struct, frozen=True):
    """One event as a frequency counts it; `type` is what it was in its own case.

    `value` is what must differ where different values are counted. An event may
    count, or be one that must come before those that count (`leads`), or both.
    `allowed` is the number that it says itself is allowed.
    """

    fact: Fact
    type: str
    case_key: str
    value: str | None = None
    counts: bool = True
    leads: bool = False
    allowed: int | None = None


class Reached(msgspec.Struct, frozen=True):
    """The number was reached by the last of `counted`; `lead` is the latest event that had to come before it."""

    counted: tuple[Counted, ...]
    size: int
    least: int
    lead: Counted | None


Expiry = Callable[[Fact], int]
"""Gives the first instant at which an event no longer counts; never falls from one event to a later one."""


def reaching(
    events: Iterable[Counted],
    expiry: Expiry,
    least: Callable[[Counted], int | None],
    *,
    distinct: bool,
    led: bool,
    anew: bool,
) -> Iterator[Reached]:
    """Yield each moment at which the window reaches the number `least` gives for the event (None = never).

    It is reached by the event before which there were fewer; further events of the
    same window reach nothing, unless `anew` begins to count again from nought.
    """
    inside: deque[Counted] = deque()
    leads: deque[Counted] = deque()
    values: Counter[str | None] = Counter()
    for event in events:
        for gone in _expired(inside, event, expiry):
            values[gone.value] -= 1
            if not values[gone.value]:
                del values[gone.value]
        for _ in _expired(leads, event, expiry):
            pass
        if event.counts and (leads or not led):
            before = len(values) if distinct else len(inside)
            inside.append(event)
            values[event.value] += 1
            size = len(values) if distinct else len(inside)
            number = least(event)
            if number is not None and before < number <= size:
                yield Reached(tuple(inside), size, number, leads[-1] if leads else None)
                if anew:
                    inside.clear()
                    values.clear()
        if event.leads:
            leads.append(event)


def _expired(inside: deque[Counted], event: Counted, expiry: Expiry) -> Iterator[Counted]:
    while inside and expiry(inside[0].fact) <= event.fact.at:
        yield inside.popleft()
