"""Working hours: time that passes only while offices are open (工作小时)."""

from datetime import date, time

from mingjing.rules.workdays import Workdays
from mingjing.rules.zone import SECOND, Zone


class OfficeTime:
    """Time along a line of days that passes only in the spans in which offices are open."""

    def __init__(self, zone: Zone, workdays: Workdays) -> None:
        self._zone = zone
        self._workdays = workdays

    def after(self, start: int, length: int) -> int:
        """Return the instant at which `length` microseconds of office time have passed since `start`."""
        day = self._zone.day(start)
        left = length
        while True:
            for opens, closes in self._open(day):
                begin = max(opens, start)
                if closes <= begin:
                    continue
                if left <= closes - begin:
                    return begin + left
                left -= closes - begin
            day = self._workdays.nth_after_ord(day, 1)

    def before(self, end: int, length: int) -> int:
        """Return the latest instant that has `length` microseconds of office time between it and `end`."""
        day = self._zone.day(end)
        left = length
        while True:
            for opens, closes in reversed(self._open(day)):
                last = min(closes, end)
                if last <= opens:
                    continue
                if left <= last - opens:
                    return last - left
                left -= last - opens
            day = self._workdays.nth_after_ord(day, -1)

    def between(self, begin: int, end: int) -> int:
        """Return the office time between two instants; 0 when `end` is the earlier."""
        total = 0
        for day in range(self._zone.day(begin), self._zone.day(end) + 1):
            total += sum(max(0, min(closes, end) - max(opens, begin)) for opens, closes in self._open(day))
        return total

    def _open(self, ordinal: int) -> list[tuple[int, int]]:
        spans = self._workdays.open_on(date.fromordinal(ordinal))
        return [(self._at(ordinal, opens), self._at(ordinal, closes)) for opens, closes in spans]

    def _at(self, ordinal: int, clock: time) -> int:
        return self._zone.at(ordinal, (clock.hour * 60 + clock.minute) * 60 * SECOND)
