"""The rhythm of a feed: how often it usually speaks at this hour of the week, and what it would have said since.

An hour of the week (Monday 9 to 10) is known by those of the four weeks up to when the feed was
last heard; a holiday is a Sunday, whatever its weekday. What is counted is minutes in which
something arrived, so that a file of a thousand rows is heard once.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.workdays import CalendarMissing, Workdays

WEEKS = 4
"""How far back from its last word the rhythm of a feed is looked for."""
FORGOTTEN_WEEKS = 8
"""How long after its last word a feed still has the rhythm that it had."""
LEAST_KNOWN_H = 6 * 24
"""For how long a feed must have spoken before it has a rhythm: a working week and the evenings and nights of it."""
UNUSUAL = 7.0
"""Reports missed from which a feed is unusually quiet: by chance so many are missed once in a thousand times."""

_HOUR_S = 3600
_WEEK_H = 7 * 24
_SATURDAY, _SUNDAY = 5, 6
_MOST_MISSED_H = _WEEK_H * WEEKS


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """How a feed usually speaks, beside how it speaks now.

    `usual_s` is the usual interval at this hour of the week, None where it is usually quiet, or was
    not heard for a working week. `week` has that of every hour, Monday 0 o'clock first. `missed` is how many
    reports would usually have come since `last_arrival_at`; `unusual` whether that is too many.
    """

    last_arrival_at: str | None
    usual_s: int | None
    missed: float
    unusual: bool
    week: list[int | None]


def rhythm_of(
    hours: Mapping[int, int], last_s: int | None, now: datetime, zone: ZoneInfo, workdays: Workdays
) -> Rhythm:
    """Return the rhythm of a feed at `now`, by the minutes in which it was heard in each hour since 1970.

    `last_s` is when it was last heard. What it is silent since then is not its rhythm. In a year that `workdays`
    do not know, a day is what its weekday is.
    """
    now_s = int(now.timestamp())
    heard_until = (last_s or 0) // _HOUR_S
    first = max(min(hours, default=heard_until), heard_until - WEEKS * _WEEK_H)
    week_of = _Week(zone, workdays)
    whole: dict[int, list[int]] = defaultdict(list)
    for hour in range(first, heard_until):
        whole[week_of.cell(hour)].append(hours.get(hour, 0))
    remembered = now_s // _HOUR_S - heard_until <= FORGOTTEN_WEEKS * _WEEK_H
    known = remembered and heard_until - first >= LEAST_KNOWN_H
    rates = [sum(heard) / len(heard) if known and (heard := whole[cell]) else 0.0 for cell in range(_WEEK_H)]
    since = week_of.between(last_s, now_s) if last_s is not None else ()
    missed = sum(rates[cell] * share for cell, share in since)
    week = [round(_HOUR_S / rate) if rate else None for rate in rates]
    return Rhythm(
        last_arrival_at=None if last_s is None else datetime.fromtimestamp(last_s, zone).isoformat(),
        usual_s=week[week_of.cell(now_s // _HOUR_S)],
        missed=round(missed, 1),
        unusual=missed >= UNUSUAL,
        week=week,
    )


class _Week:
    """Where an hour since 1970 lies in the week."""

    def __init__(self, zone: ZoneInfo, workdays: Workdays) -> None:
        self._zone = zone
        self._workdays = workdays

    def between(self, since_s: int, until_s: int) -> Iterator[tuple[int, float]]:
        """Yield the hours of the week between two instants, and how much of each lies there."""
        last = until_s // _HOUR_S
        for hour in range(max(since_s // _HOUR_S, last - _MOST_MISSED_H), last + 1):
            begin, end = max(since_s, hour * _HOUR_S), min(until_s, (hour + 1) * _HOUR_S)
            yield self.cell(hour), max(0, end - begin) / _HOUR_S

    def cell(self, hour: int) -> int:
        """Return the hour of the week, Monday 0 o'clock first."""
        at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)).astimezone(self._zone)
        return self._weekday(at.date()) * 24 + at.hour

    def _weekday(self, day: date) -> int:
        if day.weekday() >= _SATURDAY:
            return day.weekday()
        try:
            return day.weekday() if self._workdays.is_workday(day) else _SUNDAY
        except CalendarMissing:
            return day.weekday()
