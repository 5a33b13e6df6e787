"""Local days of a time zone, for instants held as microseconds since the epoch."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mingjing.rules.events import EPOCH, MICROSECOND, instant
from mingjing.rules.remembering import remember

SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND
DAY: Final = 24 * HOUR
MOST_TEXTS: Final = 100_000
"""Instants whose text a zone remembers: a case says its own again with every event."""

YEARS = "the years 1 to 9999"
EDGES = (date.min.year, date.max.year)
"""The years in which an offset may lead out of all years."""

_EPOCH_ORDINAL: Final = EPOCH.toordinal()
_LAST_ORDINAL: Final = date.max.toordinal()
_TIME_ENDS = len("2026-01-01T00:00:00")


class ZoneUnknown(ValueError):
    """No such time zone; the text names it."""


class Zone:
    """A time zone that answers in day ordinals (`date.toordinal`) and microseconds."""

    def __init__(self, name: str) -> None:
        try:
            self.info = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise ZoneUnknown(f"time zone {name!r} is not known; use an IANA name such as Asia/Shanghai") from exc
        self.name = name
        self._offsets: dict[int, int | None] = {}
        self._midnights: dict[int, int] = {}
        self._dates: dict[int, str] = {}
        self._suffixes: dict[int, str] = {}
        self._texts: dict[int, str] = {}

    def day(self, micro: int) -> int:
        """Return the ordinal of the local day that holds the instant."""
        try:
            offset = self._offsets[micro // DAY]
        except KeyError:
            offset = self._offsets[micro // DAY] = self._steady_offset(micro // DAY)
        if offset is None:
            return instant(micro).astimezone(self.info).toordinal()
        return (micro + offset) // DAY + _EPOCH_ORDINAL

    def midnight(self, ordinal: int) -> int:
        """Return the first instant of the local day."""
        found = self._midnights.get(ordinal)
        if found is None:
            found = self._midnights[ordinal] = self.at(ordinal, 0)
        return found

    def at(self, ordinal: int, since_midnight: int) -> int:
        """Return the instant of a wall-clock time (microseconds since 00:00) on the local day.

        A time that the clocks skip is read with the offset before the change.
        Raises ValueError for a day that is in none of the years 1 to 9999.
        """
        if not 1 <= ordinal <= _LAST_ORDINAL:
            raise ValueError(f"an end or a beginning lies outside {YEARS}")
        naive = datetime.combine(date.fromordinal(ordinal), datetime.min.time()) + timedelta(
            microseconds=since_midnight
        )
        return (self._within(naive.replace(tzinfo=self.info), naive.isoformat()) - EPOCH) // MICROSECOND

    def time_of_day(self, micro: int) -> int:
        """Return the wall-clock time of the instant, as microseconds since 00:00."""
        local = instant(micro).astimezone(self.info)
        return ((local.hour * 60 + local.minute) * 60 + local.second) * SECOND + local.microsecond

    def text(self, micro: int) -> str:
        """Return the instant as RFC 3339 with this zone's offset."""
        found = self._texts.get(micro)
        if found is None:
            found = remember(self._texts, micro, self._text(micro), MOST_TEXTS)
        return found

    def _text(self, micro: int) -> str:
        utc_day = micro // DAY
        offset = self._offsets.get(utc_day)
        if offset is None:
            self.day(micro)
            return instant(micro).astimezone(self.info).isoformat()
        day, rest = divmod(micro + offset, DAY)
        written = self._dates.get(day)
        if written is None:
            written = self._dates[day] = date.fromordinal(day + _EPOCH_ORDINAL).isoformat()
        suffix = self._suffixes.get(offset)
        if suffix is None:
            suffix = self._suffixes[offset] = (
                instant(micro).astimezone(self.info).isoformat("T", "seconds")[_TIME_ENDS:]
            )
        seconds, micros = divmod(rest, SECOND)
        minutes, second = divmod(seconds, 60)
        if micros:
            return f"{written}T{minutes // 60:02}:{minutes % 60:02}:{second:02}.{micros:06}{suffix}"
        return f"{written}T{minutes // 60:02}:{minutes % 60:02}:{second:02}{suffix}"

    def parse(self, text: str) -> tuple[int, bool]:
        """Return the instant a date or date-time says, and whether it was a bare date.

        Text without offset is read in this zone; a bare date is its first instant.
        Raises ValueError naming the text when it is neither, or none of the years 1 to 9999.
        """
        cleaned = text.strip().replace("/", "-")
        try:
            day = date.fromisoformat(cleaned) if len(cleaned) <= len("2026-01-01") else None
            parsed = datetime.fromisoformat(cleaned)
        except ValueError as exc:
            raise ValueError(
                f"{text!r} is neither a date nor an instant; write 2026-03-06 or 2026-03-06 10:00"
            ) from exc
        if day is not None:
            return self.midnight(day.toordinal()), True
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=self.info)
        if parsed.year in EDGES:
            self._within(parsed, text)
        return (parsed - EPOCH) // MICROSECOND, False

    def _within(self, parsed: datetime, text: object) -> datetime:
        """Return an instant in UTC; ValueError for one that has no date there or here."""
        try:
            parsed.astimezone(self.info)
            return parsed.astimezone(UTC)
        except OverflowError as exc:
            raise ValueError(f"{text!r} lies outside {YEARS}") from exc

    def _steady_offset(self, utc_day: int) -> int | None:
        """Return the offset if it is the same all that UTC day, else None."""
        try:
            ends = {instant(utc_day * DAY + part).astimezone(self.info).utcoffset() for part in (0, DAY // 2, DAY - 1)}
        except OverflowError:  # part of that day has no date here
            return None
        return ends.pop() // MICROSECOND if len(ends) == 1 else None  # type: ignore[operator]  # aware: never None
