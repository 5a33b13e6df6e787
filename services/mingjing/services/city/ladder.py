"""Where the rungs of a case's time limit stand, found by walking the calendar."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from mingjing.services.city.calendar import Calendar, days
from mingjing.services.city.draft import end_of
from mingjing.services.city.world import Item

WARNED_DAYS: Final = 2
"""How many working days before the promise a case is warned of."""


class Standstill(NamedTuple):
    """A special procedure: the day it begins is charged, the day it ends is given back.

    `ends` is None when it never does; no more than `notified` working days are given back.
    """

    begins: date
    ends: date | None
    notified: int


Rungs = list[tuple[str, datetime]]
"""Levels in rising order, each with the instant from which an undecided case has reached it."""


def given_back(calendar: Calendar, standstills: Iterable[Standstill]) -> frozenset[date]:
    """Return the working days on which the clock stands still."""
    free: set[date] = set()
    for each in standstills:
        last = calendar.after(each.begins, each.notified)
        last = min(last, each.ends) if each.ends else last
        free.update(day for day in days(each.begins + timedelta(days=1), last) if calendar.works(day))
    return frozenset(free)


def rungs(
    calendar: Calendar,
    accepted: datetime,
    item: Item,
    standstills: Sequence[Standstill] = (),
    extended: int = 0,
) -> Rungs:
    """Return the rungs of a case accepted at `accepted` on a working day, by the limits its item has.

    No warning comes before the case was accepted.
    """
    start = accepted.date()
    free = given_back(calendar, standstills)
    found: Rungs = []
    if item.promised:
        warned = item.promised - WARNED_DAYS
        found.append(("warning", end_of(calendar.after(start, warned, free)) if warned >= 0 else accepted))
        found.append(("yellow", end_of(_last_day(calendar, start, item.promised, standstills))))
    if item.statutory:
        found.append(("red", end_of(_last_day(calendar, start, item.statutory + extended, standstills))))
    return found


def _last_day(calendar: Calendar, start: date, limit: int, standstills: Sequence[Standstill]) -> date:
    """Return the last day of a limit; what begins on that day moves it still."""
    last = calendar.after(start, limit, given_back(calendar, standstills))
    for each in sorted(standstills):
        if each.begins == last:
            last = max(given_back(calendar, [each]), default=last)
    return last


def climbed(ladder: Rungs, by: datetime) -> tuple[str, datetime] | None:
    """Return the highest rung reached by the instant `by`, and when it was reached."""
    return next(((level, at) for level, at in reversed(ladder) if at <= by), None)
