"""Until when has everything that came in become an event of a case?

A deadline may fire only if no event of before it is still on its way: waiting on an
ingest topic after a standstill, say, while another topic's was read first. A
sounding reads the ends of all topics on the way, waits until they have been passed,
and then vouches for the instant at which they were read. Under steady load that is
a fraction of a second ago. During a backlog it vouches for what it can: up to the
stamp that the slowest partition has come to, for a partition's stamps only rise.

Every worker sounds the whole installation: what lies before another worker of the
group may be of a case that this one judges.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

Place = tuple[str, int]
"""A topic and a partition."""


class LogEnds(Protocol):
    """Where the partitions of a log begin and end; offsets are those of the next record."""

    async def highwaters(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """Return the offset that the next record of each partition will have."""
        ...

    async def earliest(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """Return the offset of the first record that each partition still has."""
        ...


class Progress(Protocol):
    """How far a log has been worked off."""

    async def settled(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """Return the offset up to which (exclusive) each place has been worked off, whoever does it."""
        ...

    def stamps(self, places: Collection[Place]) -> list[int | None]:
        """Return, by place, an instant before which all that came in is worked off; None where that is not known."""
        ...


class Sounding:
    """One sounding after another."""

    def __init__(self, ends: LogEnds, progress: Progress) -> None:
        self._ends = ends
        self._progress = progress
        self._read_at = 0
        self._waiting: dict[Place, int] | None = None

    async def vouched(self, wall: int, places: Iterable[Place]) -> int | None:
        """Return an instant before which nothing is on its way any more; None if none is known yet.

        `wall` must have been read before the call.
        """
        if self._waiting is None:
            self._read_at = wall
            self._waiting = dict(await self._ends.highwaters(places))
        settled = await self._progress.settled(self._waiting)
        behind = {place: end for place, end in self._waiting.items() if settled[place] < end}
        if behind:
            # What retention has deleted will never be worked off.
            first = await self._ends.earliest(behind)
            behind = {place: end for place, end in behind.items() if first[place] < end}
        if not behind:
            self._waiting = None
            return self._read_at
        self._waiting = behind
        stamps = self._progress.stamps(behind)
        known = [stamp for stamp in stamps if stamp is not None]
        return min(self._read_at, *known) if len(known) == len(stamps) else None
