"""What goes over the wire from an agency, and what is true of it."""

from datetime import datetime, timedelta, timezone
from typing import Any, Final

import msgspec
import orjson

ZONE: Final = timezone(timedelta(hours=8))
"""The city's zone; China keeps one offset all year."""


NATIONAL: Final = 31
"""Case numbers this long or longer are national."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """One sending: `body` leaves `agency` at `at`.

    `subject` is the case number it is about, where it is about a case. `refused`
    is the code of the dead letter it must become, None if it is sound.
    """

    at: datetime
    agency: str
    body: bytes
    subject: str | None = None
    refused: str | None = None


class Planted(msgspec.Struct, frozen=True, order=True, gc=False):
    """A finding that must stand, or have stood, when the log has been read to its end.

    `violated_at` is the first instant at which `level` held. A ladder gives one
    finding: the highest rung it reached.
    """

    case_key: str
    rule: str
    level: str
    violated_at: datetime


def case_key(agency: str, subject: str) -> str:
    """Return the key of the case that `agency` numbers `subject`; national numbers share one namespace."""
    return f"{'cn' if len(subject) >= NATIONAL else agency}/{subject}"


def encode(event: dict[str, Any]) -> bytes:
    """Return the event as the bytes of a structured CloudEvent."""
    return orjson.dumps(event)


def stamp(instant: datetime) -> str:
    """Return `instant` as RFC 3339 in the city's zone."""
    return instant.astimezone(ZONE).isoformat()
