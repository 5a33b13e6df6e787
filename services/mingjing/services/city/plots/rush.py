"""Twenty cases that one officer decides within ten minutes, or within one second more."""

import random
from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, midnight
from mingjing.services.city.plots.intake import voucher
from mingjing.services.city.plots.on_the_spot import conclude

SIZE: Final = 20
"""How many cases make a rush."""

EVERY: Final = 1000
"""Of so many cases of the city the last ones are a rush."""

OPENS: Final = timedelta(hours=15)
APART: Final = timedelta(seconds=30)
"""How long after one case the next is decided; but for the last."""

LAST: Final = (570, 600, 601)
"""How many seconds after the first case the last is decided: on time, in the very last instant, too late to count."""

OFFICERS: Final = range(40, 80)
"""Numbers of the officers who decide in a rush and do nothing else."""


def place_in_rush(number: int) -> int | None:
    """Return which case of its rush case `number` of the city is, counted from 0; None if it is of none."""
    place = number % EVERY - (EVERY - SIZE)
    return place if place >= 0 else None


def rush(draft: Draft, day: date, place: int, rushed: random.Random) -> None:
    """Tell case `place` of a rush on `day`; `rushed` are dice that fall alike for all of its cases."""
    last, officer = rushed.choice(LAST), draft.agency.staff(rushed.choice(OFFICERS))
    begins = midnight(day) + OPENS + timedelta(seconds=rushed.randint(0, 3600))
    decided: datetime = begins + (timedelta(seconds=last) if place == SIZE - 1 else place * APART)
    applied = decided - timedelta(minutes=draft.dice.randint(20, 90))
    draft.tell("case.applied", applied, data={"channel": "window", "applicant": "李**"})
    accepted = applied + timedelta(minutes=draft.dice.randint(2, 15))
    draft.tell("case.accepted", accepted, officer=draft.clerk(), post="窗口", data=voucher(draft, accepted))
    conclude(draft, accepted, decided, officer)
