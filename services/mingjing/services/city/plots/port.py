"""Goods at a port: cleared within the hours that were promised, those of an inspection left out. Or not."""

from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft

HOURS: Final = (2, 6, 24, 48)
"""The hours that ports promise."""

HELD: Final = {"": 45, "once": 20, "twice": 15, "at the last": 10, "for good": 10}
"""How often, in a hundred, goods are held for an inspection how."""

CLEARED: Final = {"in time": 40, "at the last": 15, "a second late": 15, "late": 15, "never": 10, "cancelled": 5}
"""How often, in a hundred, they are cleared when."""

SECOND: Final = timedelta(seconds=1)
PASSED: Final = timedelta(microseconds=1)
"""A limit of hours has passed with the first instant after it."""


def port(draft: Draft, day: date) -> None:
    """Tell goods declared on `day`."""
    dice, hours = draft.dice, draft.dice.choice(HOURS)
    declared = draft.during(day)
    draft.tell("port.declared", declared, data={"hours": hours, "goods": dice.choice(("水果", "机械", "面料"))})
    due = _hold(draft, declared, declared + timedelta(hours=hours), draft.pick(HELD))
    when = draft.pick(CLEARED)
    since = draft.now
    if due is None:
        if when != "never":
            draft.tell("port.released", since + timedelta(hours=dice.randint(1, 200)))
        return
    seconds = int((due - since).total_seconds())
    ends: dict[str, datetime] = {
        "in time": since + timedelta(seconds=dice.randint(0, seconds)),
        "at the last": due,
        "a second late": due + SECOND,
        "late": due + timedelta(minutes=dice.randint(10, 3000)),
        "cancelled": since + timedelta(seconds=dice.randint(0, seconds)),
    }
    stop = ends.get(when)
    if stop is not None:
        draft.tell("port.cancelled" if when == "cancelled" else "port.released", stop)
    draft.owe("TL-06-KA", "warning", due + PASSED, stop)


def _hold(draft: Draft, since: datetime, due: datetime, how: str) -> datetime | None:
    """Tell that goods due at `due` are held, and let go; return when they are due then, None while they are held."""
    dice = draft.dice
    for _ in range({"": 0, "twice": 2}.get(how, 1)):
        room = int((due - since).total_seconds())
        begins = due if how == "at the last" else since + timedelta(seconds=dice.randint(1, room - 1))
        if not draft.tell("port.held", begins, data={"reason": "布控查验"}):
            break
        since = begins + timedelta(minutes=dice.randint(20, 2000))
        if how == "for good" or not draft.tell("port.unheld", since):
            return None
        due += since - begins
    return due
