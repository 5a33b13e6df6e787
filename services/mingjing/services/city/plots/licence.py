"""An administrative licence: 申请 → 受理 → 审查 → 决定 → 送达."""

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import WARNED_DAYS, Standstill, climbed, given_back, rungs
from mingjing.services.city.plots.limits import Course, climb
from mingjing.services.city.plots.intake import intake, supplement_notice
from mingjing.services.city.plots.review import review

ENDINGS: Final = {"early": 66, "warned": 12, "over promise": 9, "over statute": 4, "never": 5, "abandoned": 4}
"""How often, in a hundred accepted cases, the decision comes when."""

SUSPENDED: Final = 0.3
"""Share of cases with a special procedure, where the item has one and the promise leaves room for it."""

OVERSTAYED: Final = 0.2
"""Share of special procedures that last longer than was notified."""

UNNOTIFIED: Final = 0.1
"""Share of special procedures of which the applicant was not told in writing."""

LEFT_OPEN: Final = 0.1
"""Share of special procedures that are still open when the case is decided."""

EXTENDED: Final = 0.5
"""Share of cases over their promise that are extended before the statute's limit."""

UNREASONED: Final = 0.2
"""Share of extensions without a reason."""

ASKED_AGAIN: Final = 0.02
"""Share of accepted cases in which more material is asked for only after acceptance."""

EXTENSION_DAYS: Final = 10

EXTENSION_ROOM: Final = 3
"""Fewest working days between promise and statute in which an extension is told of."""


def licence(draft: Draft, day: date) -> None:
    """Tell a licensing case applied for on `day`."""
    accepted = intake(draft, day)
    if accepted is None or accepted >= draft.ends:
        if draft.deemed is not None:
            climb(draft, draft.deemed, None, Course([], 0, left_open=False))
        return
    ending, begun = draft.pick(ENDINGS), draft.deemed or accepted
    course = _moved(draft, accepted, ending) if draft.deemed is None else Course([], 0, left_open=False)
    standstills, left_open = course.standstills, course.left_open
    stop = _stop(draft, begun, ending, course)
    climb(draft, begun, stop, course)
    if left_open:
        _overstay(draft, draft.when("clock.suspended"), standstills[0].notified, stop)
    if stop is None:
        return
    if ending == "abandoned" and not left_open:
        draft.tell("case.abandoned", stop, data={"reason": "申请人撤回申请"})
        return
    if draft.dice.random() < ASKED_AGAIN and not draft.has("case.supp_noticed"):
        asked = draft.moments(accepted, stop, 1)[0]
        if supplement_notice(draft, asked, ["补充说明"]):
            draft.plant("SUS-08", "yellow", asked)
    review(draft, accepted, stop, standstills)
    if left_open and draft.has("case.decided") and draft.has("clock.suspended"):
        draft.plant("SUS-05", "yellow", stop)


def _moved(draft: Draft, accepted: datetime, ending: str) -> Course:
    """Tell what moves the clocks of a case that was accepted in time."""
    standstills, left_open = _suspend(draft, accepted)
    late = ending in {"over promise", "over statute"} and not left_open
    return Course(standstills, _extend(draft, accepted, standstills) if late else 0, left_open)


def _suspend(draft: Draft, accepted: datetime) -> tuple[list[Standstill], bool]:
    """Tell a special procedure begun while the promise is not yet near its end, and whether nobody closes it."""
    dice, item, calendar = draft.dice, draft.item, draft.calendar
    room = item.promised - 3
    if not item.suspensions or room < 0 or dice.random() >= SUSPENDED:
        return [], False
    notified = dice.randint(3, 15)
    begins = draft.during(calendar.after(accepted.date(), dice.randint(0, room)), accepted)
    told = dice.random() >= UNNOTIFIED
    data: dict[str, Any] = {"kind": dice.choice(item.suspensions), "days": notified, "reason": "需要组织专门程序"}
    if told:
        data["doc_no"] = draft.document("特别程序告知")
    if draft.tell("clock.suspended", begins, officer=draft.clerk(), data=data) and not told:
        draft.plant("NTC-05", "yellow", begins)
    if dice.random() < LEFT_OPEN:
        return [Standstill(begins.date(), None, notified)], True
    lasted = notified + dice.randint(1, 4) if dice.random() < OVERSTAYED else dice.randint(1, notified)
    ends = draft.during(calendar.after(begins.date(), lasted))
    draft.tell("clock.resumed", ends, officer=draft.clerk(), data={"result": "已完成"})
    _overstay(draft, draft.when("clock.suspended"), notified, ends)
    return [Standstill(begins.date(), ends.date(), notified)], False


def _overstay(draft: Draft, begins: datetime | None, notified: int, stop: datetime | None) -> None:
    """Say how far beyond its notified days a special procedure has gone, if it has begun at all."""
    if begins is None:
        return
    after = draft.calendar.after
    ladder = [
        (level, end_of(after(begins.date(), max(0, notified + days))))
        for level, days in (("warning", -WARNED_DAYS), ("yellow", 0), ("red", 1))
    ]
    if (reached := climbed(ladder, draft.seen(stop))) is not None:
        draft.plant("SUS-03", *reached)


def _extend(draft: Draft, accepted: datetime, standstills: list[Standstill]) -> int:
    """Tell an extension approved after the promise and before the statute has passed; return its days."""
    item, dice = draft.item, draft.dice
    if item.statutory - item.promised < EXTENSION_ROOM or dice.random() >= EXTENDED:
        return 0
    nth = dice.randint(item.promised + 1, item.statutory - 1)
    day = draft.calendar.after(accepted.date(), nth, given_back(draft.calendar, standstills))
    if day <= draft.now.date():
        return 0
    at = draft.during(day)
    data: dict[str, Any] = {
        "days": EXTENSION_DAYS,
        "approver": draft.chief(),
        "approver_rank": "government" if "joint" in item.flags else "head",
        "doc_no": draft.document("延期告知"),
    }
    reasoned = dice.random() >= UNREASONED
    if reasoned:
        data["reason"] = "案情复杂，需要进一步核查"
    told = draft.tell("case.extended", at, officer=draft.chief(), data=data)
    if told and not reasoned:
        draft.plant("TL-08", "yellow", at)
    return EXTENSION_DAYS if told else 0


def _stop(draft: Draft, accepted: datetime, ending: str, course: Course) -> datetime | None:
    """Return when the case ends: on the side of each rung that `ending` asks for, None if it never does."""
    item, calendar, dice = draft.item, draft.calendar, draft.dice
    if course.left_open:
        return draft.during(draft.worked_day(draft.now.date(), 1, course.standstills[0].notified), draft.now)
    if ending == "never":
        return None
    last = max(item.statutory + course.extended, item.promised + 1)
    spans = {
        "early": (0, item.promised - 2),
        "warned": (item.promised - 1, item.promised),
        "over promise": (item.promised + 1, last),
        "over statute": (last + 1, last + 6),
        "abandoned": (0, item.promised),
    }
    low, high = spans[ending]
    nth = dice.randint(max(0, low), max(0, high))
    day = calendar.after(accepted.date(), nth, given_back(calendar, course.standstills))
    return draft.during(max(day, draft.now.date()), draft.now)
