"""How far a case climbs the ladder of its limits, and what else rests on how long it takes."""

from datetime import datetime
from typing import Final, NamedTuple

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import Standstill, climbed, rungs

TACIT: Final = {"statutory": "TL-13", "pilot": "TL-13-SD"}
"""The rule of silence past the statute, by what the item says silence means."""

REPORT_DAYS: Final = 20
"""Working days within which a lower agency sends up what it has reviewed."""


class Course(NamedTuple):
    """What has moved the clocks of a case so far."""

    standstills: list[Standstill]
    extended: int
    left_open: bool


def climb(draft: Draft, begun: datetime, stop: datetime | None, course: Course | None = None) -> None:
    """Say how far a case begun at `begun` has climbed, and what else rests on how long it took."""
    moved = course or Course([], 0, left_open=False)
    found = rungs(draft.calendar, begun, draft.item, moved.standstills, moved.extended)
    ladder = [(level, max(at, draft.deemed_from)) for level, at in found]
    if (reached := climbed(ladder, draft.seen(stop))) is not None:
        _late(draft, *reached)
    _owe_report(draft, begun, stop)


def _late(draft: Draft, level: str, at: datetime) -> None:
    """Say that the case reached `level` at `at`, and what silence past the statute means for its item."""
    draft.plant("TL-04", level, at)
    if level == "red" and draft.item.tacit:
        draft.plant(TACIT[draft.item.tacit], level, at)


def _owe_report(draft: Draft, accepted: datetime, stop: datetime | None) -> None:
    """Say whether a preliminary review was reported upwards, or ended, within its days."""
    if "preliminary" in draft.item.flags:
        draft.owe("TL-07", "yellow", end_of(draft.calendar.after(accepted.date(), REPORT_DAYS)), stop)
