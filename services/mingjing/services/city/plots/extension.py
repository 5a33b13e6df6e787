"""Extensions of the statutory limit: approved by whom the law names, reasoned, in time, for as long as it allows."""

from datetime import datetime
from typing import Any, Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import Standstill
from mingjing.services.city.plots.limits import clock_of, of_start

EXTENDED: Final = 0.5
"""Share of cases over their promise that are extended before the statute's limit."""

UNREASONED: Final = 0.2
"""Share of extensions without a reason."""

EXTENSION_DAYS: Final = 10

EXTENSION_ROOM: Final = 3
"""Fewest working days between promise and statute in which an extension is told of."""

FLAWS: Final = {"": 70, "too long": 15, "by a clerk": 15}
"""How often, in a hundred extensions, what is wrong with one."""

TOO_LONG_DAYS: Final = 20


def extend(draft: Draft, accepted: datetime, standstills: list[Standstill]) -> int:
    """Tell an extension approved after the promise and before the statute has passed; return the days it adds."""
    item, dice = draft.item, draft.dice
    if item.statutory - item.promised < EXTENSION_ROOM or dice.random() >= EXTENDED:
        return 0
    nth = dice.randint(item.promised + 1, item.statutory - 1)
    day = clock_of(draft, accepted).day(draft, nth, standstills)
    if day <= draft.now.date():
        return 0
    at = draft.during(day)
    data: dict[str, Any] = {
        "days": EXTENSION_DAYS,
        "approver": draft.chief(),
        "approver_rank": "government" if "joint" in item.flags else "head",
        "doc_no": draft.document("延期告知"),
    }
    flaw = draft.pick(FLAWS)
    if flaw == "too long":
        data["days"] = TOO_LONG_DAYS
    if flaw == "by a clerk":
        data["approver_rank"] = "clerk"
    reasoned = dice.random() >= UNREASONED
    if reasoned:
        data["reason"] = "案情复杂，需要进一步核查"
    told = draft.tell("case.extended", at, officer=draft.chief(), data=data)
    if told and not reasoned:
        draft.plant("TL-08", "yellow", at)
    if told and flaw:
        draft.plant("TL-08-CX", "yellow", at)
    if not told or flaw == "by a clerk":
        return 0
    return min(int(data["days"]), item.extension)


def extend_too_late(draft: Draft, accepted: datetime, standstills: list[Standstill]) -> None:
    """Tell an extension approved only after the statute has passed."""
    passed = clock_of(draft, accepted).day(draft, draft.item.statutory, standstills)
    at = draft.during(draft.calendar.after(passed, 1), draft.now)
    rank = "government" if "joint" in draft.item.flags else "head"
    data = {"days": 5, "approver": draft.chief(), "approver_rank": rank, "reason": "情况复杂", "doc_no": "延-1"}
    if draft.tell("case.extended", at, officer=draft.chief(), data=data) and draft.item.licensed:
        draft.plant(of_start(draft, "TL-08-GQ"), "yellow", end_of(passed))
