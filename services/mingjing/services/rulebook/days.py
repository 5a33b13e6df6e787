"""The days of a case as pictures and papers show them, taken from its reviewed clocks and the calendar."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from mingjing.rules.workdays import CalendarMissing, Workdays
from mingjing.services.rulebook.timeline import Day

MOST_DAYS = 400
"""A longer story is drawn up to here; the sentences say the same."""


FEWEST_DAYS = 5
"""A story of a few hours stands among the days that follow."""


def days_of(ribbon: Sequence[Mapping[str, Any]], instants: Sequence[str], workdays: Workdays) -> list[Day]:
    """Return every day from the first instant (RFC 3339) or the ribbon's first day to the last of them, at least five.

    Days of the ribbon (see `mingjing.rules.review`) bear its numbers and pauses, the others only the calendar's word.
    A day no calendar holds ends the row.
    """
    known = {date.fromisoformat(each["date"]): each for each in ribbon}
    dates = [datetime.fromisoformat(each).date() for each in instants] + list(known)
    if not dates:
        return []
    begin = min(dates)
    end = max(*dates, date.fromordinal(begin.toordinal() + FEWEST_DAYS - 1))
    days = []
    for ordinal in range(begin.toordinal(), min(end.toordinal(), begin.toordinal() + MOST_DAYS) + 1):
        day = date.fromordinal(ordinal)
        try:
            days.append(_counted(day, known[day]) if day in known else _plain(day, workdays))
        except CalendarMissing:
            break
    return days


def _counted(day: date, each: Mapping[str, Any]) -> Day:
    colour = each["zone"] if each["zone"] != "in" and each["kind"] in {"work", "makeup"} else each["kind"]
    if each["paused"] and not each["over_cap"]:
        colour = "paused"
    return Day(day, colour, each["n"], each["paused"] or each["name"])


def _plain(day: date, workdays: Workdays) -> Day:
    return Day(day, workdays.kind(day), None, workdays.why(day))
