"""What comes again: a licence about to expire, an application after its return, an item that was struck off."""

from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed
from mingjing.services.city.plots.intake import voucher
from mingjing.services.city.plots.limits import climb
from mingjing.services.city.plots.plain import begin, finish
from mingjing.services.city.plots.review import review

APPLIED_DAYS: Final = (30, 45)
"""How many days before a licence expires its renewal is applied for."""

WARNED_DAYS: Final = 10
ENDINGS: Final = {"in time": 60, "near": 15, "late": 15, "never": 10}
OWN: Final = 0.7
"""Share of applications after a return that come from whoever applied at first."""

WINDOW_DAYS: Final = 30
ONE_DAY: Final = timedelta(days=1)

TAKEN_UP: Final = {"at once": 60, "on the last day": 20, "late": 20}
"""How often, in a hundred, what was applied for again is accepted when."""


def renewal(draft: Draft, day: date) -> None:
    """Tell the renewal of a licence that expires in a month or more."""
    expires = day + timedelta(days=draft.dice.randint(*APPLIED_DAYS))
    accepted = begin(draft, day, {"renewal": True, "expires_on": expires.isoformat()})
    near = expires - timedelta(days=WARNED_DAYS)
    spans = {"near": (near + timedelta(days=1), expires), "late": (expires + timedelta(days=1), expires + WEEK)}
    ending = draft.pick(ENDINGS)
    decided = None
    if ending == "never":
        climb(draft, accepted, None)
    else:
        decided = finish(draft, accepted, draft.worked_between(*spans.get(ending, (day + WEEK, near))))
    reached = climbed([("warning", end_of(near)), ("red", end_of(expires))], draft.seen(decided))
    if reached is not None:
        draft.plant("TL-12", *reached)


WEEK: Final = timedelta(days=7)


def again(draft: Draft, day: date) -> None:
    """Tell an application returned on its day and made again, now and then by somebody else under the same number."""
    dice = draft.dice
    applicant, other = (f"91990100MC{dice.randrange(10**7):07d}Q" for _ in range(2))
    applied = draft.during(day)
    draft.tell("case.applied", applied, data={"channel": "window", "enterprise": applicant})
    draft.count("REJ-04", (applicant, draft.item.code), applied)
    returned = draft.during(day, applied)
    data = {"reason": "材料不齐", "doc_no": draft.document("退件"), "enterprise": applicant}
    draft.tell("case.returned", returned, officer=draft.clerk(), data=data)
    draft.count("REJ-04", (applicant, draft.item.code), returned, leads=True)
    second = applicant if dice.random() < OWN else other
    at, renewed = draft.during(draft.worked_between(day + ONE_DAY, day + (WINDOW_DAYS + 10) * ONE_DAY)), draft.next_id
    if not draft.tell("case.applied", at, data={"channel": "window", "enterprise": second}):
        climb(draft, None, None)
        return
    if second != applicant:
        draft.plant("INT-06", "hint", at)
    draft.count("REJ-04", (second, draft.item.code), at)
    accepted = _taken_up(draft, at, renewed)
    decided = draft.during(draft.worked_day(accepted.date(), 0, 1), accepted)
    climb(draft, draft.deemed or (accepted if accepted < draft.ends else None), decided)
    review(draft, accepted, decided, [])


def _taken_up(draft: Draft, applied: datetime, renewed: str) -> datetime:
    """Tell the acceptance of what was applied for again, by its own term and not by that of the first time."""
    limit = draft.item.notice_days
    spans = {"at once": (0, 0), "on the last day": (limit, limit), "late": (limit + 1, limit + 4)}
    low, high = spans[draft.pick(TAKEN_UP)]
    accepted = draft.during(draft.worked_day(applied.date(), low, high) if high else applied.date(), applied)
    due = end_of(draft.calendar.after(applied.date(), limit))
    draft.owe("TL-01", "yellow", due, accepted, renewed)
    if due <= draft.seen(accepted):
        draft.deemed, draft.deemed_from = applied, due
    draft.tell("case.accepted", accepted, officer=draft.clerk(), post="窗口", data=voucher(draft, accepted))
    return accepted


def unlisted(draft: Draft, day: date) -> None:
    """Tell a case about something the catalogue does not list."""
    accepted = begin(draft, day)
    if accepted < draft.ends:
        draft.plant("INT-07", "red", accepted)
    decided = draft.during(day, accepted)
    draft.tell("case.decided", decided, officer=draft.chief(), post="决定", step="决定", data={"result": "granted"})
