"""Measuring a limit in its own unit: where it ends, and how far back a moment lies.

The day a span opens is not counted (民法典 art. 201); day n is the n-th counted
day after it. A calendar-day or month term that ends on a day off rolls to the
next working day (民法典 art. 203) unless the rule says otherwise; so does a duty
of the same day (0wd) that begins on one.

Positions are day ordinals for terms of days and months, and microseconds for
terms of hours and minutes. Rolling is not part of a position: it is done once,
last, when a position becomes a `Due`.
"""

from calendar import monthrange
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from mingjing.rules.due import Due, Taken
from mingjing.rules.office_time import OfficeTime
from mingjing.rules.remembering import remember
from mingjing.rules.term import DAY_UNITS, Term
from mingjing.rules.workdays import Workdays
from mingjing.rules.zone import DAY, SECOND, Zone

Count = Literal["end-of-day", "to-the-second", "close-of-business"]

MOST_DAYS: Final = 10_000
"""Ends of limits that a meter remembers; beyond it they are worked out anew."""


class Meter:
    """Counts one unit along one line of days in one zone; see `meter_of`.

    `by_days` are days and months; a unit that `elapses` runs on day and night, whatever day it is.
    """

    def __init__(self, zone: Zone, workdays: Workdays, unit: str, count: Count, *, roll: bool) -> None:
        self.zone = zone
        self.workdays = workdays
        self.unit = unit
        self.count = count
        self.roll = roll and unit in {"wd", "cd", "mo"}
        self.by_days = unit in DAY_UNITS
        self.elapses = not self.by_days and unit != "wh"
        self._by_day_alone = self.by_days and count != "to-the-second"
        self._office = OfficeTime(zone, workdays)
        self._ends: dict[tuple[int, int], Due] = {}

    def position(self, micro: int) -> int:
        """Return where an instant lies on this meter."""
        return self.zone.day(micro) if self.by_days else micro

    def add(self, position: int, amount: int) -> int:
        """Return the position `amount` units after `position`."""
        match self.unit:
            case "wd":
                return self.workdays.nth_after_ord(position, amount)
            case "cd":
                return position + amount
            case "mo":
                return _months_after(position, amount)
            case "wh":
                return self._office.after(position, amount * 3600 * SECOND)
        return position + Term(amount, self.unit).micros  # type: ignore[arg-type]  # h, min, s

    def between(self, begin: int, end: int) -> int:
        """Return what is charged in (begin, end]: days, or microseconds of (office) time."""
        if self.unit == "wd":
            return self.workdays.number_ord(end) - self.workdays.number_ord(begin)
        if self.unit == "wh":
            return self._office.between(begin, end)
        return end - begin

    def due(self, start: int, amount: int, taken: Taken) -> Due:
        """Return the end of `amount` units from the instant `start`, after giving back what was taken."""
        begins = self.position(start)
        if not taken and self._by_day_alone:
            found = self._ends.get((begins, amount))
            if found is None:
                found = self._due(self.add(begins, amount), start)
                remember(self._ends, (begins, amount), found, MOST_DAYS)
            return found
        end = self.add(begins, amount)
        for begin, until in taken:
            end = self._forward(end, self.between(begin, until))
        return self._due(end, start)

    def due_at(self, text_instant: int, *, whole_day: bool) -> Due:
        """Return the end that a source states itself, as an instant or (`whole_day`) as a date."""
        day = self.zone.day(text_instant)
        if self.count != "to-the-second":
            return self._due(day, text_instant)
        return Due(day, day, self.zone.midnight(day + 1) if whole_day else text_instant + 1)

    def past_by(self, due: Due, term: Term) -> int:
        """Return the first instant at which the limit is passed by `term`: the end of that day."""
        if term.unit in DAY_UNITS:
            other = self if term.unit == self.unit else self._by(term.unit)
            return self.zone.midnight(other.add(due.on, term.amount) + 1)
        return self._office.after(due.past, term.micros) if term.unit == "wh" else due.past + term.micros

    def before(self, due: Due, start: int, term: Term, taken: Taken) -> int:
        """Return the end of the counted day (or the instant) that lies `term` before the end of the limit.

        Day 0 is the day of the start, worked or not.
        """
        if term.unit not in DAY_UNITS:
            return self._office.before(due.past, term.micros) if term.unit == "wh" else due.past - term.micros
        other = self if term.unit == self.unit else self._by(term.unit)
        day, first = other.back(due.on, term.amount, taken if self.by_days else ()), self.zone.day(start)
        if day < first and other.between(day, first) == 0:
            day = first
        return self.zone.midnight(day + 1)

    def back(self, position: int, amount: int, taken: Taken) -> int:
        """Return the day whose end has `amount` counted days between it and the end of day `position`.

        A term of months goes back by the calendar, whatever was taken.
        """
        if self.unit == "mo":
            return _months_after(position, -amount)
        for begin, until in reversed(taken):
            if until > position:
                continue
            charged = self.between(until, position)
            if amount < charged:
                break
            amount -= charged
            position = begin
        if self.unit != "wd":
            return position - amount
        if self.workdays.number_ord(position) == self.workdays.number_ord(position - 1):
            position = self.workdays.nth_after_ord(position, -1)
        return self.workdays.nth_after_ord(position, -amount)

    def share(self, due: Due, start: int, amount: int, percent: Decimal, taken: Taken) -> int:
        """Return the instant at which `percent` of the limit has been used; days it rolled over are no part of it."""
        if not self.by_days:
            left = int(Term(amount, self.unit).micros * (100 - percent) / 100)  # type: ignore[arg-type]  # h, wh, min, s
            return self._office.before(due.past, left) if self.unit == "wh" else due.past - left
        if self.unit == "mo":
            given_back = sum(until - begin for begin, until in taken)
            days = due.position - self.position(start) - given_back
            return self._by("cd").share(due, start, days, percent, taken)
        days_left = Decimal(amount) * (100 - percent) / 100
        day = self.back(due.position, int(days_left), taken)
        return self.zone.midnight(day + 1) - int((days_left - int(days_left)) * DAY)

    def _by(self, unit: str) -> "Meter":
        return meter_of(self.zone, self.workdays, unit, self.count, roll=False)

    def _forward(self, end: int, charged: int) -> int:
        if self.unit == "wd":
            return self.workdays.nth_after_ord(end, charged)
        if self.unit == "wh":
            return self._office.after(end, charged)
        return end + charged

    def _due(self, end: int, start: int) -> Due:
        if not self.by_days:
            return Due(end, self.zone.day(end), end + 1)
        on = end
        if self.roll and self.workdays.number_ord(end) == self.workdays.number_ord(end - 1):
            on = self.workdays.nth_after_ord(end, 1)
        if self.count == "end-of-day":
            return Due(end, on, self.zone.midnight(on + 1))
        if self.count == "close-of-business":
            closing = self.workdays.closes_at(date.fromordinal(on))
            return Due(end, on, self.zone.at(on, (closing.hour * 60 + closing.minute) * 60 * SECOND) + 1)
        return Due(end, on, self.zone.at(on, self.zone.time_of_day(start)) + 1)


@lru_cache(maxsize=4096)
def meter_of(zone: Zone, workdays: Workdays, unit: str, count: Count, *, roll: bool) -> Meter:
    """Return the meter of these terms; one is made once and shared, for it holds no state."""
    return Meter(zone, workdays, unit, count, roll=roll)


def _months_after(ordinal: int, months: int) -> int:
    """Return the same day `months` later, or the last day of that month where it has no such day."""
    day = date.fromordinal(ordinal)
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).toordinal()


def approximate_days(term: Term) -> float:
    """Return a term's usual length in calendar days, to compare terms of different units at load."""
    return (
        term.amount
        * {"wd": 1.4, "cd": 1, "mo": 30.4, "wh": 0.2, "h": 1 / 24, "min": 1 / 1440, "s": 1 / 86400}[term.unit]
    )
