"""The rhythm of a feed: how often it usually speaks at this hour of the week, and what it would have said since.

An hour of the week (Monday 9 to 10) is known by those of the last four weeks. What is
counted is minutes in which something arrived, so that a file of a thousand rows is heard once.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

WEEKS = 4
"""How far back the rhythm is looked for."""
LEAST_KNOWN_H = 6 * 24
"""For how long a feed must have spoken before it has a rhythm: a working week and the evenings and nights of it."""
UNUSUAL = 7.0
"""Reports missed from which a feed is unusually quiet: by chance so many are missed once in a thousand times."""

_HOUR_S = 3600
_WEEK_H = 7 * 24
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


def rhythm_of(hours: Mapping[int, int], last_s: int | None, now: datetime, zone: ZoneInfo) -> Rhythm:
    """Return the rhythm of a feed at `now`, by the minutes in which it was heard in each hour since 1970.

    `last_s` is when it was last heard. What it is silent since then is not its rhythm.
    """
    now_s = int(now.timestamp())
    heard_until = (last_s or 0) // _HOUR_S
    first = max(min(hours, default=heard_until), now_s // _HOUR_S - WEEKS * _WEEK_H)
    whole: dict[int, list[int]] = defaultdict(list)
    for hour in range(first, heard_until):
        whole[_cell(hour, zone)].append(hours.get(hour, 0))
    known = heard_until - first >= LEAST_KNOWN_H
    rates = [sum(heard) / len(heard) if known and (heard := whole[cell]) else 0.0 for cell in range(_WEEK_H)]
    missed = sum(rates[cell] * share for cell, share in _between(last_s, now_s, zone)) if last_s is not None else 0.0
    week = [round(_HOUR_S / rate) if rate else None for rate in rates]
    return Rhythm(
        last_arrival_at=None if last_s is None else datetime.fromtimestamp(last_s, zone).isoformat(),
        usual_s=week[_cell(now_s // _HOUR_S, zone)],
        missed=round(missed, 1),
        unusual=missed >= UNUSUAL,
        week=week,
    )


def _between(since_s: int, until_s: int, zone: ZoneInfo) -> Iterator[tuple[int, float]]:
    """Yield the hours of the week between two instants, and how much of each lies there."""
    last = until_s // _HOUR_S
    for hour in range(max(since_s // _HOUR_S, last - _MOST_MISSED_H), last + 1):
        begin, end = max(since_s, hour * _HOUR_S), min(until_s, (hour + 1) * _HOUR_S)
        yield _cell(hour, zone), max(0, end - begin) / _HOUR_S


def _cell(hour: int, zone: ZoneInfo) -> int:
    at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)).astimezone(zone)
    return at.weekday() * 24 + at.hour
