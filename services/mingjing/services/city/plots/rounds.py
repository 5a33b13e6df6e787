"""What an agency must do again and again: look at itself unannounced, and be judged by others. Or not again in time."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from mingjing.services.city.draft import Draft


class Round(NamedTuple):
    """What is done, what is said of it, when it is done first, and within how many days it is due again."""

    kind: str
    says: Mapping[str, Any]
    first: tuple[int, int]
    days: int


VISITED: Final = "task.visited", {"manner": "covert"}
REVIEWED: Final = "task.reviewed", {"participants": 60}

HALF_YEAR: Final = 7
"""The month in which the second half of a year begins."""

ROUNDS: Final = {
    False: (Round(*VISITED, (1, 6), 92), Round(*REVIEWED, (1, 6), 184)),
    True: (Round(*VISITED, (7, 6), 92), Round(*REVIEWED, (3, 9), 184)),
}
"""What comes round, by whether it is the second half of the year; the first time is a month and a day of that year."""

HABITS: Final = ((), (0,), (1,), (-30, -30, 0, 0), (-30, 20))
"""How agencies keep their rounds: how many days later than due each further one is."""


def rounds(draft: Draft, day: date) -> None:
    """Tell one of the rounds of an agency: which ones it makes, and when, is its habit."""
    dice = draft.dice
    told = dice.choice(ROUNDS[day.month >= HALF_YEAR])
    habit = _habit(draft.agency.code, told.kind)
    at = date(day.year, *told.first)
    for late in habit[: dice.randint(0, len(habit))]:
        at += timedelta(days=told.days + late)
    draft.tell(told.kind, draft.during(at), data=told.says)


def _habit(agency: str, kind: str) -> tuple[int, ...]:
    digest = hashlib.blake2b(f"{agency} {kind}".encode(), digest_size=1).digest()[0]
    return HABITS[digest % len(HABITS)]
