"""How long a step may take: lived through day by day, the days of a special procedure left out."""

from datetime import date, datetime
from typing import Final

from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.diary import ONE_DAY, after, first, midnight_after
from mingjing.services.city.oracle.judges import Single
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.rounds import SENT_AWAY
from mingjing.services.city.oracle.terms import Found, Trial

OVER: Final = ("case.decided", *SENT_AWAY)


def step_within(step: str, limit: int) -> Single:
    """Return a judge of whether `step` was done within `limit` working days of its first beginning.

    Of a step that nobody finished nothing is said where the whole case was over in time.
    """

    def judge(trial: Trial) -> Found | None:
        begun = first(trial.case, "step.started", lambda each: each.says("step") == step)
        if begun is None:
            return None
        rest = after(trial.case, begun)
        done = first(rest, "step.completed", lambda each: each.says("step") == step)
        ends = [each.at for each in (done, first(rest, OVER)) if each]
        passed = _passes(trial, begun, limit)
        return Found("warning", passed, f"key|{step}") if passed <= min(ends, default=trial.believed) else None

    return judge


def _passes(trial: Trial, begun: Happening, limit: int) -> datetime:
    """Return the evening on which the limit is used up; days given back are added at its end."""
    first_day = begun.at.astimezone(ZONE).date()
    last = _after(trial, first_day, limit)
    suspended = first(trial.case, "clock.suspended")
    if suspended is not None and suspended.at < midnight_after(last):
        resumed = first(after(trial.case, suspended), "clock.resumed")
        day, left, free = suspended.at.astimezone(ZONE).date(), int(suspended.data["days"]), 0
        ends = resumed.at.astimezone(ZONE).date() if resumed else trial.until.astimezone(ZONE).date()
        while left > 0 and day < ends:
            day += ONE_DAY
            if trial.calendar.works(day):
                left -= 1
                free += day > first_day
        last = _after(trial, last, free)
    return midnight_after(last)


def _after(trial: Trial, day: date, count: int) -> date:
    while count > 0:
        day += ONE_DAY
        count -= trial.calendar.works(day)
    return day
