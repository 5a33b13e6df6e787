"""What new owners are told of the past before they go on.

Where the state of a partition ends before what was committed, the rest is folded anew.
Where the log does not reach back that far any more, what it lacks is read from the
archive first: it holds every record of the log for ever, at its offset. And when a card was issued
is no finding but a fact of its own: the ledger knows it, and it is said again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from mingjing.streams.anew import demand_past, never_archived
from mingjing.streams.dockets import Docket
from mingjing.streams.log_ends import FaustLogEnds
from mingjing.streams.owner import Owner
from mingjing.streams.ports import Archive, ArchiveAway
from mingjing.streams.topics import CARDS

log = logging.getLogger(__name__)

T = TypeVar("T")

AT_ONCE = 20_000
"""Offsets that are read from the archive at once."""

PAUSE_S = 1.0
"""Seconds from one question to the archive to the next, while it is away or behind."""


class LookingBack:
    """Looks back for the owners of a docket. Without an archive, what the log lacks is gone."""

    def __init__(self, docket: Docket, ends: FaustLogEnds, archive: Archive | None) -> None:
        self._docket = docket
        self._ends = ends
        self._archive = archive

    async def tell(self, owners: Mapping[int, Owner]) -> None:
        """Have those fold anew whose state does not reach what has been committed.

        Returns early where `owners` does not hold one of them any more. Waits for the
        archive; raises PastGone where the log has been cut and the archive has not what
        was cut off.
        """
        log_ = self._docket.log
        nexts = {(log_, partition): owner.end + 1 for partition, owner in owners.items()}
        earliest = await self._ends.earliest(nexts)
        if self._archive is None:
            demand_past(nexts, earliest)
        for place, committed in (await self._ends.committed(nexts)).items():
            partition = place[1]
            owner = owners.get(partition)
            until = max(committed, earliest[place])
            if owner is None or owner.end + 1 >= until:
                continue
            log.warning("%s partition %d: offsets %d to %d are folded anew", log_, partition, owner.end + 1, until)
            goes_on = partial(_is_owner, owner, owners)
            owner.repeat(until, await self._issues(partition, goes_on))
            await self._fold_archived(owner, earliest[place], goes_on)

    async def _issues(self, partition: int, goes_on: Callable[[], bool]) -> Mapping[str, int]:
        archive = self._archive
        if archive is None or not self._docket.draws:
            return {}
        ((_, end),) = (await self._ends.highwaters([(CARDS, partition)])).items()
        return await self._asked(partial(archive.issues, partition, end), goes_on) or {}

    async def _fold_archived(self, owner: Owner, until: int, goes_on: Callable[[], bool]) -> None:
        """Have `owner` fold what the log lacks before `until`."""
        archive = self._archive
        begins = owner.end + 1
        while archive is not None and owner.end + 1 < until and goes_on():
            first, last = owner.end + 1, min(owner.end + 1 + AT_ONCE, until)
            records = await self._asked(partial(archive.past, owner.partition, first, last), goes_on)
            if records is None:
                return
            if first == begins and not await self._asked(
                partial(archive.reaches_back, owner.partition, first), goes_on
            ):
                raise never_archived((self._docket.log, owner.partition), first)
            owner.fold(records, _nobody_waits)
            owner.end = last - 1
            await asyncio.wait([owner.settle()])

    async def _asked(self, question: Callable[[], T | None], goes_on: Callable[[], bool]) -> T | None:
        """Ask in a thread until there is an answer; None where it does not go on meanwhile."""
        while goes_on():
            try:
                answer = await asyncio.to_thread(question)
            except ArchiveAway as exc:
                log.warning("folding %s anew waits for the archive: %s", self._docket.log, exc)
                answer = None
            if answer is not None:
                return answer
            await asyncio.sleep(PAUSE_S)
        return None


def _is_owner(owner: Owner, owners: Mapping[int, Owner]) -> bool:
    return owners.get(owner.partition) is owner


def _nobody_waits() -> None:
    """Ack nothing: what comes from the archive was committed long ago."""
