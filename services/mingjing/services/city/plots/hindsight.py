"""What a system wrote down so long after it happened that no way of sending explains it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft

DATED: Final = (
    *("case.applied", "case.supp_noticed", "case.accepted"),
    *("case.not_accepted", "case.decided", "case.delivered"),
)
"""What may be dated back to look as if it had been done in time."""

EXPLAINED: Final = timedelta(days=7)


def owe_writing(draft: Draft, left: Mapping[str, datetime]) -> None:
    """Say what was written down too long afterwards; `left` is when each event left, by its id.

    That is when it was written down, but for what an office entered by a clock of its own, which does not say when.
    """
    for at, event in draft.each(*DATED):
        if event["id"] not in draft.early and left[event["id"]] - at > EXPLAINED:
            draft.plant("INT-02-DQ", "yellow", at)
