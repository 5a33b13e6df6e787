"""What comes again: a licence about to expire, an application after its return, an item that was struck off."""

from datetime import date, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed
from mingjing.services.city.plots.intake import voucher
from mingjing.services.city.plots.limits import climb
from mingjing.services.city.plots.plain import begin, finish

APPLIED_DAYS: Final = (30, 45)
"""How many days before a licence expires its renewal is applied for."""

WARNED_DAYS: Final = 10
ENDINGS: Final = {"in time": 60, "near": 15, "late": 15, "never": 10}
OWN: Final = 0.7
"""Share of applications after a return that come from whoever applied at first."""

WINDOW_DAYS: Final = 30


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
    at = draft.during(draft.worked_between(day + timedelta(days=1), day + timedelta(days=WINDOW_DAYS + 10)))
    if draft.tell("case.applied", at, data={"channel": "window", "enterprise": second}) and second != applicant:
        draft.plant("INT-06", "hint", at)
    draft.count("REJ-04", (second, draft.item.code), at)
    accepted = draft.during(at.date(), at)
    draft.tell("case.accepted", accepted, officer=draft.clerk(), post="窗口", data=voucher(draft, accepted))
    finish(draft, accepted, draft.worked_day(at.date(), 0, 1), accepted)


def unlisted(draft: Draft, day: date) -> None:
    """Tell a case about something the catalogue does not list."""
    accepted = begin(draft, day)
    if accepted < draft.ends:
        draft.plant("INT-07", "red", accepted)
    decided = draft.during(day, accepted)
    draft.tell("case.decided", decided, officer=draft.chief(), post="决定", step="决定", data={"result": "granted"})
