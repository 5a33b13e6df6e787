"""Instants as registers write them: ISO, a form of their own, or a count since the epoch."""

from datetime import datetime
from decimal import Decimal

from mingjing.rules.events import micros
from mingjing.rules.zone import SECOND, Zone

EPOCHS = {"epoch-s": SECOND, "epoch-ms": 1000, "epoch-us": 1}
"""Time formats that count from 1970-01-01T00:00Z, with the microseconds of one unit."""

HOURS = ("%H", "%I", "%c", "%X", *EPOCHS)
"""What of a time format says the time of day; one with none of them writes days."""

FORMS = (
    *("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日", "%Y%m%d%H%M%S"),
    *("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y"),
    *("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
)
"""Forms that registers write in; those that fit an instant nobody can read are named to whoever maps the log."""


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
        raise ValueError(f"{exc}; or say in the mapping how it is written: time_format: {_fitting(text)}") from exc


def iso_of(text: str, time_format: str | None, zone: Zone) -> str:
    """Return as ISO what `instant_of` reads; a form without a time of day writes days, which stay days."""
    written = zone.text(instant_of(text, time_format, zone))
    dateless = time_format is not None and not any(each in time_format for each in HOURS)
    return written[: len("2026-01-01")] if dateless else written


def _formatted(text: str, time_format: str, zone: Zone) -> int:
    if time_format in EPOCHS:
        return int(Decimal(text.strip()) * EPOCHS[time_format])
    parsed = datetime.strptime(text.strip(), time_format)  # noqa: DTZ007  # the zone is given next
    return micros(parsed if parsed.tzinfo else parsed.replace(tzinfo=zone.info))


def _fitting(text: str) -> str:
    """Return the forms that an instant fits, as a mapping writes them; an example where it fits none."""
    return " or ".join(f"'{form}'" for form in FORMS if _fits(text, form)) or "'%d.%m.%Y %H:%M'"


def _fits(text: str, form: str) -> bool:
    try:
        datetime.strptime(text.strip(), form)  # noqa: DTZ007  # only whether it fits is asked
    except ValueError:
        return False
    return True
