"""What an agency must do in every quarter or year: look at itself unannounced, be judged by others. Or does not."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from mingjing.services.city.draft import Draft, midnight

LAST: Final = timedelta(hours=23, minutes=59, seconds=59)
FIRST: Final = timedelta(0)
MORNING: Final = timedelta(hours=10)


class Time(NamedTuple):
    """A day of this year or of one before, and the time of that day."""

    month: int
    day: int
    at: timedelta = MORNING
    before: int = 0

    def of(self, year: int) -> datetime:
        """Return the instant, as of a year."""
        return midnight(date(year - self.before, self.month, self.day)) + self.at


class Round(NamedTuple):
    """What is done, what is said of it, and when it is done by agencies of each habit."""

    kind: str
    says: Mapping[str, Any]
    habits: Sequence[Sequence[Time]]


VISITS: Final = (
    (Time(2, 3),),
    (Time(2, 3), Time(6, 30, LAST), Time(7, 1, FIRST), Time(10, 9)),
    (Time(3, 31, LAST), Time(7, 1, FIRST), Time(9, 30, LAST)),
    (Time(4, 1, FIRST), Time(9, 30, LAST)),
    (Time(1, 6), Time(5, 12), Time(10, 1, FIRST)),
)
REVIEWS: Final = (
    (Time(11, 20, before=2),),
    (Time(11, 20, before=2), Time(3, 10, before=1), Time(12, 31, LAST, before=1)),
    (Time(11, 20, before=2), Time(3, 10, before=1), Time(1, 1, FIRST)),
    (Time(12, 31, LAST, before=2), Time(1, 1, FIRST, before=1), Time(3, 9)),
    (Time(6, 1, before=1), Time(9, 1)),
)
ROUNDS: Final = (
    Round("task.visited", {"manner": "covert"}, VISITS),
    Round("task.reviewed", {"participants": 60}, REVIEWS),
)


def rounds(draft: Draft, day: date) -> None:
    """Tell one of the rounds of an agency: which ones it makes, and when, is its habit."""
    told = draft.dice.choice(ROUNDS)
    at = draft.dice.choice(told.habits[_habit(draft.agency.code, told)]).of(day.year)
    draft.tell(told.kind, at, data=told.says)


def _habit(agency: str, told: Round) -> int:
    return hashlib.blake2b(f"{agency} {told.kind}".encode(), digest_size=1).digest()[0] % len(told.habits)
