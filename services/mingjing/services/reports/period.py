"""Periods of a report: a month, a quarter, a half year (年中初审) or a year (年底总评)."""

import re
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

import msgspec

from mingjing.services.ledger.instants import midnight

_WRITTEN = re.compile(r"(?P<year>(?:19|20)\d{2})(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])))?")
_YEAR = 12
_LENGTHS = {"month": 1, "quarter": 3, "half": 6}


class PeriodRefused(ValueError):
    """The text is no period, or the period cannot be asked for; it names the text and what can be."""


class Month(msgspec.Struct, frozen=True, order=True):
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def at(cls, ms: int, zone: ZoneInfo) -> Self:
        """Return the month that it is in `zone` at an instant in milliseconds."""
        day = datetime.fromtimestamp(ms / 1000, zone)
        return cls(day.year, day.month)

    @property
    def number(self) -> int:
        """The month as it is kept in tables: 202610."""
        return self.year * 100 + self.month

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"

    def later(self, months: int) -> "Month":
        """Return the month so many months later, or earlier where negative."""
        year, month = divmod(self.year * _YEAR + self.month - 1 + months, _YEAR)
        return Month(year, month + 1)

    def bounds(self, zone: ZoneInfo) -> tuple[int, int]:
        """Return its first instant and the first instant after it, in milliseconds."""
        following = self.later(1)
        return midnight(date(self.year, self.month, 1), zone), midnight(date(following.year, following.month, 1), zone)


class Period(msgspec.Struct, frozen=True):
    """Some whole months in a row, beginning with `first`."""

    first: Month
    length: int

    @classmethod
    def holding(cls, month: Month, length: int) -> Self:
        """Return the month, quarter, half year or year, by its `length` in months, that `month` is of."""
        return cls(Month(month.year, (month.month - 1) // length * length + 1), length)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the period that `text` writes: 2026-10, 2026-Q3, 2026-H1 or 2026; PeriodRefused if none."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise PeriodRefused(f"{text!r} 不是统计期; 请写 2026-10（月）、2026-Q3（季）、2026-H1（半年）或 2026（年）")
        year = int(found["year"])
        for name, length in _LENGTHS.items():
            if found[name] is not None:
                return cls(Month(year, (int(found[name]) - 1) * length + 1), length)
        return cls(Month(year, 1), _YEAR)

    @property
    def months(self) -> list[Month]:
        """Every month of the period, in order."""
        return [self.first.later(n) for n in range(self.length)]

    @property
    def last(self) -> Month:
        """Its last month."""
        return self.first.later(self.length - 1)

    @property
    def previous(self) -> "Period":
        """The period of the same length before it (环比)."""
        return Period(self.first.later(-self.length), self.length)

    @property
    def year_before(self) -> "Period":
        """The same period of the year before (同比)."""
        return Period(self.first.later(-_YEAR), self.length)

    def demand_begun(self, present: Month, zone: ZoneInfo) -> None:
        """PeriodRefused for one of which no day has come in `present`, the month that it is in `zone`."""
        if self.first > present:
            latest = Period.holding(present, self.length)
            raise PeriodRefused(
                f"统计期 {self} 尚未开始，没有数可报：现在是 {present}（{zone.key}），最晚可取 {latest}；"
                f"请改取 {latest} 或更早的统计期"
            )

    def bounds(self, zone: ZoneInfo) -> tuple[int, int]:
        """Return its first instant and the first instant after it, in milliseconds."""
        return self.first.bounds(zone)[0], self.last.bounds(zone)[1]

    def __str__(self) -> str:
        if self.length == 1:
            return str(self.first)
        if self.length == _YEAR:
            return str(self.first.year)
        letter = "Q" if self.length == _LENGTHS["quarter"] else "H"
        return f"{self.first.year}-{letter}{(self.first.month - 1) // self.length + 1}"

    @property
    def title(self) -> str:
        """The period as it is read out."""
        year, place = f"{self.first.year} 年", (self.first.month - 1) // self.length
        if self.length == 1:
            return f"{year} {self.first.month} 月"
        if self.length == _YEAR:
            return year
        if self.length == _LENGTHS["half"]:
            return year + ("上半年" if place == 0 else "下半年")
        return f"{year}第{'一二三四'[place]}季度"

    @property
    def heading(self) -> str:
        """Its title in a report's heading, with the review that is held of it: the first half year's, the year's."""
        if self.length == _YEAR:
            return f"{self.title}（年底总评）"
        if self.length == _LENGTHS["half"] and self.first.month == 1:
            return f"{self.title}（年中初审）"
        return self.title
