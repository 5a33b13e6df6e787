"""An administrative licence: 申请 → 受理 → 审查 → 决定 → 送达."""

from datetime import date, datetime
from typing import Final

from mingjing.services.city.draft import Draft
from mingjing.services.city.plots.extension import extend, extend_too_late
from mingjing.services.city.plots.intake import intake, supplement_notice
from mingjing.services.city.plots.limits import Course, climb, clock_of
from mingjing.services.city.plots.review import owe_stuck, review
from mingjing.services.city.plots.suspension import overstay, suspend

ENDINGS: Final = {"early": 66, "warned": 12, "over promise": 9, "over statute": 4, "never": 5, "abandoned": 4}
"""How often, in a hundred accepted cases, the decision comes when."""

TOO_LATE: Final = {False: 0.3, True: 0.9}
"""Share of cases over the statute's limit extended only then, by whether their law counts from the application."""

ASKED_AGAIN: Final = 0.02
"""Share of accepted cases in which more material is asked for only after acceptance."""


def licence(draft: Draft, day: date) -> None:
    """Tell a licensing case applied for on `day`."""
    accepted = intake(draft, day)
    if accepted is None or accepted >= draft.ends:
        climb(draft, draft.deemed, draft.when("case.not_accepted") or draft.when("case.abandoned"))
        owe_stuck(draft, None, [])
        return
    ending, begun = draft.pick(ENDINGS), draft.deemed or accepted
    course = _moved(draft, accepted, ending) if draft.deemed is None else Course([], 0, left_open=False)
    standstills, left_open = course.standstills, course.left_open
    stop = _stop(draft, begun, ending, course)
    climb(draft, begun, stop, course)
    if left_open:
        overstay(draft, draft.when("clock.suspended"), standstills[0].notified or 0, stop)
    given_up = ending == "abandoned" and not left_open
    if stop is None or given_up:
        owe_stuck(draft, stop, standstills)
        if stop is not None:
            draft.tell("case.abandoned", stop, data={"reason": "申请人撤回申请"})
        return
    if draft.dice.random() < ASKED_AGAIN and not draft.has("case.supp_noticed"):
        asked = draft.moments(accepted, stop, 1)[0]
        if supplement_notice(draft, asked, list(draft.item.materials[:1]) or ["补充说明"]):
            draft.plant("SUS-08", "yellow", asked)
    review(draft, accepted, stop, standstills)
    if left_open and draft.has("case.decided") and draft.has("clock.suspended"):
        draft.plant("SUS-05", "yellow", stop)


def _moved(draft: Draft, accepted: datetime, ending: str) -> Course:
    """Tell what moves the clocks of a case that was accepted in time."""
    standstills, left_open = suspend(draft, accepted)
    too_late = TOO_LATE[draft.item.from_application]
    if ending == "over statute" and not left_open and draft.item.statutory and draft.dice.random() < too_late:
        extend_too_late(draft, accepted, standstills)
        return Course(standstills, 0, left_open)
    late = ending in {"over promise", "over statute"} and not left_open
    return Course(standstills, extend(draft, accepted, standstills) if late else 0, left_open)


def _stop(draft: Draft, accepted: datetime, ending: str, course: Course) -> datetime | None:
    """Return when the case ends: on the side of each rung that `ending` asks for, None if it never does."""
    item, dice = draft.item, draft.dice
    if course.left_open:
        return draft.during(draft.worked_day(draft.now.date(), 1, course.standstills[0].notified or 1), draft.now)
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
    day = clock_of(draft, accepted).day(draft, nth, course.standstills)
    return draft.during(max(day, draft.now.date()), draft.now)
