"""An agency of which little is ever heard: again on the last day on which it is not yet silent. Or a day later."""

from datetime import date
from typing import Final

from mingjing.services.city.draft import Draft

FIRST: Final = (1, 6)
FIRST_LATER: Final = (7, 6)
"""The month and day on which it is first heard of, in either half of a year."""

HALF_YEAR: Final = 7
APART: Final = (10, 11, 10, 9, 13, 10, 4)
"""Working days from one time to the next; more than ten are too many."""


def quiet(draft: Draft, day: date) -> None:
    """Tell that the agency publishes something, on one of the days on which it ever does."""
    at = date(day.year, *(FIRST_LATER if day.month >= HALF_YEAR else FIRST))
    for days in APART[: draft.dice.randint(0, len(APART))]:
        at = draft.calendar.after(at, days)
    draft.tell("disc.published", draft.during(at), data={"kind": "notice"})
