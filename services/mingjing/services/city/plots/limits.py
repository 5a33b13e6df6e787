"""How far a case climbs the ladder of its limits, and what else rests on how long it takes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import Standstill, climbed, given_back, rungs

TACIT: Final = {"statutory": "TL-13", "pilot": "TL-13-SD"}
"""The rule of silence past the statute, by what the item says silence means."""

FROM_APPLICATION: Final = {"TL-04": "TL-04-SD", "SUS-02": "SUS-02-SD", "TL-08-GQ": "TL-08-SD"}
"""What says of items whose law counts from the application what these rules say of the others."""

REPORT_DAYS: Final = 20
"""Working days within which a lower agency sends up what it has reviewed."""


class Course(NamedTuple):
    """What has moved the clocks of a case so far, beside the waits before its acceptance."""

    standstills: list[Standstill]
    extended: int
    left_open: bool


class Clock(NamedTuple):
    """When the clocks of a case begin, and the waits for what was missing that they stood still for since."""

    begun: datetime
    waits: list[Standstill]

    def day(self, draft: Draft, nth: int, standstills: Sequence[Standstill] = ()) -> date:
        """Return the n-th day that is charged, where the clocks stood still for these too."""
        return draft.calendar.after(self.begun.date(), nth, given_back(draft.calendar, [*self.waits, *standstills]))


def clock_of(draft: Draft, accepted: datetime) -> Clock:
    """Return the clock of a case accepted, or deemed so, at `accepted`; its law may count from the application."""
    applied = draft.when("case.applied") if draft.item.from_application else None
    return Clock(accepted, []) if applied is None else Clock(applied, _waits(draft))


def of_start(draft: Draft, rule: str) -> str:
    """Return the rule that says of the case's item what `rule` says of those whose limits begin on acceptance."""
    return FROM_APPLICATION[rule] if draft.item.from_application else rule


def climb(draft: Draft, accepted: datetime | None, stop: datetime | None, course: Course | None = None) -> None:
    """Say how far a case accepted then, or never, has climbed by `stop`, and what else rests on how long it took."""
    begun = accepted or (draft.when("case.applied") if draft.item.from_application else None)
    if begun is None:
        return
    moved = course or Course([], 0, left_open=False)
    clock = clock_of(draft, begun)
    found = rungs(draft.calendar, clock.begun, draft.item, [*clock.waits, *moved.standstills], moved.extended)
    known = clock.begun if draft.item.from_application else draft.deemed_from
    ladder = [(level, max(at, known)) for level, at in found]
    returned = draft.when("case.returned") if draft.item.from_application else None
    if (reached := climbed(ladder, draft.seen(returned or stop))) is not None:
        _late(draft, *reached)
    if returned is not None:
        _late_again(draft, returned, stop)
    if accepted is not None:
        _owe_report(draft, accepted, stop)


def _late_again(draft: Draft, returned: datetime, stop: datetime | None) -> None:
    """Say how far what was applied for again after its return has climbed: it is counted from there on."""
    for at, event in draft.each("case.applied"):
        if at > returned:
            reached = climbed(rungs(draft.calendar, at, draft.item), draft.seen(stop))
            if reached is not None:
                draft.plant(of_start(draft, "TL-04"), *reached, of=event["id"])
            return


def _waits(draft: Draft) -> list[Standstill]:
    """Return how long nothing could be done before acceptance because something was missing."""
    accepted = draft.when("case.accepted") or draft.until
    received = [at for at, _ in draft.each("case.supp_received")]
    noticed = [at for at, _ in draft.each("case.supp_noticed") if at < accepted]
    ended = [min((each for each in received if each > at), default=draft.until) for at in noticed]
    return [Standstill(at.date(), end.date(), None, end) for at, end in zip(noticed, ended, strict=True)]


def _late(draft: Draft, level: str, at: datetime) -> None:
    """Say that the case reached `level` at `at`, and what silence past the statute means for its item."""
    draft.plant(of_start(draft, "TL-04"), level, at)
    if level == "red" and draft.item.tacit:
        draft.plant(TACIT[draft.item.tacit], level, at)


def _owe_report(draft: Draft, accepted: datetime, stop: datetime | None) -> None:
    """Say whether a preliminary review was reported upwards, or ended, within its days."""
    if "preliminary" in draft.item.flags:
        draft.owe("TL-07", "yellow", end_of(draft.calendar.after(accepted.date(), REPORT_DAYS)), stop)
