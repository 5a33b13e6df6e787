"""The terms rules hold cases to, as the oracle reads them: past, or not, and since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.diary import ONE_DAY, after, evenings, first, midnight_after
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.world import Item


class Found(NamedTuple):
    """The level a rule reached in a case, and since when.

    `of` tells it from others of the rule in the case: the happening that begins it, or a key (`key|…`);
    `agency` answers for it, if not that of the case.
    """

    level: str
    at: datetime
    of: Happening | str | None = None
    agency: str | None = None


class Trial(NamedTuple):
    """A case before the judges: what happened and what it is about.

    The log was read to `until`; what its agency has not sent by `believed` may
    still be on its way, and is not called missing. In `outages` that it declared it sends nothing.
    """

    case: Sequence[Happening]
    item: Item
    calendar: Calendar
    until: datetime
    believed: datetime
    outages: Sequence[tuple[datetime, datetime]] = ()


def past_working_days(trial: Trial, start: Happening, limit: int) -> datetime:
    """Return the end of the `limit`-th working day after `start`."""
    never_mind = datetime.max.replace(tzinfo=ZONE)
    days = evenings(trial.calendar, start.at, never_mind)
    return next(evening.ends for evening in days if evening.charged == limit)


def past_natural_days(trial: Trial, start: Happening, limit: int, *, roll: bool = True) -> datetime:
    """Return the end of the `limit`-th calendar day after `start`, or of the next working day if that is off.

    Without `roll` the day stays where it falls.
    """
    day = start.at.astimezone(ZONE).date()
    for _ in range(limit):
        day += ONE_DAY
    while roll and not trial.calendar.works(day):
        day += ONE_DAY
    return midnight_after(day)


def unless_ended(
    trial: Trial, start: Happening | None, passed: datetime | None, ends: str | tuple[str, ...]
) -> datetime | None:
    """Return `passed` if nothing of `ends` had happened after `start` by then and everybody knows it."""
    if start is None or passed is None:
        return None
    stop = first(after(trial.case, start), ends)
    if stop is None:
        return passed if passed <= trial.believed else None
    return passed if passed <= stop.at else None
