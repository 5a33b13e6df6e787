"""Living through a limit, one day after the other."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.reading import Happening

ONE_DAY = timedelta(days=1)


class Stop(NamedTuple):
    """A stretch in which the clock stands: begin, end if it has one, days notified if any were."""

    begin: Happening
    end: Happening | None
    notified: int | None


class Evening(NamedTuple):
    """The end of a day: its instant (24:00), the days charged up to then, and whether the next is given back."""

    ends: datetime
    charged: int
    resting: bool = False


def evenings(calendar: Calendar, start: datetime, until: datetime, stops: Sequence[Stop] = ()) -> Iterator[Evening]:
    """Yield the evening of the start's own day, then of every day after it up to `until`.

    The day of the start is not charged, nor is a day off, nor a day that falls
    after a stop's first day and up to its last, as long as the notified days are
    not used up.
    """
    day = start.astimezone(ZONE).date()
    charged = 0
    used = [0] * len(stops)
    while True:
        ends = midnight_after(day)
        if ends > until:
            return
        resting = any(_rests(stop, calendar.after(day, 1), used[number]) for number, stop in enumerate(stops))
        yield Evening(ends, charged, resting)
        day += ONE_DAY
        if not calendar.works(day):
            continue
        for number, stop in enumerate(stops):
            if _rests(stop, day, used[number]):
                used[number] += 1
                break
        else:
            charged += 1


def midnight_after(day: date) -> datetime:
    """Return the instant at which `day` is over."""
    return datetime.combine(day + ONE_DAY, time(0), ZONE)


def first(
    case: Sequence[Happening], kinds: str | tuple[str, ...], test: Callable[[Happening], bool] | None = None
) -> Happening | None:
    """Return the first happening of the case of one of `kinds` that passes `test`."""
    wanted = (kinds,) if isinstance(kinds, str) else kinds
    return next((each for each in case if each.type in wanted and (test is None or test(each))), None)


def after(case: Sequence[Happening], start: Happening) -> Sequence[Happening]:
    """Return what happened in the case after `start`."""
    return case[case.index(start) + 1 :]


def _rests(stop: Stop, day: date, used: int) -> bool:
    """Return whether `day` is given back by a stop that has given back `used` days."""
    return _stands(stop, day) and (stop.notified is None or used < stop.notified)


def _stands(stop: Stop, day: date) -> bool:
    begun = stop.begin.at.astimezone(ZONE).date() < day
    return begun and (stop.end is None or day <= stop.end.at.astimezone(ZONE).date())
