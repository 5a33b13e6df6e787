"""Cases that have left and have been heard of again.

A closed case leaves a stub in memory; what it was lies in the archive. An event
that comes later waits here until the archive has been read, by a thread, and the
case is as it was. While the archive is away, or has not got so far as to hold all
of the case, the event goes on waiting, and `mingjing_absent_cases` says so: a case
is never judged without its past. What waits is not committed, so a worker that ends
meanwhile is given it again. Nor is anything after it: so beyond `MOST_HELD` records the
partition is paused, its lag grows where everybody sees it, and memory does not.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from mingjing.rules.events import Fact
from mingjing.streams import metrics
from mingjing.streams.ports import Archive, ArchiveAway

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0

MOST_HELD = 50_000
"""Records that may stay in memory behind one that waits: beyond it the partition is read no further."""

Waiting = list[tuple[Fact, int]]
"""Facts of one case with their offsets, in the order in which they came."""


class Absent:
    """The absent cases of a partition that something waits for.

    `back` is called on the event loop with a case, its archived facts and what has
    waited for it. What fails other than by ArchiveAway goes to `die`.
    """

    def __init__(
        self,
        partition: int,
        archive: Archive | None,
        back: Callable[[str, Sequence[Fact], Waiting], None],
        die: Callable[[Exception], None],
    ) -> None:
        self._partition = partition
        self._archive = archive
        self._back = back
        self._die = die
        self._waiting: dict[str, Waiting] = {}
        self._readings: dict[str, asyncio.Task[None]] = {}

    @property
    def first(self) -> int | None:
        """The lowest offset that waits; None if nothing does."""
        return min((waiting[0][1] for waiting in self._waiting.values()), default=None)

    def holds_enough(self, end: int) -> bool:
        """Whether from the first that waits up to `end`, the last folded, is as much as may stay unacked."""
        first = self.first
        return first is not None and end - first >= MOST_HELD

    def __len__(self) -> int:
        return len(self._waiting)

    def joins(self, case_key: str, fact: Fact, offset: int) -> bool:
        """Let a fact wait if its case is waited for already; return whether it does."""
        waiting = self._waiting.get(case_key)
        if waiting is None:
            return False
        waiting.append((fact, offset))
        return True

    def park(self, case_key: str, fact: Fact, offset: int, last_offset: int) -> None:
        """Let a fact wait for a case that is archived up to `last_offset`, and begin to read it."""
        self._waiting[case_key] = [(fact, offset)]
        self._readings[case_key] = asyncio.create_task(self._read(case_key, last_offset), name=f"recall {case_key}")

    def close(self) -> None:
        """Stop reading: what waits is the next owner's."""
        for reading in self._readings.values():
            reading.cancel()
        self._readings.clear()
        self._waiting.clear()

    async def _read(self, case_key: str, last_offset: int) -> None:
        pause = FIRST_PAUSE_S
        try:
            while (facts := await self._facts_of(case_key, last_offset)) is None:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            del self._readings[case_key]
            self._back(case_key, facts, self._waiting.pop(case_key))
            metrics.CASES_RECALLED.inc()
        except Exception as exc:  # noqa: BLE001  # the case would wait for ever
            self._die(exc)

    async def _facts_of(self, case_key: str, last_offset: int) -> Sequence[Fact] | None:
        if self._archive is None:
            log.error("case %s has left and this worker has no archive to read it from; its events wait", case_key)
            return None
        try:
            return await asyncio.to_thread(self._archive.facts_of, self._partition, case_key, last_offset)
        except ArchiveAway as exc:
            log.warning("case %s waits for the archive: %s", case_key, exc)
            return None
