"""Instants as registers write them: ISO, a form of their own, or a count since the epoch."""

from datetime import datetime
from decimal import Decimal

from mingjing.rules.events import instant, micros
from mingjing.rules.zone import SECOND, YEARS, Zone

EPOCHS = {"epoch-s": SECOND, "epoch-ms": 1000, "epoch-us": 1}
"""Time formats that count from 1970-01-01T00:00Z, with the microseconds of one unit."""

HOURS = ("%H", "%I", "%c", "%X", *EPOCHS)
"""What of a time format says the time of day; one with none of them writes days."""

DAYS = (
    *("%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y"),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y", "%Y %b %d"),
)
TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", " %I:%M:%S.%f %p", " %H:%M:%S UTC")
"""Days and times of day as registers write them; those that fit an instant nobody can read are named to whoever maps
the log."""

DIGITS = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M"}
"""Forms without anything between, by how many digits they have."""

COUNTED = range(1980, 2100)
"""The years in which a count since the epoch lies that is meant as one."""


def misread(time_format: str) -> str | None:
    """Return why a form would read an instant as another one without a word, or None."""
    if "%p" in time_format and "%I" not in time_format:
        return "`%p` (AM, PM) is heard only with `%I`, the hour of twelve; write %I for %H"
    if "%Z" in time_format:
        return "`%Z` reads the name of a zone and forgets it; write the name as it stands (UTC) and give it as `zone`"
    return None


def instant_of(text: str, time_format: str | None, zone: Zone) -> int:
    """Return the microseconds of an instant written in `time_format`, or in ISO where that is None.

    One without offset is read in `zone`. Raises ValueError naming the text and how to have it read.
    """
    try:
        return zone.parse(text)[0] if time_format is None else _formatted(text, time_format, zone)
    except ArithmeticError as exc:
        raise ValueError(f"{text!r} is no number to count from the epoch") from exc
    except ValueError as exc:
        if time_format is not None:
            raise
        raise ValueError(f"{exc}; or say in the mapping how it is written{_fitting(text)}") from exc


def iso_of(text: str, time_format: str | None, zone: Zone) -> str:
    """Return as ISO what `instant_of` reads; a form without a time of day writes days, which stay days."""
    written = zone.text(instant_of(text, time_format, zone))
    dateless = time_format is not None and not any(each in time_format for each in HOURS)
    return written[: len("2026-01-01")] if dateless else written


def _formatted(text: str, time_format: str, zone: Zone) -> int:
    if time_format in EPOCHS:
        return _counted(text, time_format)
    parsed = datetime.strptime(text.strip(), time_format)  # noqa: DTZ007  # the zone is given next
    return micros(parsed if parsed.tzinfo else parsed.replace(tzinfo=zone.info))


def _counted(text: str, unit: str) -> int:
    """Return a count since the epoch as microseconds; ValueError for one that leads out of all years."""
    found = int(Decimal(text.strip()) * EPOCHS[unit])
    try:
        instant(found)
    except OverflowError as exc:
        meant = "".join(f"; as {other} it would be one" for other in EPOCHS if _counts(text, other))
        raise ValueError(f"{text!r} counted in {unit} is in none of {YEARS}{meant}") from exc
    return found


def _counts(text: str, unit: str) -> bool:
    try:
        return instant(int(Decimal(text.strip()) * EPOCHS[unit])).year in COUNTED
    except OverflowError:
        return False


def _fitting(text: str) -> str:
    """Return the forms that an instant fits, as a mapping writes them; an example where it fits none."""
    text = text.strip()
    if text.isdecimal():
        written = DIGITS.get(len(text), "")
        fitting = [unit for unit in EPOCHS if _counts(text, unit)]
        fitting += [f"'{written}'"] if written and _fits(text, written) else []
    else:
        fitting = [f"'{day}{time}'" for day in DAYS for time in TIMES if _fits(text, day + time)]
    if not fitting:
        return ", such as time_format: '%d.%m.%Y %H:%M'; rows without an instant are left out by a `where`"
    zone = ", and zone: UTC" if text.endswith("UTC") else ""
    return f": time_format: {' or '.join(fitting)}{zone}"


def _fits(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007  # only whether it fits is asked
    except ValueError:
        return False
    return True
