"""Whether what is told can be true: who held a post that day, what was known before it happened. A judge a rule."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.readings import all_of
from mingjing.services.city.oracle.terms import Found, Trial

FAST_S: Final = 300
"""By how many seconds a clock may be fast."""

ALWAYS: Final = (date.min, date.max)
HELD: Final = {
    "SCJG-SP-SC": {"h-scjg-001": ALWAYS, "h-scjg-002": ALWAYS, "h-scjg-007": (date(2026, 3, 2), date(2026, 3, 6))},
    "SCJG-SP-JD": {"h-scjg-003": ALWAYS},
    "SCJG-ZX-01": {"h-scjg-021": (date(2026, 8, 3), date(2026, 8, 28))},
}
"""Who holds which registered post, from the first day to the last."""


def told_before_its_time(trial: Trial) -> Iterator[Found]:
    """INT-02: nothing is known more than five minutes before it happens."""
    for each in all_of(trial.case, ("case.applied", "case.accepted", "case.decided", "case.delivered")):
        if (each.at - each.arrived).total_seconds() > FAST_S:
            yield Found("yellow", each.at)


def at_a_post_of_his_own(trial: Trial) -> Iterator[Found]:
    """PER-03: where a post has holders that day, one of them does its work."""
    for each in all_of(trial.case, ("step.completed", "case.decided")):
        holders = _holders(each)
        if holders and each.says("officer") not in {None, *holders}:
            yield Found("yellow", each.at)


def _holders(each: Happening) -> set[str]:
    day, held = each.at.astimezone(ZONE).date(), HELD.get(str(each.says("post")), {})
    return {officer for officer, (first, last) in held.items() if first <= day <= last}
