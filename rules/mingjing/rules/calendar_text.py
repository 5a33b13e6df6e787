"""Calendars as text: the YAML a clerk keeps and a CSV of all days off.

Nothing here opens a file: callers hand in the text and the name it goes by.
Every fault is collected before a text is refused.
"""

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, time, timedelta

from mingjing.rules.calendar import Calendar, Overlay, Year
from mingjing.rules.office_hours import OFFICE_HOURS, OfficeHours
from mingjing.rules.workdays import SATURDAY_SUNDAY, WEEKEND
from mingjing.rules.yaml_page import Fault, Node, PackRefused, YamlPage

CALENDAR_KEYS = ("calendar", "title", "version", "weekend", "hours", "years", "regions", "agencies")
OVERLAY_KEYS = ("overlay", "title", "version", "regions", "agencies")
YEAR_KEYS = ("status", "document", "holidays", "made_up")
OVERLAY_PARTS = ("title", "off", "open", "half")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKEND_WORDS = frozenset({WEEKEND, "weekend", "saturday", "sunday", "星期六", "星期日"})

_YEAR = re.compile(r"[12]\d{3}")
_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d) (\d\d:\d\d)-(\d\d:\d\d)")
_REGION = re.compile(r"\d{12}")
_AGENCY = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")


def parse_calendar(text: str, name: str) -> Calendar:
    """Return the calendar that the YAML `text` describes; `name` is the file's, for faults.

    Raises PackRefused with every fault.
    """
    page = YamlPage(text, name)
    found = page.mapping(page.root, CALENDAR_KEYS, ("calendar", "years"))
    years = _years(page, found.get("years"))
    weekend = _weekend(page, found.get("weekend"))
    hours = _hours(page, found.get("hours"))
    regions = _overlays(page, found.get("regions"), _REGION, "a region code of 12 digits", years)
    agencies = _overlays(page, found.get("agencies"), _AGENCY, "an agency code of 18 characters", years)
    page.refuse()
    return Calendar(
        page.text(found["calendar"]),
        years,
        version=page.text(found.get("version")),
        title=page.text(found.get("title")),
        weekend=weekend,
        hours=hours,
        regions=regions,
        agencies=agencies,
    )


def parse_calendars(files: Mapping[str, str]) -> Calendar:
    """Return the calendar of a folder's `files` (name → text), every `overlay:` file laid over the one `calendar:`.

    Overlays are laid in the order of their names. Raises PackRefused with every fault.
    """
    pages = {name: YamlPage(text, name) for name, text in sorted(files.items())}
    overlays = {name: page for name, page in pages.items() if page.root is not None and _is_overlay(page.root)}
    national = [name for name in pages if name not in overlays]
    if len(national) != 1:
        message = "one calendar is needed beside its overlays, a file that begins with `calendar:`"
        raise PackRefused([Fault(name, 1, 1, message) for name in (national or ["calendars"])])
    calendar = parse_calendar(files[national[0]], national[0])
    faults: list[Fault] = []
    for page in overlays.values():
        calendar = _laid_over(calendar, page)
        faults += page.faults
    if faults:
        raise PackRefused(faults)
    return calendar


def parse_overlay(text: str, name: str, calendar: Calendar) -> Calendar:
    """Return `calendar` with the overlay that the YAML `text` describes; PackRefused with every fault."""
    page = YamlPage(text, name)
    page.refuse()
    laid = _laid_over(calendar, page)
    page.refuse()
    return laid


def parse_days_off(text: str, name: str) -> Calendar:
    """Return the calendar of a CSV `date,why` that lists every day not worked.

    It holds whole years, from that of the first listed day to that of the last. Rows whose
    `why` says weekend belong to the week; which weekdays it has follows from those rows. Such a file states no
    version, so its version is a hash of what it lists: cards that name it can be told apart when a day is changed.
    Raises PackRefused with every fault.
    """
    lines = io.StringIO(text.removeprefix("\ufeff"))
    faults: list[Fault] = []
    off: dict[date, str] = {}
    for number, row in enumerate(csv.reader(lines), start=1):
        if number == 1:
            if row != ["date", "why"]:
                faults.append(Fault(name, 1, 1, "expected the header date,why", ",".join(row)))
            continue
        try:
            written, why = row
            day = date.fromisoformat(written)
        except ValueError:
            faults.append(Fault(name, number, 1, "expected a row such as 2026-10-01,国庆节", ",".join(row)))
            continue
        if day in off:
            faults.append(Fault(name, number, 1, "this day stands above already; leave one row", ",".join(row)))
        off[day] = WEEKEND if why.strip().lower() in WEEKEND_WORDS else why.strip()
    if not off and not faults:
        faults.append(Fault(name, 1, 1, "no day is listed; list every day that is not worked"))
    if faults:
        raise PackRefused(faults)
    weekend = frozenset(day.weekday() for day, why in off.items() if why == WEEKEND) or SATURDAY_SUNDAY
    years = {number: _listed(number, off, weekend) for number in range(min(off).year, max(off).year + 1)}
    listed = "\n".join(f"{day} {why}" for day, why in sorted(off.items()))
    version = hashlib.blake2b(listed.encode(), digest_size=6).hexdigest()
    return Calendar(name.removesuffix(".csv"), years, version=version, weekend=weekend)


