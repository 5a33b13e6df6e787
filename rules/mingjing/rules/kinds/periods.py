"""Stretches of the calendar in which something is counted or owed: a day, a month, a quarter, a year."""

from calendar import monthrange
from datetime import date
from typing import Final, Literal

Period = Literal["day", "month", "quarter", "year"]
PERIODS: Final[tuple[Period, ...]] = ("day", "month", "quarter", "year")
_MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "year": 12}


def period_of(day: int, per: Period) -> tuple[int, int]:
    """Return the first day of the calendar period that holds a day, and the first after it, all as ordinals."""
    if per == "day":
        return day, day + 1
    held, length = date.fromordinal(day), _MONTHS[per]
    first = (held.month - 1) // length * length + 1
    last = first + length - 1
    return (
        date(held.year, first, 1).toordinal(),
        date(held.year, last, monthrange(held.year, last)[1]).toordinal() + 1,
    )
