"""Working hours: time that passes only while offices are open (工作小时)."""

from datetime import date

from mingjing.rules.workdays import Workdays
from mingjing.rules.zone import SECOND, Zone

_OPENING = 9 * 3600 * SECOND
_AFTERNOON = 13 * 3600 * SECOND


class OfficeTime:
    """Office hours of a line of days: 09:00 to noon, 13:00 to closing; a half day ends at noon."""

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

    def between(self, begin: int, end: int) -> int:
        """Return the office time between two instants; 0 when `end` is the earlier."""
        total = 0
        for day in range(self._zone.day(begin), self._zone.day(end) + 1):
            total += sum(max(0, min(closes, end) - max(opens, begin)) for opens, closes in self._open(day))
        return total

    def _open(self, ordinal: int) -> list[tuple[int, int]]:
        day = date.fromordinal(ordinal)
        if not self._workdays.is_workday(day):
            return []
        noon, closing = (_since_midnight(each) for each in (self._workdays.noon, self._workdays.closes_at(day)))
        spans = [(_OPENING, min(noon, closing)), (_AFTERNOON, closing)]
        return [(self._zone.at(ordinal, a), self._zone.at(ordinal, b)) for a, b in spans if a < b]


def _since_midnight(clock: object) -> int:
    hour, minute = clock.hour, clock.minute  # type: ignore[attr-defined]  # datetime.time
    return int(hour * 60 + minute) * 60 * SECOND
