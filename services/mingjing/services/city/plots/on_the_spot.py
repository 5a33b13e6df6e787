"""An 即办件: decided while the applicant waits, or at least on the same day."""

from datetime import date, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed, rungs
from mingjing.services.city.plots.intake import voucher
from mingjing.services.city.plots.review import deliver

NOT_THE_SAME_DAY: Final = 0.06
"""Share of cases decided a day or more after they were accepted."""


def on_the_spot(draft: Draft, day: date) -> None:
    """Tell a case applied for, accepted and decided on `day`."""
    dice = draft.dice
    applied = draft.during(day)
    draft.tell("case.applied", applied, data={"channel": "window", "applicant": dice.choice("王李张刘陈杨") + "**"})
    accepted = applied + timedelta(minutes=dice.randint(2, 15))
    draft.tell("case.accepted", accepted, officer=draft.clerk(), post="窗口", data=voucher(draft, accepted))
    decided = accepted + timedelta(minutes=dice.randint(3, 45))
    if dice.random() < NOT_THE_SAME_DAY:
        decided = draft.during(draft.worked_day(day, 1, draft.item.statutory + 2), accepted)
    draft.owe("TL-09", "yellow", end_of(day), decided)
    if (reached := climbed(rungs(draft.calendar, accepted, draft.item), draft.seen(decided))) is not None:
        draft.plant("TL-04", *reached)
    data = {"result": "granted", "doc_no": draft.document("准予"), "cert_no": draft.document("证")}
    if draft.tell("case.decided", decided, officer=draft.chief(), post="决定", step="决定", data=data):
        deliver(draft, decided)
