"""Which days a public authority works: calendars, their years, and what is laid over them.

A calendar holds whole years, each with its provenance: `official` once the
arrangement has been published (`document` names it), `provisional` before. A
year it does not hold is missing and is never guessed. Regions and agencies lay
their own days over the national ones: days off (停办公告, 台风停工), days open
(窗口节假日上班) and half days. `mingjing.rules.calendar_text` reads their text.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from typing import Literal, Self

import msgspec

from mingjing.rules.office_hours import OFFICE_HOURS, OfficeHours
from mingjing.rules.remembering import remember
from mingjing.rules.workdays import SATURDAY_SUNDAY, WEEKEND, Workdays

Status = Literal["official", "provisional"]

MOST_KNOWN = 10_000
"""Pairs of region and agency whose line of days is remembered; beyond it they are looked up anew."""

TIERS = (2, 4, 6, 9, 12)
"""How many leading digits of a 12-digit region code name a province, city, county, town and village."""


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """One year's arrangement: holidays by name and the weekend days worked instead (调休上班)."""

    status: Status
    document: str | None = None
    holidays: Mapping[date, str] = msgspec.field(default_factory=dict)
    made_up: frozenset[date] = frozenset()


class Overlay(msgspec.Struct, frozen=True, kw_only=True):
    """What one region or agency changes: extra days off, extra days open, days that end at noon."""

    off: Mapping[date, str] = msgspec.field(default_factory=dict)
    open: Mapping[date, str] = msgspec.field(default_factory=dict)
    half: Mapping[date, str] = msgspec.field(default_factory=dict)


class Calendar:
    """Whole, consecutive years of one jurisdiction and the overlays of its parts; immutable.

    `workdays` builds each line once: ask as often as needed.
    """

    def __init__(
        self,
        name: str,
        years: Mapping[int, Year],
        *,
        version: str = "",
        title: str = "",
        weekend: frozenset[int] = SATURDAY_SUNDAY,
        hours: OfficeHours = OFFICE_HOURS,
        regions: Mapping[str, Overlay] | None = None,
        agencies: Mapping[str, Overlay] | None = None,
    ) -> None:
        gap = next((year for year in range(min(years), max(years)) if year not in years), None)
        if gap is not None:
            raise ValueError(f"calendar {name} lacks {gap}: its years must follow each other for days to be numbered")
        self.name = name
        self.version = version
        self.title = title or name
        self.years = years
        self.weekend = weekend
        self.hours = hours
        self.regions = regions or {}
        self.agencies = agencies or {}
        self._lines: dict[tuple[str, ...], Workdays] = {}
        self._known: dict[tuple[str | None, str | None], Workdays] = {}

    def laid_over(self, regions: Mapping[str, Overlay], agencies: Mapping[str, Overlay], *, version: str) -> Self:
        """Return this calendar with further overlays and their version; the later word on a region stands."""
        return type(self)(
            self.name,
            self.years,
            version="+".join(filter(None, (self.version, version))),
            title=self.title,
            weekend=self.weekend,
            hours=self.hours,
            regions={**self.regions, **regions},
            agencies={**self.agencies, **agencies},
        )

    def reaching(self, first: int, last: int) -> Self:
        """Return this calendar from the year `first` to the year `last` at least; years it has not are provisional.

        Of such a year only the week is known: it has neither holidays nor made-up days.
        """
        every = range(min(first, *self.years), max(last, *self.years) + 1)
        return type(self)(
            self.name,
            {number: self.years.get(number) or Year(status="provisional") for number in every},
            version=self.version,
            title=self.title,
            weekend=self.weekend,
            hours=self.hours,
            regions=self.regions,
            agencies=self.agencies,
        )

    def workdays(self, region: str | None = None, agency: str | None = None) -> Workdays:
        """Return the line of days of an agency in a region: national ⊕ region, from province down, ⊕ agency."""
        known = self._known.get((region, agency))
        if known is None:
            line = self._line(tuple(self._layers(region, agency)))
            known = remember(self._known, (region, agency), line, MOST_KNOWN)
        return known

    def _layers(self, region: str | None, agency: str | None) -> Iterator[tuple[str, Overlay]]:
        for code in _enclosing(region):
            if code in self.regions:
                yield f"region {code}", self.regions[code]
        if agency is not None and agency in self.agencies:
            yield f"agency {agency}", self.agencies[agency]

    def _line(self, layers: tuple[tuple[str, Overlay], ...]) -> Workdays:
        key = tuple(name for name, _ in layers)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = self._laid_out(overlay for _, overlay in layers)
        return line

    def _laid_out(self, overlays: Iterable[Overlay]) -> Workdays:
        off = dict(chain.from_iterable(self._off_days(number) for number in self.years))
        half: dict[date, str] = {}
        for overlay in overlays:
            off |= overlay.off
            for day in overlay.open:
                off.pop(day, None)
            for day in (*overlay.off, *overlay.open):
                half.pop(day, None)
            half |= overlay.half
        return Workdays(
            date(min(self.years), 1, 1),
            date(max(self.years), 12, 31),
            off,
            half,
            weekend=self.weekend,
            provisional=[number for number, year in self.years.items() if year.status == "provisional"],
            calendar=self.name,
            version=self.version,
            hours=self.hours,
        )

    def _off_days(self, number: int) -> Iterator[tuple[date, str]]:
        year = self.years[number]
        first = date(number, 1, 1)
        for day in (first + timedelta(n) for n in range((date(number + 1, 1, 1) - first).days)):
            if day in year.holidays:
                yield day, year.holidays[day]
            elif day.weekday() in self.weekend and day not in year.made_up:
                yield day, WEEKEND


def _enclosing(region: str | None) -> Iterator[str]:
    """Yield the codes of the regions that contain `region`, from the province down to itself."""
    if region:
        yield from dict.fromkeys(region[:digits].ljust(12, "0") for digits in TIERS)
