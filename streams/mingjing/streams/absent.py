"""Cases that have left and have been heard of again.

A closed case leaves a stub in memory, and in the end no more than a mark that it was
here; what it was lies in the archive, and a case that only looks as if it had been here
is not known there. An event that comes later waits here until the archive has been read, by a thread, and the
case is as it was. While the archive is away, or has not got so far as to hold all
of the case, the event goes on waiting, and `mingjing_absent_cases` says so: a case
is never judged without its past. What waits is not committed, so a worker that ends
meanwhile is given it again. Nor is anything after it: so beyond `MOST_HELD` records the
partition is paused, its lag grows where everybody sees it, and memory does not.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from aiokafka.errors import KafkaError

from mingjing.rules.cases import CaseAway
from mingjing.rules.desk_words import DESK
from mingjing.rules.events import Fact
from mingjing.rules.last_words import LastWord
from mingjing.streams import metrics
from mingjing.streams.ports import Archive, ArchiveAway

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0

MOST_HELD = 50_000
"""Records that may stay in memory behind one that waits: beyond it the partition is read no further."""

Waiting = list[tuple[Fact, int, int]]
"""Facts of one case with their offsets, and the clock of the partition when they came, in their order."""


WAITED = "waited"
"""Under which the state keeps, among the marks of a clock, up to where all was folded but what waited."""

CardsEnd = Callable[[], Awaitable[int]]
"""Says where the next card of the partition will lie."""


async def no_cards() -> int:
    """Return 0: no card was ever said."""
    return 0


class Past(NamedTuple):
    """What the archive has of a case: its facts, and the last words on its cards where nothing else knows them."""

    facts: Sequence[Fact]
    said: Sequence[LastWord]


def came_at(fact: Fact, now: int, *, stamped: bool) -> int:
    """Return where the clock stood when a fact came that is judged only now; `now` is where it stood at the latest.

    A clock that follows soundings is never beyond what lies on the log unfolded, so it was not beyond a fact that was
    `stamped` on its way there. But a clock restored after a crash is beyond what had been waiting.
    """
    return min(now, fact.stamp) if stamped and fact.source != DESK else now


def marked(marks: Mapping[str, int], end: int, folded: int) -> dict[str, int]:
    """Return the marks of a clock with that of what waits, where not all is done that was `folded`, but up to `end`."""
    return {**marks, WAITED: folded} if end < folded else dict(marks)


class Absent:
    """The absent cases of a partition that something waits for.

    `back` is called on the event loop with a case, its past and what has waited for it.
    What was said before `cards_end` must be in the ledger. What fails other than by ArchiveAway goes to `die`.
    """

    def __init__(
        self,
        partition: int,
        archive: Archive | None,
        back: Callable[[str, Past, Waiting], None],
        die: Callable[[Exception], None],
        cards_end: CardsEnd,
    ) -> None:
        self._partition = partition
        self._archive = archive
        self._cards_end = cards_end
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

    def joins(self, case_key: str, fact: Fact, offset: int, now: int) -> bool:
        """Let a fact that comes at an instant wait if its case is waited for already; return whether it does."""
        waiting = self._waiting.get(case_key)
        if waiting is None:
            return False
        waiting.append((fact, offset, now))
        return True

    def park(self, fact: Fact, offset: int, now: int, away: CaseAway) -> None:
        """Let a fact that comes at an instant wait for the case that is away, and begin to read it."""
        case_key = away.case_key
        self._waiting[case_key] = [(fact, offset, now)]
        self._readings[case_key] = asyncio.create_task(self._read(away), name=f"recall {case_key}")

    def close(self) -> None:
        """Stop reading: what waits is the next owner's."""
        for reading in self._readings.values():
            reading.cancel()
        self._readings.clear()
        self._waiting.clear()

    async def _read(self, away: CaseAway) -> None:
        pause, case_key = FIRST_PAUSE_S, away.case_key
        try:
            while (past := await self._past_of(away)) is None:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            del self._readings[case_key]
            self._back(case_key, past, self._waiting.pop(case_key))
            if past.facts or not away.gone:
                metrics.CASES_RECALLED.inc()
            else:
                metrics.CASES_MISTAKEN.inc()
        except Exception as exc:  # noqa: BLE001  # the case would wait for ever
            self._die(exc)

    async def _past_of(self, away: CaseAway) -> Past | None:
        case_key, archive = away.case_key, self._archive
        if archive is None:
            log.error("case %s has left and this worker has no archive to read it from; its events wait", case_key)
            return None
        try:
            facts = await asyncio.to_thread(archive.facts_of, self._partition, case_key, away.last_offset)
            if facts is None or not (facts and away.gone):
                return None if facts is None else Past(facts, ())
            asked = (self._partition, case_key, away.last_offset, await self._cards_end())
            said = await asyncio.to_thread(archive.cards_of, *asked)
        except (ArchiveAway, KafkaError) as exc:
            log.warning("case %s waits for the archive: %s", case_key, exc)
            return None
        return None if said is None else Past(facts, said)
