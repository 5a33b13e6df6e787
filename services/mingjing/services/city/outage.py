"""When the systems of an agency are down, as it declared beforehand: nothing leaves it then, and nobody wonders."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from mingjing.services.city.message import ZONE

Outages = Sequence[tuple[datetime, datetime]]
"""Stretches in order of time, none of which meets the next."""

DAY: Final = timedelta(days=1)
NOTHING: Final = timedelta(0)


def read_outages(entries: Iterable[Mapping[str, Any]]) -> tuple[tuple[datetime, datetime], ...]:
    """Return the outages that an agency's entry of agencies.yaml declares; each end is an instant."""
    return tuple(sorted((_instant(each["from"]), _instant(each["to"])) for each in entries))


def back(outages: Outages, at: datetime) -> datetime:
    """Return when the systems work again that are down at `at`; `at` itself where they work."""
    return next((ends for begins, ends in outages if begins <= at < ends), at)


def later(outages: Outages, at: datetime, by: timedelta) -> datetime:
    """Return the instant by which the systems have worked for so long since `at`."""
    for begins, ends in outages:
        if ends <= at:
            continue
        works = max(NOTHING, begins - at)
        if by < works:
            break
        by, at = by - works, ends
    return at + by


def works_between(outages: Outages, begin: datetime, end: datetime) -> timedelta:
    """Return how long the systems worked from one instant to another."""
    down = (min(ends, end) - max(begins, begin) for begins, ends in outages)
    return end - begin - sum((each for each in down if each > NOTHING), NOTHING)


def days_down(outages: Outages) -> frozenset[date]:
    """Return every day of which some part lies in an outage."""
    found: set[date] = set()
    for begins, ends in outages:
        day = begins.date()
        while day <= ends.date():
            found.add(day)
            day += DAY
    return frozenset(found)


def _instant(text: Any) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=ZONE)
