"""Intake under Faust: what was vouched for is handed over in order, and confirmed behind the agent's back.

An agent that waited for the broker after every bundle would take in one a round
trip. And one that took every batch by itself would be at it for every event, where
hundreds of agencies, with two ingest partitions each, send one now and then: what a
fetch brought of all of them is sorted, handed over and confirmed together.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, cast

import faust
from faust.types import EventT, StreamT

from mingjing.streams import metrics
from mingjing.streams.batches import LOG_APPEND_TIME, Bundle
from mingjing.streams.intake import Intake
from mingjing.streams.outlet import FaustOutlet
from mingjing.streams.ports import WallClock
from mingjing.streams.sounding import Place
from mingjing.streams.stage import Stage

MAX_UNCONFIRMED = 20_000
"""Records handed over and not confirmed yet; beyond it intake waits."""


class TakingIn:
    """The agent of the ingest topics; bundles that are not current are left alone.

    A bundle is acked once all that came of it is on the log, and not before the
    bundles that came before it. What cannot be put on the log ends the process
    through `die`, with nothing acked.
    """

    def __init__(
        self,
        intake: Intake,
        outlet: FaustOutlet,
        wall_clock: WallClock,
        is_current: Callable[[Bundle], bool],
        die: Callable[[Exception], None],
    ) -> None:
        self._intake = intake
        self._wall_clock = wall_clock
        self._is_current = is_current
        self._outlet = outlet
        self._die = die
        self._settled: dict[Place, int] = {}
        self._stamps: dict[Place, int] = {}
        self._last: asyncio.Task[None] | None = None
        self._unconfirmed: deque[asyncio.Task[None]] = deque()
        self._records = 0
        self._at_sorting = Stage("ingest", "take in")

    def settled(self, place: Place) -> int:
        """Return the offset up to which (exclusive) all that came in at a place is on case-events, as far as known."""
        return self._settled.get(place, 0)

    def stamp(self, place: Place) -> int | None:
        """Return an instant (microseconds) before which all that came in at a place is on case-events, if known."""
        return self._stamps.get(place)

    async def take_in(self, stream: StreamT[Any]) -> None:
        """Take in every bundle of the stream."""
        async for event in cast("faust.Stream[Any]", stream).noack().events():
            try:
                self._hand_over(event)
                while self._records > MAX_UNCONFIRMED:
                    await asyncio.wait([self._unconfirmed.popleft()])
            except Exception as exc:  # noqa: BLE001  # Faust would ack the batch
                self._die(exc)

    def _hand_over(self, event: EventT[Any]) -> None:
        bundle = cast("Bundle", event.value)
        if not self._is_current(bundle):
            return
        with self._at_sorting:
            sorted_out = self._intake.sort(chain.from_iterable(bundle.batches))
        arrivals = [self._outlet.put(*where, sent) for where, sent in sorted_out.items()]
        self._last = asyncio.create_task(self._confirm(event, arrivals, self._last), name="confirm intake")
        self._unconfirmed.append(self._last)
        self._records += sum(map(len, bundle.batches))
        while self._unconfirmed[0].done():
            self._unconfirmed.popleft()

    async def _confirm(
        self, event: EventT[Any], arrivals: Sequence[asyncio.Future[None]], before: asyncio.Task[None] | None
    ) -> None:
        try:
            if before is not None:
                await before
            for arrival in arrivals:
                await arrival
        except Exception as exc:  # noqa: BLE001  # not on the log: only a new process is in step with it again
            self._die(exc)
            return
        event.ack()
        now = self._wall_clock.now().timestamp()
        for records in cast("Bundle", event.value).batches:
            last = records[-1]
            self._records -= len(records)
            self._settled[last.topic, last.partition] = last.offset + 1
            if last.timestamp_type == LOG_APPEND_TIME:
                # The record after it may have come in within the same millisecond.
                self._stamps[last.topic, last.partition] = last.timestamp * 1000 - 1
            metrics.INTAKE_SECONDS.observe(max(0.0, now - records[0].timestamp / 1000))
