"""Special procedures: the clock stands still for as long as was notified. Too long, unfounded, left open, too late."""

from datetime import datetime
from typing import Any, Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import WARNED_DAYS, Standstill, climbed
from mingjing.services.city.plots.limits import Course, climb, clock_of, of_start

SUSPENDED: Final = 0.3
"""Share of cases with a special procedure, where the item has one and the promise leaves room for it."""

OVERSTAYED: Final = 0.2
"""Share of special procedures that last longer than was notified."""

UNNOTIFIED: Final = 0.1
"""Share of special procedures of which the applicant was not told in writing."""

LEFT_OPEN: Final = 0.1
"""Share of special procedures that are still open when the case is decided."""

UNFOUNDED: Final = 0.1
"""Share of special procedures of a kind that the item does not allow."""

SHORT_DAYS: Final = 2


def suspend(draft: Draft, accepted: datetime) -> tuple[list[Standstill], bool]:
    """Tell a special procedure begun while the promise is not yet near its end, and whether nobody closes it."""
    dice, item, calendar = draft.dice, draft.item, draft.calendar
    room, clock = item.promised - 3, clock_of(draft, accepted)
    if not item.suspensions or room < 0 or dice.random() >= SUSPENDED or clock.day(draft, room) < accepted.date():
        return [], False
    notified = dice.randint(3, 15)
    begins = draft.during(max(clock.day(draft, dice.randint(0, room)), accepted.date()), accepted)
    told = dice.random() >= UNNOTIFIED
    lawful = dice.random() >= UNFOUNDED
    kind = dice.choice(item.suspensions) if lawful else "training"
    data: dict[str, Any] = {"kind": kind, "days": notified, "reason": "需要组织专门程序"}
    if told:
        data["doc_no"] = draft.document("特别程序告知")
    if draft.tell("clock.suspended", begins, officer=draft.clerk(), data=data):
        if not told:
            draft.plant("NTC-05", "yellow", begins)
        if not lawful:
            draft.plant("SUS-01", "yellow", begins)
    if dice.random() < LEFT_OPEN:
        return [Standstill(begins.date(), None, notified)], True
    lasted = notified + dice.randint(1, 4) if dice.random() < OVERSTAYED else dice.randint(1, notified)
    ends = draft.during(calendar.after(begins.date(), lasted))
    draft.tell("clock.resumed", ends, officer=draft.clerk(), data={"result": "已完成"})
    overstay(draft, draft.when("clock.suspended"), notified, ends)
    return [Standstill(begins.date(), ends.date(), notified)], False


def overstay(draft: Draft, begins: datetime | None, notified: int, stop: datetime | None) -> None:
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


def suspend_late(draft: Draft, accepted: datetime) -> tuple[list[Standstill], datetime]:
    """Tell a special procedure begun on the promise's last day; return it and when it ended."""
    last = draft.calendar.after(accepted.date(), draft.item.promised)
    begins = draft.during(last)
    days = draft.dice.randint(SHORT_DAYS + 1, 6)
    ends = _stand(draft, begins, days)
    if begins < draft.ends:
        draft.plant(
            of_start(draft, "SUS-02"), "yellow", end_of(draft.calendar.after(accepted.date(), draft.item.promised - 1))
        )
    return [Standstill(begins.date(), ends.date(), days)], ends


def suspend_often(draft: Draft, accepted: datetime, times: int) -> tuple[list[Standstill], datetime]:
    """Tell several short special procedures, one after the other; return them and when the last ended."""
    standstills, since = [], accepted
    for number in range(1, times + 1):
        begins = draft.during(draft.worked_day(since.date(), 1, 1), since)
        since = _stand(draft, begins, SHORT_DAYS)
        standstills.append(Standstill(begins.date(), since.date(), SHORT_DAYS))
        if number == OFTEN and begins < draft.ends:
            draft.plant("SUS-04", "warning", begins)
    return standstills, since


def suspend_long(draft: Draft, accepted: datetime, days: int) -> tuple[list[Standstill], datetime]:
    """Tell two special procedures that take so many working days together; return them and when the second ended."""
    standstills, since = [], accepted
    for length in (days // 2, days - days // 2):
        begins = draft.during(draft.worked_day(since.date(), 1, 1), since)
        since = _stand(draft, begins, length)
        standstills.append(Standstill(begins.date(), since.date(), length))
    if days > draft.item.statutory and since < draft.ends:
        draft.plant("SUS-04-LJ", "warning", since)
    return standstills, since


def suspend_within(draft: Draft, accepted: datetime) -> tuple[list[Standstill], datetime]:
    """Tell a special procedure begun while another is open, one end for both; return how long and until when."""
    begins = draft.during(draft.worked_day(accepted.date(), 1, 1), accepted)
    again = draft.during(draft.calendar.after(begins.date(), 1))
    ends = draft.during(draft.calendar.after(again.date(), SHORT_DAYS))
    _begin(draft, begins, 1 + SHORT_DAYS)
    if _begin(draft, again, SHORT_DAYS):
        draft.plant("SUS-06-CD", "hint", again)
    draft.tell("clock.resumed", ends, officer=draft.clerk(), data={"result": "已完成"})
    for opened, days in ((begins, 1 + SHORT_DAYS), (again, SHORT_DAYS)):
        overstay(draft, opened if opened < draft.ends else None, days, ends)
    return [Standstill(begins.date(), ends.date(), 1 + SHORT_DAYS)], ends


OFTEN: Final = 3
"""Special procedures in one case that are too many."""


def forget(draft: Draft, accepted: datetime) -> None:
    """Tell a special procedure that nobody ends, in a case that nobody decides."""
    begins = draft.during(draft.worked_day(accepted.date(), 1, 2))
    notified = draft.dice.randint(3, 10)
    told = _begin(draft, begins, notified)
    climb(draft, accepted, None, Course([Standstill(begins.date(), None, notified)] if told else [], 0, left_open=True))
    if told:
        overstay(draft, begins, notified, None)
        draft.owe("SUS-04-ZC", "warning", end_of(draft.calendar.after(begins.date(), LONGEST_DAYS)), None)


LONGEST_DAYS: Final = 45
"""Working days that the catalogue allows the longest special procedure."""


def _stand(draft: Draft, begins: datetime, days: int) -> datetime:
    """Tell a special procedure that lasts as long as was notified; return when it ended."""
    _begin(draft, begins, days)
    ends = draft.during(draft.calendar.after(begins.date(), days))
    draft.tell("clock.resumed", ends, officer=draft.clerk(), data={"result": "已完成"})
    overstay(draft, begins if begins < draft.ends else None, days, ends)
    return ends


def _begin(draft: Draft, at: datetime, days: int) -> bool:
    data = {"kind": draft.item.suspensions[0], "days": days, "doc_no": draft.document("特别程序告知")}
    return draft.tell("clock.suspended", at, officer=draft.clerk(), data=data)
