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
    """A special procedure, or a wait for what was missing: the day it begins is charged, that on which it ends is not.

    `ends` is None when it never does; no more than the `notified` working days are given back, where any were.
    `ended_at` is the instant at which it ended, where a case may come near its limit meanwhile.
    """

    begins: date
    ends: date | None
    notified: int | None
    ended_at: datetime | None = None


Rungs = list[tuple[str, datetime]]
"""Levels in rising order, each with the instant from which an undecided case has reached it."""


def given_back(calendar: Calendar, standstills: Iterable[Standstill]) -> frozenset[date]:
    """Return the working days on which the clock stands still."""
    free: set[date] = set()
    for each in standstills:
        last = date.max if each.notified is None else calendar.after(each.begins, each.notified)
        last = min(last, each.ends or last)
        free.update(day for day in days(each.begins + timedelta(days=1), last) if calendar.works(day))
    return frozenset(free)


def rungs(
    calendar: Calendar,
    begun: datetime,
    item: Item,
    standstills: Sequence[Standstill] = (),
    extended: int = 0,
) -> Rungs:
    """Return the rungs of a case whose clocks begin at `begun`, by the limits its item has; none comes before then."""
    start = begun.date()
    found: Rungs = []
    if item.promised:
        warned = item.promised - WARNED_DAYS
        found.append(("warning", _near(calendar, start, warned, standstills) if warned >= 0 else begun))
        found.append(("yellow", end_of(_last_day(calendar, start, item.promised, standstills))))
    if item.statutory:
        found.append(("red", end_of(_last_day(calendar, start, item.statutory + extended, standstills))))
    return found


def _near(calendar: Calendar, start: date, warned: int, standstills: Sequence[Standstill]) -> datetime:
    """Return when a case is near its promise; where the clock then stands still, when it goes on."""
    day = calendar.after(start, warned, given_back(calendar, standstills))
    moments = [each.ended_at for each in standstills if each.begins == day and each.ended_at is not None]
    return max([end_of(day), *moments])


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
