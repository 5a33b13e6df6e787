"""A case decided at night: by somebody who should be asleep, or by the machine that decides simple cases by itself."""

from datetime import date, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, midnight
from mingjing.services.city.plots.intake import voucher
from mingjing.services.city.plots.on_the_spot import conclude

DECIDED: Final = ("02:10:00", "05:59:59", "06:00:00", "21:59:59", "22:00:00", "23:20:00")
"""When such a case is decided: on either side of the hours in which nobody should."""

DAY_BEGINS: Final = 6
DAY_ENDS: Final = 22
BY_MACHINE: Final = 0.25


def night(draft: Draft, day: date) -> None:
    """Tell a case applied for, accepted and decided on `day` late at night or early in the morning."""
    dice = draft.dice
    hour, minute, second = map(int, dice.choice(DECIDED).split(":"))
    decided = midnight(day) + timedelta(hours=hour, minutes=minute, seconds=second)
    accepted = decided - timedelta(minutes=dice.randint(3, 30))
    applied = accepted - timedelta(minutes=dice.randint(2, 15))
    draft.tell("case.applied", applied, data={"channel": "terminal", "applicant": "赵**"})
    draft.tell("case.accepted", accepted, officer=draft.clerk(), post="窗口", data=voucher(draft, accepted))
    by_machine = dice.random() < BY_MACHINE
    conclude(draft, accepted, decided, None if by_machine else draft.chief())
    if not by_machine and not DAY_BEGINS <= hour < DAY_ENDS:
        draft.plant("INT-05-YJ", "hint", decided)
