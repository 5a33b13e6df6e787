"""Supervision under Faust: partitions come and go, and each has an owner while it is here.

Recovery makes the owners, an agent gives them batches, a loop tells them the
time, revocation drops them. Whatever fails here ends the process before
anything is acked: an agent that raises would have Faust ack the batch.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, cast

import faust
from aiokafka.errors import KafkaError
from faust.types import TP, EventT, StreamT

from mingjing.rules.rulebook import Rulebook
from mingjing.streams import metrics
from mingjing.streams.absent import WAITED
from mingjing.streams.back_pressure import BackPressure
from mingjing.streams.batch_consumer import BatchApp, BatchConsumer
from mingjing.streams.batches import Batch, BatchSchema, demand_unbroken
from mingjing.streams.clock import EventTimeClock, LiveClock
from mingjing.streams.dockets import Docket
from mingjing.streams.ending import die, unless
from mingjing.streams.leaving import let_go
from mingjing.streams.log_ends import FaustLogEnds
from mingjing.streams.looking_back import LookingBack
from mingjing.streams.membership import Membership
from mingjing.streams.outlet import FaustOutlet
from mingjing.streams.owner import Owner
from mingjing.streams.ports import Archive, JudgeFactory, WallClock
from mingjing.streams.sounding import Place, Progress
from mingjing.streams.state import Ring, recover
from mingjing.streams.state_table import StateTable
from mingjing.streams.time_of_day import TimeOfDay
from mingjing.streams.timers import Timers
from mingjing.streams.topics import CARDS
from mingjing.streams.turns import FEWEST, Turns
from mingjing.streams.watching import measure, name_silent, show_progress

log = logging.getLogger(__name__)

TICK_S = 0.2
"""How often timers look at the time of day: a fifth of the second a deadline may be late."""
MEASURE_EVERY = 5
SHOW_EVERY = 5 * 5
REMIND_EVERY = 60 * 5


def _not_yet() -> None:
    """Ack nothing: more of the batch is to come."""


class Supervision:
    """The owners of the partitions of one docket that this worker has, wired into a Faust app.

    Timers fire by `time_of_day`; `wall_clock` only measures. `feeds` returns those whose watermarks the
    clock of a partition follows; None = it is live.
    `sounds` returns the places before the docket's log: no timer fires before what lay on them
    is on it, and `progress` says how far that is so. With an `archive` of the docket's log, cases that
    wait for nothing and have been quiet for long leave memory, their stubs `stub_days` after the last
    event, and what the log lacks is no loss.
    """

    def __init__(
        self,
        app: BatchApp,
        docket: Docket,
        partitions: int,
        make_judge: JudgeFactory,
        wall_clock: WallClock,
        time_of_day: TimeOfDay,
        outlet: FaustOutlet,
        *,
        feeds: Callable[[int], Sequence[str]] | None,
        sounds: Callable[[], Collection[Place]],
        progress: Progress,
        archive: Archive | None = None,
        stub_days: int = 90,
    ) -> None:
        self._app = app
        self._stub_days = stub_days
        self._docket = docket
        self._partition_count = partitions
        self._sounds = sounds
        self._make_judge = make_judge
        self._archive = archive
        self._wall_clock = wall_clock
        self._feeds = feeds
        self._outlet = outlet
        self._ends = FaustLogEnds(app)
        self._looking_back = LookingBack(docket, self._ends, archive)
        self._timers = Timers(docket.log, time_of_day, self._ends, progress)
        self._owners: dict[int, Owner] = {}
        self._back_pressure = BackPressure(app, docket.log)
        self._turns = Turns()
        self._assigned_at = time.monotonic()
        self._membership = Membership(time.monotonic(), die)
        self._turn = 0  # counts rebalances
        self.ready = False
        self._table = StateTable(app, docket.state, partitions)
        app.tables.add(self._table)
        self._table.on_recover(self._recovered)
        app.ends[docket.log] = self._next_of
        app.on_partitions_revoked.connect(self._revoked)  # type: ignore[arg-type]  # a bound method will do
        app.on_partitions_assigned.connect(self._assigned)  # type: ignore[arg-type]  # a bound method will do
        app.agent(app.topic(docket.log, schema=BatchSchema()), name=f"supervise {docket.log}")(self._supervise)
        app.task(self._keep_time)

    def adopt(self, rulebook: Rulebook) -> None:
        """Have every owner judge by another rulebook from now on; those to come are made to."""
        for owner in self._owners.values():
            owner.adopt(rulebook)

    def settled(self, place: Place) -> int:
        """Return the offset up to which (exclusive) a place of the docket's log has been judged, said and saved."""
        topic, partition = place
        owner = self._owners.get(partition) if topic == self._docket.log else None
        return owner.durable if owner is not None else 0

    async def _supervise(self, stream: StreamT[Any]) -> None:
        async for event in cast("faust.Stream[Any]", stream).noack().events():
            try:
                await self._fold(event)
            except Exception as exc:  # noqa: BLE001  # Faust would ack the batch
                die(exc)

    async def _fold(self, event: EventT[Any]) -> None:
        owner = self._owners.get(event.message.partition)
        if owner is None:
            # Delivered before a revocation: its next owner will be given it again.
            return
        records = cast("Batch", event.value)
        if not self._app.is_current(records):
            return
        demand_unbroken(event.message.tp, records, owner.end if owner.end >= 0 else None)
        first = 0
        while some := records[first : first + self._turns.records]:
            if first:
                await asyncio.sleep(0)
                if self._owners.get(owner.partition) is not owner:
                    return
            weighed = len(some) >= FEWEST  # fewer make no turn, and asking for the CPU's time takes some of it
            began = time.thread_time() if weighed else 0.0
            owner.fold(some, event.ack if some[-1] is records[-1] else _not_yet)
            owner.settle()
            if weighed:
                self._turns.took(len(some), time.thread_time() - began)
            first += len(some)
        metrics.FOLD_SECONDS.observe(max(0.0, self._wall_clock.now().timestamp() - records[0].timestamp / 1000))
        if owner.overfull:
            await asyncio.wait([owner.settle()])

    async def _assigned(self, _app: faust.App, _assigned: set[TP], **_: Any) -> None:
        self._assigned_at = time.monotonic()
        self._membership.join()

    async def _revoked(self, _app: faust.App, revoked: set[TP], **_: Any) -> None:
        self._turn += 1
        self._membership.leave(time.monotonic())
        self._drop_owners()
        # Faust would go on reading a changelog where it stopped, trusting a store
        # that we have just dropped.
        self._table.forget()
        for tp in revoked:
            if tp.topic == self._docket.state:
                self._app.tables.recovery.revoke(tp)  # type: ignore[attr-defined]  # absent from faust's interface

    async def _recovered(self) -> None:
        turn = self._turn
        try:
            partitions = self._partitions()
            whole = await self._table.is_whole(partitions, self._ends)
            if self._turn != turn:
                return  # a rebalance has begun: another recovery follows
            if not whole:
                self._recover_again()
                return
            cases = sum(self._own(partition) for partition in partitions)
            await self._looking_back.tell(self._owners)
        except KafkaError as exc:
            log.warning("recovery of %s begins anew: %r", self._docket.log, exc)
            self._recover_again()
            return
        except Exception as exc:  # noqa: BLE001  # Faust would swallow it and go on without owners
            die(exc)
            return
        if self._turn != turn:
            return
        seconds = time.monotonic() - self._assigned_at
        metrics.RECOVERY_SECONDS.set(seconds)
        metrics.RECOVERED_CASES.set(cases)
        self.ready = True
        log.info(
            "recovered %d cases of %d partitions of %s in %.2f s", cases, len(self._owners), self._docket.log, seconds
        )

    def _recover_again(self) -> None:
        """Have the group rebalance, unless it does or is about to: the recovery that follows reads all of the state."""
        self._drop_owners()
        if self._membership.is_assigned and not self._app.tables.recovery.signal_recovery_start.is_set():  # type: ignore[attr-defined]  # absent from faust's interface
            cast("BatchConsumer", self._app.consumer).begin_again()

    def _drop_owners(self) -> None:
        self.ready = False
        for owner in self._owners.values():
            owner.close()
        self._owners.clear()
        self._back_pressure.forget()

    def _partitions(self) -> list[int]:
        return sorted(tp.partition for tp in self._app.consumer.assignment() if tp.topic == self._docket.log)

    def _own(self, partition: int) -> int:
        """Make the owner of a partition out of what recovery read; return how many cases it has."""
        if partition in self._owners:
            return 0
        recovered = recover(self._table.take(partition), self._docket.form)
        if recovered.foreign:
            log.warning("%s partition %d: its state is of another form; it is begun anew", self._docket.log, partition)
        judge = self._make_judge(now=recovered.now)
        judge.restore_all(recovered.cases, recovered.changes)
        generation = max(self._app.consumer_generation_id, recovered.generation + 1)
        self._owners[partition] = Owner(
            partition,
            judge,
            LiveClock() if self._feeds is None else EventTimeClock(self._feeds(partition), recovered.marks),
            Ring(recovered, generation),
            self._outlet,
            docket=self._docket,
            partitions=self._partition_count,
            end=recovered.end,
            die=unless(lambda: self._app.should_stop),
            archive=self._archive,
            cards_end=partial(self._cards_end, partition),
            waited_to=recovered.marks.get(WAITED, -1),
        )
        log.info(
            "%s partition %d: %d cases, folded to offset %d, generation %d",
            self._docket.log,
            partition,
            len(recovered.cases),
            recovered.end,
            generation,
        )
        return len(recovered.cases)

    async def _cards_end(self, partition: int) -> int:
        place = (CARDS, partition)
        return (await self._ends.highwaters([place]))[place]

    def _next_of(self, partition: int) -> int | None:
        owner = self._owners.get(partition)
        return owner.end + 1 if owner is not None else None

    async def _keep_time(self) -> None:
        turn = 0
        while not self._app.should_stop:
            await self._app.sleep(TICK_S)
            turn += 1
            try:
                self._membership.demand_answer(time.monotonic())
                self._back_pressure.apply(self._owners)
                await self._timers.fire(self._owners, self._sounds())
                if turn % MEASURE_EVERY == 0:
                    measure(self._docket.log, self._owners, self._app.consumer.highwater)
                if turn % SHOW_EVERY == 0:
                    show_progress(self._docket.log, self._owners)
                if turn % REMIND_EVERY == 0:
                    name_silent(self._docket.log, self._owners)
                if self._archive is not None:
                    let_go([owner.leaving for owner in self._owners.values()], turn, self._stub_days)
            except KafkaError as exc:
                log.warning("timers wait for the broker: %r", exc)
            except Exception as exc:  # noqa: BLE001  # timers that stop silently would be deadlines missed
                if self._app.rebalancing:
                    log.warning("timers wait for the rebalance to end: %r", exc)
                else:
                    die(exc)