def is_overlay(text: str, name: str) -> bool:
    """Whether a file of days is laid over a calendar, and is none itself."""
    page = YamlPage(text, name)
    return page.root is not None and _is_overlay(page.root)


def _is_overlay(root: Node) -> bool:
    return isinstance(root.value, list) and any(str(key.value) == "overlay" for key, *_ in root.value)


def _laid_over(calendar: Calendar, page: YamlPage) -> Calendar:
    found = page.mapping(page.root, OVERLAY_KEYS, ("overlay",))
    if page.text(found.get("overlay")) not in {calendar.name, ""}:
        page.fault(found["overlay"], f"the calendar to lie over is {calendar.name}")
    return calendar.laid_over(
        _overlays(page, found.get("regions"), _REGION, "a region code of 12 digits", calendar.years),
        _overlays(page, found.get("agencies"), _AGENCY, "an agency code of 18 characters", calendar.years),
        version=page.text(found.get("version")),
    )


def _years(page: YamlPage, node: Node | None) -> dict[int, Year]:
    years: dict[int, Year] = {}
    for key, body in page.entries(node).items() if node is not None else ():
        if _YEAR.fullmatch(key):
            years[int(key)] = _year(page, int(key), body)
        else:
            page.fault(body, f"{key!r} is not a year; write four digits")
    for number in sorted(set(range(min(years, default=0), max(years, default=0))) - set(years)):
        page.fault(node, f"year {number} is missing; years must follow each other for days to be numbered")
    if node is not None and not years:
        page.fault(node, "no year is written; write at least one")
    return years


def _year(page: YamlPage, number: int, node: Node) -> Year:
    found = page.mapping(node, YEAR_KEYS, ("status",))
    status = page.word(found.get("status"), ("official", "provisional"), "provisional")
    holidays = _named_days(page, found.get("holidays"), {number})
    made_up = frozenset(_days(page, found.get("made_up"), {number}))
    for day in sorted(made_up & set(holidays)):
        page.fault(found["made_up"], f"{day} is also {holidays[day]}; keep one of the two")
    return Year(
        status="official" if status == "official" else "provisional",
        document=page.text(found.get("document")) or None,
        holidays=holidays,
        made_up=made_up,
    )


def _weekend(page: YamlPage, node: Node | None) -> frozenset[int]:
    if node is None:
        return SATURDAY_SUNDAY
    return frozenset(WEEK.index(page.word(each, WEEK, WEEK[-1])) for each in page.items(node))


def _hours(page: YamlPage, node: Node | None) -> OfficeHours:
    if node is None:
        return OFFICE_HOURS
    found = _HOURS.fullmatch(page.text(node))
    try:
        written = [time.fromisoformat(each) for each in found.groups()] if found else []
    except ValueError:
        written = []
    if not written or written != sorted(set(written)):
        page.fault(node, "expected office hours in order, such as 09:00-12:00 13:00-17:30")
        return OFFICE_HOURS
    return OfficeHours(*written)


def _overlays(
    page: YamlPage, node: Node | None, code: re.Pattern[str], shape: str, years: Collection[int]
) -> dict[str, Overlay]:
    overlays: dict[str, Overlay] = {}
    for key, body in page.entries(node).items() if node is not None else ():
        if not code.fullmatch(key):
            page.fault(body, f"{key!r} is not {shape}; write it in quotes")
        found = page.mapping(body, OVERLAY_PARTS)
        off, opened, half = (_named_days(page, found.get(part), years) for part in ("off", "open", "half"))
        overlays[key] = Overlay(off=off, open=opened, half=half)
    return overlays


def _named_days(page: YamlPage, node: Node | None, years: Collection[int]) -> dict[date, str]:
    """Return the days of a mapping `name: day | first/last | [either, …]`, each with its name."""
    named: dict[date, str] = {}
    for name, days in page.entries(node).items() if node is not None else ():
        for day in _days(page, days, years):
            if day in named:
                page.fault(days, f"{day} is {named[day]} already; keep one of the two")
            named[day] = name
    return named


def _days(page: YamlPage, node: Node | None, years: Collection[int]) -> Iterator[date]:
    for each in page.items(node):
        begin, _, end = page.text(each).partition("/")
        try:
            first = date.fromisoformat(begin)
            last = date.fromisoformat(end) if end else first
        except ValueError:
            page.fault(each, f"{page.text(each)!r} is not a day; write 2026-10-01 or 2026-10-01/2026-10-07")
            continue
        if last < first:
            page.fault(each, f"{first} is after {last}; write the earlier day first")
        elif first.year not in years or last.year not in years:
            page.fault(each, f"{page.text(each)} is not in {', '.join(map(str, years))}")
        else:
            yield from (first + timedelta(n) for n in range((last - first).days + 1))


def _listed(number: int, off: Mapping[date, str], weekend: frozenset[int]) -> Year:
    first = date(number, 1, 1)
    days = [first + timedelta(n) for n in range((date(number + 1, 1, 1) - first).days)]
    return Year(
        status="official",
        holidays={day: off[day] for day in days if off.get(day, WEEKEND) != WEEKEND},
        made_up=frozenset(day for day in days if day.weekday() in weekend and day not in off),
    )
