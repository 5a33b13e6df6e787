"""An 即办件: decided while the applicant waits, or at least on the same day."""

from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city.draft import NO_TIME, Draft, end_of
from mingjing.services.city.ladder import climbed, rungs
from mingjing.services.city.plots.intake import voucher
from mingjing.services.city.plots.review import deliver

NOT_THE_SAME_DAY: Final = 0.06
"""Share of cases decided a day or more after they were accepted."""

FAST: Final = {"": 90, "case.applied": 3, "case.accepted": 3, "case.decided": 4}
"""How often, in a hundred, something of the case is told of before its own time, by a clock that is fast."""

AHEAD_S: Final = (240, 299, 300, 301, 360, 5400)
"""By how many seconds such a clock is fast."""

ALLOWED_S: Final = 300
"""By how many seconds a clock may be fast."""


def on_the_spot(draft: Draft, day: date) -> None:
    """Tell a case applied for, accepted and decided on `day`."""
    dice = draft.dice
    applied = draft.during(day)
    hasty, ahead = draft.pick(FAST), timedelta(seconds=dice.choice(AHEAD_S))
    applicant = {"channel": "window", "applicant": dice.choice("王李张刘陈杨") + "**"}
    draft.tell("case.applied", applied, data=applicant, early=ahead if hasty == "case.applied" else NO_TIME)
    accepted = applied + timedelta(minutes=dice.randint(2, 15))
    draft.tell(
        "case.accepted",
        accepted,
        officer=draft.clerk(),
        post="窗口",
        data=voucher(draft, accepted),
        early=ahead if hasty == "case.accepted" else NO_TIME,
    )
    decided = accepted + timedelta(minutes=dice.randint(3, 45))
    if dice.random() < NOT_THE_SAME_DAY:
        decided = draft.during(draft.worked_day(day, 1, draft.item.statutory + 2), accepted)
    conclude(draft, accepted, decided, draft.chief(), ahead if hasty == "case.decided" else NO_TIME)
    told_at = draft.when(hasty)
    if told_at is not None and draft.early and ahead.total_seconds() > ALLOWED_S:
        draft.plant("INT-02", "yellow", told_at)


def conclude(
    draft: Draft, accepted: datetime, decided: datetime, officer: str | None, early: timedelta = NO_TIME
) -> None:
    """Tell that `officer`, or nobody, decided at `decided`, by a clock that is `early`, what was `accepted`."""
    draft.owe("TL-09", "yellow", end_of(accepted.date()), decided)
    if (reached := climbed(rungs(draft.calendar, accepted, draft.item), draft.seen(decided))) is not None:
        draft.plant("TL-04", *reached)
    data = {"result": "granted", "doc_no": draft.document("准予"), "cert_no": draft.document("证")}
    if draft.tell("case.decided", decided, officer=officer, post="决定", step="决定", data=data, early=early):
        deliver(draft, decided)
