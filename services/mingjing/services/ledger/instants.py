"""Instants as the ledger keeps them: milliseconds since 1970 UTC, 0 = never."""

from datetime import date, datetime, time, timedelta, tzinfo

from mingjing.rules.events import EPOCH, micros

_EPOCH_DAY = EPOCH.date().toordinal()
_LAST_DAY = date(2105, 12, 31).toordinal()
"""The last whole year that a ClickHouse Date and DateTime of any version can hold."""

_DAY_MS = 86_400_000


def millis(instant: str | datetime | None) -> int:
    """Return `instant` in milliseconds; 0 for None and for what lies before 1970.

    ValueError for text that is not RFC 3339 with an offset.
    """
    if instant is None:
        return 0
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return max(0, micros(moment) // 1000)


def written(ms: int, zone: tzinfo) -> str | None:
    """Return RFC 3339 text of `ms` in `zone`; None for never."""
    return _moment(ms).astimezone(zone).isoformat() if ms else None


def day_of(ms: int) -> date:
    """Return the UTC date of `ms`, or the last that ClickHouse can hold."""
    return date.fromordinal(min(_EPOCH_DAY + ms // _DAY_MS, _LAST_DAY))


def local_day(ms: int, zone: tzinfo) -> date:
    """Return the date of `ms` in `zone`."""
    return _moment(ms).astimezone(zone).date()


def midnight(day: date, zone: tzinfo) -> int:
    """Return the first instant of `day` in `zone`, in milliseconds."""
    return millis(datetime.combine(day, time(), zone))


def midnight_utc(day: date) -> int:
    """Return the first instant of `day` in UTC, in milliseconds: of what `day_of` gives that day."""
    return (day.toordinal() - _EPOCH_DAY) * _DAY_MS


def _moment(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)
