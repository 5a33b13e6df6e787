"""Working days, numbered along one line.

Every day a calendar knows carries the count of working days up to it, and every
working day its place in that count. The working days between two dates are then
a subtraction and the n-th working day after a date is a look-up, however long
the span and however many holidays lie in it.

The day a span begins is never charged (民法典 art. 201): `between` and
`nth_after` count from the day after.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from itertools import accumulate
from typing import Final, Literal

from mingjing.rules.office_hours import OFFICE_HOURS, OfficeHours

Kind = Literal["work", "makeup", "weekend", "holiday"]

WEEKEND: Final = "周末"
"""Why a day is off when nothing but the week says so."""

SATURDAY_SUNDAY: Final = frozenset({5, 6})
"""The ordinary weekend, as `date.weekday` numbers it."""


class CalendarMissing(Exception):
    """A day was asked of a calendar that does not hold its year; nothing is guessed.

    The same question will fail until the year is added, so the case is parked.
    """

    def __init__(self, day: date | None, calendar: str, first: date, last: date) -> None:
        year = day.year if day else last.year + 1
        super().__init__(
            f"calendar {calendar} has no year {year} (it runs from {first} to {last}): "
            f"add the arrangement of {year} to it, then judge the case again"
        )
        self.day = day
        self.year = year
        self.calendar = calendar


class Workdays:
    """The days from `first` to `last`, each known to be worked or not; immutable.

    `off` gives every day that is not worked and why; all others are worked. A
    day worked although it falls in `weekend` is a made-up day (调休上班).
    `half` names the days that end at noon. `provisional` lists the years whose
    official arrangement has not been published.
    """

    __slots__ = (
        "_base",
        "_count",
        "_half",
        "_off",
        "_provisional",
        "_weekend",
        "_worked",
        "calendar",
        "first",
        "hours",
        "last",
        "version",
    )

    def __init__(
        self,
        first: date,
        last: date,
        off: Mapping[date, str],
        half: Mapping[date, str] | None = None,
        *,
        weekend: Collection[int] = SATURDAY_SUNDAY,
        provisional: Iterable[int] = (),
        calendar: str = "cn",
        version: str = "",
        hours: OfficeHours = OFFICE_HOURS,
    ) -> None:
        if last < first:
            raise ValueError(f"calendar {calendar} would end on {last}, before it begins on {first}")
        self.first = first
        self.last = last
        self.calendar = calendar
        self.version = version
        self.hours = hours
        self._base = first.toordinal()
        self._off = {day.toordinal(): why for day, why in off.items()}
        self._half = {day.toordinal(): why for day, why in (half or {}).items()}
        self._weekend = frozenset(weekend)
        self._provisional = sorted(provisional)
        ordinals = range(self._base, last.toordinal() + 1)
        self._worked = [ordinal for ordinal in ordinals if ordinal not in self._off]
        self._count: list[int] = list(accumulate(ordinal not in self._off for ordinal in ordinals))

    def number(self, day: date) -> int:
        """Return how many working days lie from the first day of the line up to and including `day`."""
        return self.number_ord(day.toordinal())

    def number_ord(self, ordinal: int) -> int:
        """Return `number` of the day with this proleptic ordinal."""
        place = ordinal - self._base
        if not 0 <= place < len(self._count):
            raise self._missing(ordinal)
        return self._count[place]

    def nth_after(self, day: date, n: int) -> date:
        """Return the n-th working day after `day`; `day` itself for 0, before it for a negative n."""
        return date.fromordinal(self.nth_after_ord(day.toordinal(), n))

    def nth_after_ord(self, ordinal: int, n: int) -> int:
        """Return `nth_after` in proleptic ordinals."""
        number = self.number_ord(ordinal)
        if n == 0:
            return ordinal
        if n > 0:
            place = number + n - 1
        else:
            place = number - (ordinal not in self._off) + n
            if place < 0:
                raise self._missing(self._base - 1)
        if place >= len(self._worked):
            raise self._missing(self._base + len(self._count))
        return self._worked[place]

    def between(self, begin: date, end: date) -> int:
        """Return the working days in (begin, end]; negative when `end` is the earlier."""
        return self.number_ord(end.toordinal()) - self.number_ord(begin.toordinal())

    def is_workday(self, day: date) -> bool:
        """Return whether `day` is worked, wholly or by half."""
        return self._known(day) not in self._off

    def next_workday(self, day: date) -> date:
        """Return `day` if it is worked, else the first working day after it."""
        return day if self.is_workday(day) else self.nth_after(day, 1)

    def kind(self, day: date) -> Kind:
        """Return what sort of day `day` is; `makeup` is a weekend day that is worked."""
        why = self._off.get(self._known(day))
        if why is None:
            return "makeup" if day.weekday() in self._weekend else "work"
        return "weekend" if why == WEEKEND else "holiday"

    def why(self, day: date) -> str | None:
        """Return why `day` is off or short (a holiday's name, 周末), or None on a full working day."""
        ordinal = self._known(day)
        return self._off.get(ordinal) or self._half.get(ordinal)

    def closes_at(self, day: date) -> time:
        """Return when offices close on `day`; a half day closes at noon."""
        return self.hours.noon if self._known(day) in self._half else self.hours.closing

    def open_on(self, day: date) -> tuple[tuple[time, time], ...]:
        """Return the spans in which offices are open on `day`: none, the morning, or morning and afternoon."""
        if not self.is_workday(day):
            return ()
        morning = (self.hours.opening, self.hours.noon)
        if day.toordinal() in self._half:
            return (morning,)
        return (morning, (self.hours.afternoon, self.hours.closing))

    def provisional(self, begin: date, end: date) -> bool:
        """Return whether any day from `begin` to `end` lies in a year not officially arranged."""
        place = bisect_right(self._provisional, end.year)
        return place > 0 and self._provisional[place - 1] >= begin.year

    def _known(self, day: date) -> int:
        ordinal = day.toordinal()
        if not self._base <= ordinal < self._base + len(self._count):
            raise self._missing(ordinal)
        return ordinal

    def _missing(self, ordinal: int) -> CalendarMissing:
        inside = date.min.toordinal() <= ordinal <= date.max.toordinal()
        return CalendarMissing(date.fromordinal(ordinal) if inside else None, self.calendar, self.first, self.last)
