"""When a month is frozen: an hour of the n-th working day, or day, of the next month."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.workdays import Workdays
from mingjing.services.reports.period import Month

LOOKED_BACK = 23
"""For how many months after its end a frozen month may still have another revision opened by late arrivals."""


class Closing(msgspec.Struct, frozen=True):
    """The `nth` working day (or calendar day) of the month that follows, `at` this time of day.

    The months before it have had that long for what comes late (徐州: 上报周期不超过二十四小时).
    """

    nth: int
    working: bool
    at: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the closing that the setting MINGJING_REPORT_CLOSE writes, "3wd 02:00" or "5d 00:30"."""
        day, _, at = text.partition(" ")
        number = day.rstrip("wd")
        return cls(int(number), day.endswith("wd"), time.fromisoformat(at))

    def moment_ms(self, month: Month, workdays: Workdays, zone: ZoneInfo) -> int:
        """Return the millisecond at which `month` is frozen; CalendarMissing where no calendar says so."""
        following = month.later(1)
        before = date(following.year, following.month, 1) - timedelta(days=1)
        day = workdays.nth_after(before, self.nth) if self.working else before + timedelta(days=self.nth)
        return int(datetime.combine(day, self.at, zone).timestamp() * 1000)

    def passed(self, workdays: Workdays, zone: ZoneInfo, now_ms: int, watched: int) -> list[Month]:
        """Return the last `watched` months whose moment has come by `now_ms`, the oldest first."""
        today = datetime.fromtimestamp(now_ms / 1000, zone)
        current = Month(today.year, today.month)
        months = [current.later(-ago) for ago in range(1, watched + 2)]
        return sorted(month for month in months if self.moment_ms(month, workdays, zone) <= now_ms)[-watched:]

    @staticmethod
    def older(zone: ZoneInfo, now_ms: int, due: Sequence[Month]) -> list[Month]:
        """Return the months before all that are `due` and of the last 23, the oldest first.

        Of what came before them the ledger no longer has all that was counted: it keeps dead letters for two years.
        """
        today = datetime.fromtimestamp(now_ms / 1000, zone)
        current = Month(today.year, today.month)
        months = [current.later(-ago) for ago in range(LOOKED_BACK, 0, -1)]
        return [month for month in months if due and month < min(due)]
