"""Until when has everything that came in become an event of a case?

The time of day may fire a deadline only if no event of before it is still on its
way: waiting on an ingest topic after a standstill, say. A sounding reads the ends
of the ingest topics, waits until intake has passed them, and then vouches for the
instant at which they were read. Under steady load that is a fraction of a second
ago; after a standstill it is never, until the backlog is worked off.

A worker sounds the ingest partitions that it has; the others of its group drain
theirs at the same time.
"""

from collections.abc import Callable, Iterable, Mapping
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


class Sounding:
    """One sounding after another; `settled` gives the offset up to which a place has been worked off."""

    def __init__(self, ends: LogEnds, settled: Callable[[Place], int]) -> None:
        self._ends = ends
        self._settled = settled
        self._read_at = 0
        self._waiting: dict[Place, int] | None = None

    async def vouched(self, wall: int, places: Iterable[Place]) -> int | None:
        """Return an instant before which nothing is on its way any more; None if that is not known yet.

        `wall` must have been read before the call. `places` are those to sound;
        one that is no longer among them is not waited for.
        """
        here = list(places)
        if self._waiting is None:
            self._read_at = wall
            self._waiting = dict(await self._ends.highwaters(here)) if here else {}
        behind = {place: end for place, end in self._waiting.items() if place in here and self._settled(place) < end}
        if behind:
            # What retention has deleted will never be worked off.
            first = await self._ends.earliest(behind)
            behind = {place: end for place, end in behind.items() if first[place] < end}
        if behind:
            return None
        self._waiting = None
        return self._read_at
