"""How people rate what they were given: bad ratings are called about and mended. Or not."""

from datetime import datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed

RATED: Final = 0.15
"""Share of deliveries that are rated."""

BAD: Final = 0.4
"""Share of ratings that are bad."""

BRUSHED: Final = 0.02
"""Share of ratings that are given over and over on one device."""

OFTEN: Final = 10
"""Ratings on one device and day that are too many."""

COURSES: Final = {"mended": 50, "near": 10, "mended late": 15, "called late": 15, "left": 10}
"""How often, in a hundred, a bad rating is dealt with how."""

BAD_SCORE: Final = 2
CALLED_DAYS: Final = 1
MENDED_DAYS: Final = 15


def rate(draft: Draft, delivered: datetime) -> None:
    """Tell the rating of what was delivered, if there is one."""
    dice = draft.dice
    if dice.random() >= RATED:
        return
    at = delivered + timedelta(minutes=dice.randint(2, 20))
    if dice.random() < BRUSHED:
        _brush(draft, at)
        return
    bad = dice.random() < BAD
    score = dice.randint(1, BAD_SCORE) if bad else dice.randint(BAD_SCORE + 1, 5)
    if draft.tell("eval.rated", at, data={"score": score}) and bad:
        _mend(draft, at, draft.pick(COURSES))


def _brush(draft: Draft, at: datetime) -> None:
    device = f"PJQ-{draft.subject}"
    for _ in range(draft.dice.randint(OFTEN - 2, OFTEN + 2)):
        at += timedelta(seconds=draft.dice.randint(5, 90))
        if draft.tell("eval.rated", at, data={"score": 5, "device": device}):
            draft.count("SAT-04", (device,), at)


def _mend(draft: Draft, rated: datetime, course: str) -> None:
    """Tell what was done about a bad rating, and say what was owed."""
    after, day = draft.calendar.after, rated.date()
    called_span = (CALLED_DAYS + 1, CALLED_DAYS + 3) if course == "called late" else (0, CALLED_DAYS)
    spans = {"near": (MENDED_DAYS - 1, MENDED_DAYS), "mended late": (MENDED_DAYS + 1, MENDED_DAYS + 5)}
    called = draft.during(draft.worked_day(day, *called_span), rated)
    mended = draft.during(draft.worked_day(day, *spans.get(course, (5, 12))), called)
    if course == "left":
        draft.owe("SAT-01-HF", "yellow", end_of(after(day, CALLED_DAYS)), None)
    else:
        draft.owe("SAT-01-HF", "yellow", end_of(after(day, CALLED_DAYS)), called)
        draft.tell("eval.contacted", called, officer=draft.clerk())
        draft.tell("eval.rectified", mended, officer=draft.clerk(), data={"result": "已整改"})
    ladder = [("warning", end_of(after(day, MENDED_DAYS - 2))), ("yellow", end_of(after(day, MENDED_DAYS)))]
    if (reached := climbed(ladder, draft.seen(None if course == "left" else mended))) is not None:
        draft.plant("SAT-01", *reached)
