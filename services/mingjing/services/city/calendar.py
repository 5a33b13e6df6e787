"""The city's calendar: which days are worked, counted one day at a time.

It reads the shipped calendar file as plain data and shares nothing with the
engine's own calendar, so that a mistake in either shows.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Calendar:
    """The worked days of the years a calendar file holds.

    Asking for a day of any other year raises LookupError: nothing is guessed.
    """

    def __init__(self, holidays: Collection[date], made_up: Collection[date], years: Collection[int]) -> None:
        self._open = {
            day: day in made_up or (day not in holidays and day.weekday() < SATURDAY)
            for year in years
            for day in days(date(year, 1, 1), date(year, 12, 31))
        }

    def works(self, day: date) -> bool:
        """Return whether offices are open on `day`."""
        try:
            return self._open[day]
        except KeyError:
            raise LookupError(f"the city's calendar does not hold {day.year}") from None

    def after(self, day: date, n: int, excluded: Collection[date] = ()) -> date:
        """Return the n-th worked day after `day`, days in `excluded` not counted; `day` itself for 0."""
        while n > 0:
            day += ONE_DAY
            n -= self.works(day) and day not in excluded
        return day

    def worked(self, first: date, last: date) -> list[date]:
        """Return the worked days from `first` to `last`, both included."""
        return [day for day in days(first, last) if self.works(day)]


def read_calendar(path: Path) -> Calendar:
    """Return the national calendar that lies at `path` in the format of `rules/calendars`."""
    years: dict[int, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["years"]
    holidays = {
        day
        for year in years.values()
        for spans in year["holidays"].values()
        for span in (spans if isinstance(spans, list) else [spans])
        for day in _span(span)
    }
    made_up = {day for year in years.values() for day in year.get("made_up", [])}
    return Calendar(holidays, made_up, years)


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`, both included."""
    while first <= last:
        yield first
        first += ONE_DAY


def _span(span: date | str) -> Iterator[date]:
    """Yield the days of `2026-10-01/2026-10-07` or of a single date."""
    if isinstance(span, date):
        return iter([span])
    first, _, last = span.partition("/")
    return days(date.fromisoformat(first), date.fromisoformat(last or first))
