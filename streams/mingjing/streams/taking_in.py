"""Intake under Faust: what was vouched for is handed over in order, and confirmed behind the agent's back.

An agent that waited for the broker after every batch would take in one batch of
one ingest partition a round trip, and there are two of those for every agency.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

import faust
from faust.types import TP, EventT, StreamT

from mingjing.streams import metrics
from mingjing.streams.batches import LOG_APPEND_TIME, Batch
from mingjing.streams.intake import Intake
from mingjing.streams.outlet import FaustOutlet
from mingjing.streams.ports import WallClock
from mingjing.streams.sounding import Place
from mingjing.streams.stage import Stage

MAX_UNCONFIRMED = 20_000
"""Records handed over and not confirmed yet; beyond it intake waits."""


class TakingIn:
    """The agent of the ingest topics; batches that are not current are left alone.

    A batch is acked once all that came of it is on the log, and not before the
    batches that came before it on its partition. What cannot be put on the log ends
    the process through `die`, with nothing acked.
    """

    def __init__(
        self,
        intake: Intake,
        outlet: FaustOutlet,
        wall_clock: WallClock,
        is_current: Callable[[Batch], bool],
        die: Callable[[Exception], None],
    ) -> None:
        self._intake = intake
        self._wall_clock = wall_clock
        self._is_current = is_current
        self._outlet = outlet
        self._die = die
        self._settled: dict[Place, int] = {}
        self._stamps: dict[Place, int] = {}
        self._last: dict[TP, asyncio.Task[None]] = {}
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
        """Take in every batch of the stream."""
        async for event in cast("faust.Stream[Any]", stream).noack().events():
            try:
                self._hand_over(event)
                while self._records > MAX_UNCONFIRMED:
                    await asyncio.wait([self._unconfirmed.popleft()])
            except Exception as exc:  # noqa: BLE001  # Faust would ack the batch
                self._die(exc)

    def _hand_over(self, event: EventT[Any]) -> None:
        records, tp = cast("Batch", event.value), event.message.tp
        if not self._is_current(records):
            return
        with self._at_sorting:
            sorted_out = self._intake.sort(records)
        arrivals = [self._outlet.put(*where, sent) for where, sent in sorted_out.items()]
        confirmed = asyncio.create_task(self._confirm(event, arrivals, self._last.get(tp)), name=f"confirm {tp}")
        self._last[tp] = confirmed
        self._unconfirmed.append(confirmed)
        self._records += len(records)
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
        records = cast("Batch", event.value)
        self._records -= len(records)
        event.ack()
        tp = event.message.tp
        self._settled[tp.topic, tp.partition] = records[-1].offset + 1
        if records[-1].timestamp_type == LOG_APPEND_TIME:
            # The record after it may have come in within the same millisecond.
            self._stamps[tp.topic, tp.partition] = records[-1].timestamp * 1000 - 1
        metrics.INTAKE_SECONDS.observe(max(0.0, self._wall_clock.now().timestamp() - records[0].timestamp / 1000))
