"""A licence with a hearing: asked for, announced, held in time by someone else than who reviews. Or not."""

from datetime import date, datetime
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.plots.plain import begin, finish

FAULTS: Final = {"": 40, "never held": 12, "held late": 10, "short notice": 12, "unannounced": 10, "own reviewer": 10}
"""How often, in a hundred hearings, what is wrong with one."""

PRESCRIBED: Final = 0.3
"""Share of these cases in which the law itself prescribes the hearing."""

HELD_DAYS: Final = 20
NOTICE_DAYS: Final = 7


def hearing(draft: Draft, day: date) -> None:
    """Tell a case in which a hearing is asked for soon after acceptance."""
    fault = draft.pick(FAULTS)
    prescribed = draft.dice.random() < PRESCRIBED
    accepted = begin(draft, day, {"hearing": True} if prescribed else None)
    requested = draft.during(draft.worked_day(day, 0, 2), accepted)
    told = draft.tell("hearing.requested", requested)
    held = None if fault == "never held" else _hold(draft, requested, fault)
    if told:
        draft.owe("NTC-08", "red", end_of(draft.calendar.after(requested.date(), HELD_DAYS)), held)
    since = held or requested
    decided = finish(draft, accepted, draft.worked_day(since.date(), 1, 5), since)
    if decided < draft.ends and held is None:
        draft.plant("SEQ-05", "red", decided)
        if prescribed:
            draft.plant("SEQ-05-FD", "red", decided)
    if held is not None:
        _chair(draft, held, decided, own=fault == "own reviewer")


def _hold(draft: Draft, requested: datetime, fault: str) -> datetime:
    """Tell the announcement; return when the hearing is held."""
    span = (HELD_DAYS + 1, HELD_DAYS + 3) if fault == "held late" else (NOTICE_DAYS + 3, HELD_DAYS)
    day = draft.worked_day(requested.date(), *span)
    announced = draft.during(draft.worked_day(requested.date(), 0, 1), requested)
    if fault == "short notice":
        day = draft.worked_day(announced.date(), 1, NOTICE_DAYS - 1)
    held = draft.during(day, announced)
    if fault == "unannounced":
        if held < draft.ends:
            draft.plant("NTC-07-WT", "yellow", held)
        return held
    told = draft.tell("hearing.noticed", announced, data={"doc_no": draft.document("听证通知")})
    if told and fault == "short notice" and held < draft.ends:
        draft.plant("NTC-07", "yellow", held)
    return held


def _chair(draft: Draft, held: datetime, decided: datetime, *, own: bool) -> None:
    """Tell the hearing once it is known who reviews the case."""
    steps = draft.taken("step.completed", until=decided)
    reviewer = steps[0][1] if steps else None
    told = draft.tell("hearing.held", held, officer=reviewer if own and reviewer else draft.agency.staff(CHAIR))
    if told and own and reviewer:
        draft.plant("SEQ-07", "yellow", max(held, steps[0][0]))


CHAIR: Final = 99
"""Number of the officer who chairs hearings and does nothing else."""
