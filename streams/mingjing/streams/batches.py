"""One Faust event for each fetched batch of a partition, instead of one for each record.

Stock Faust pays about 90 µs of asyncio for every record. Here an agent is given
a list of records of one partition, in offset order, and everything else stays
Faust's: rebalance, flow control, commit, tables, supervision.

The contract for an agent on a batch topic: `event.value` is a non-empty list of
aiokafka records; `event.message.offset` is the offset of the last; acking the
event acks all of them, and nothing of it is committed before that. A changelog
topic may be a batch topic as well: recovery then reads lists, too.

This leans on what is private in faust-streaming 0.15.3 and aiokafka 0.14.0:

- `Consumer.getmany` is the only source of messages, and calls `_wait_next_records`,
  whose stock form sleeps a second while back-pressure pauses every partition, and
  fetches while the partitions it names still change;
- `Consumer._new_consumer_thread` and its `_create_worker_consumer` make the aiokafka
  consumer, which reads `_fetch_max_wait_ms` when it starts;
- `Consumer.on_buffer_full` alone takes a partition out of what is fetched;
- `Consumer._new_offset(tp)` alone decides what is committed, out of `_acked` and
  `_acked_index`, and stock code expects consecutive offsets there;
- `Consumer._add_gap` fills in offsets that were never delivered;
- `Consumer._committed_offset` holds what is committed, None where nothing is;
- `Consumer.perform_seek` and `on_partitions_revoked` forget what was delivered; the
  former ends every recovery, and stock code fetches before it has;
- `App._new_transport` builds the transport whose class names its consumer.

`tests/streams/test_batches.py` fails when any of these moves.
"""

import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from typing import Any, Protocol, cast

import faust
from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, AppT, CodecArg, ConsumerMessage, Message

MAX_BATCH = 1000
"""Records given to an agent at once: long enough to spread the cost, short enough to be fair to other partitions."""


PACE_S = 0.005
"""Seconds from one fetch to the next: the broker looks at every partition for each, and what comes meanwhile comes
together."""

LONGEST_POLL_MS = 50
"""How long a fetch may stand at the broker. While records wait to be taken, aiokafka fetches without their partitions;
at the 1500 ms that Faust asks for, those would then be left alone for as long."""

LOG_APPEND_TIME = 1


class Record(Protocol):
    """What is read of an aiokafka record; `timestamp` is milliseconds since the epoch.

    `timestamp_type` is `LOG_APPEND_TIME` where the broker set the timestamp.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None


class LogBroken(RuntimeError):
    """Records were passed over between two batches; going on would lose them. Read again from what is committed."""


def demand_unbroken(tp: TP, records: Sequence[Record], end: int | None) -> None:
    """Raise LogBroken if `records` do not go on after `end`, the last offset taken; None = anywhere will do."""
    if end is not None and records[0].offset > end + 1:
        raise LogBroken(f"{tp.topic}/{tp.partition}: offset {end + 1} was to come, {records[0].offset} came")


class BatchSchema(faust.Schema[Any, Any]):
    """Hands the list of records to the agent as it is; decoding is the agent's."""

    def loads_key(
        self,
        app: AppT,  # noqa: ARG002  # faust's signature
        message: Message,
        *,
        loads: Callable[..., Any] | None = None,  # noqa: ARG002  # faust's signature
        serializer: CodecArg = None,  # noqa: ARG002  # faust's signature
    ) -> Any:
        """Return the message's key, which a batch does not have."""
        return message.key

    def loads_value(
        self,
        app: AppT,  # noqa: ARG002  # faust's signature
        message: Message,
        *,
        loads: Callable[..., Any] | None = None,  # noqa: ARG002  # faust's signature
        serializer: CodecArg = None,  # noqa: ARG002  # faust's signature
    ) -> Any:
        """Return the list of records."""
        return message.value


class _Thread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = LONGEST_POLL_MS  # noqa: SLF001  # Faust has no setting for it
        return consumer

    async def committed_by_group(self, tps: Collection[TP]) -> dict[TP, int]:
        coordinator = self._ensure_consumer()._coordinator  # noqa: SLF001  # its public form asks for one at a time
        found = await coordinator.fetch_committed_offsets([TopicPartition(tp.topic, tp.partition) for tp in tps])
        return {TP(tp.topic, tp.partition): max(0, at.offset) for tp, at in found.items()}


class BatchConsumer(driver.Consumer):
    """A Faust consumer that yields batches for `app.batch_topics`, and single messages for the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._topics = cast("BatchApp", self.app).batch_topics
        self._changelogs = cast("BatchApp", self.app).changelog_topics
        # Last offsets of the batches delivered and not yet committed, oldest first.
        self._delivered: defaultdict[TP, deque[int]] = defaultdict(deque)
        # Until recovery has sought the committed offsets, only changelogs are read:
        # what is fetched across a seek is delivered in part, or out of place.
        self._sought = False
        self._fetched_at = 0.0

    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109  # faust's signature
        """Yield what one fetch brought, a partition at a time."""
        early = self._fetched_at + PACE_S - time.monotonic()
        if early > 0:
            await self.sleep(early)
        fetched, _ = await self._wait_next_records(timeout)
        self._fetched_at = time.monotonic()
        generation = self.app.consumer_generation_id
        if fetched is None or self.should_stop:
            return
        if not self.flow_active:
            # A rebalance began during the fetch: what was fetched will be read again.
            await self._seek_committed()
            return
        for tp, records in fetched.items():
            self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
            for message in self._messages(tp, records, generation):
                if not self.flow_active or self.app.consumer_generation_id != generation:
                    return
                yield tp, message

    def _messages(self, tp: TP, records: Any, generation: int) -> Iterator[Any]:
        if tp.topic not in self._topics:
            for record in records:
                yield self._to_message(tp, record)
            return
        for first in range(0, len(records), MAX_BATCH):
            batch = records[first : first + MAX_BATCH]
            last = batch[-1]
            self._delivered[tp].append(last.offset)
            yield ConsumerMessage(
                tp.topic,
                tp.partition,
                last.offset,
                last.timestamp / 1000.0,
                last.timestamp_type,
                None,
                None,
                batch,
                None,
                0,
                0,
                tp,
                generation_id=generation,
            )

    async def _wait_next_records(self, timeout: float) -> tuple[Any, Any]:  # noqa: ASYNC109  # faust's signature
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
        while not (active := self._readable()) and self.flow_active and not self.should_stop:
            await self.sleep(0.02)
        return (await self._getmany(active_partitions=active, timeout=timeout) if active else {}), active

    def _readable(self) -> set[TP]:
        """Return the partitions to fetch from now, as a set that nobody else changes."""
        active: set[TP] = self._get_active_partitions()
        return set(active) if self._sought else {tp for tp in active if tp.topic in self._changelogs}

    def on_buffer_full(self, tp: TP) -> None:
        """Go on reading the partition: where an agent's queue is full, delivery waits, and with it the next fetch.

        Stock code would leave the partition out of the fetches to come, and a fetch that
        leaves out the busy ones stands at the broker for a second and a half.
        """

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        if tp.topic not in self._topics:
            await super()._add_gap(tp, offset_from, offset_to)

    def _new_offset(self, tp: TP) -> int | None:
        if tp.topic not in self._topics:
            return super()._new_offset(tp)
        acked: set[int] = self._acked_index[tp]
        delivered = self._delivered[tp]
        last: int | None = None
        while delivered and delivered[0] in acked:
            last = delivered.popleft()
            acked.discard(last)
        if last is None:
            return None
        self._acked[tp][:] = [offset for offset in self._acked[tp] if offset > last]
        return last + 1

    def committed(self, tp: TP) -> int:
        """Return the offset after the last committed one, 0 where none is known."""
        return self._committed_offset[tp] or 0

    async def committed_by_group(self, tps: Collection[TP]) -> dict[TP, int]:
        """Return the offset after the last that anyone of the group has committed of each partition, 0 for none."""
        if not tps:
            return {}
        thread = cast("_Thread", self._thread)
        found: dict[TP, int] = await thread.call_thread(thread.committed_by_group, tps)
        return {tp: found.get(tp, 0) for tp in tps}

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Forget what was delivered of partitions that go to another worker."""
        self._sought = False
        for tp in revoked:
            self._delivered.pop(tp, None)
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Read changelogs alone until recovery has sought the committed offsets."""
        self._sought = False
        await super().on_partitions_assigned(assigned, generation_id)

    async def perform_seek(self) -> None:
        """Go back to the committed offsets, as recovery does last, and read every partition from there."""
        await self._seek_committed()
        self._sought = True

    async def _seek_committed(self) -> None:
        """Forget what was delivered: it will be delivered again."""
        self._delivered.clear()
        self._acked.clear()
        self._acked_index.clear()
        await super().perform_seek()
        ends = cast("BatchApp", self.app).ends
        for tp in self.assignment():
            end = ends[tp.topic](tp.partition) if tp.topic in ends else None
            if end is not None and end < self.committed(tp):
                await self.seek(tp, end)


class BatchTransport(driver.Transport):
    """Faust's aiokafka transport with the consumer above."""

    Consumer = BatchConsumer


class BatchApp(faust.App):
    """A Faust app that takes the topics named at its making in batches; `changelog_topics` are read in recovery.

    `ends` says of a topic which offset of a partition is to come at the latest, None where
    nobody knows: a partition is read from there where more than that was committed.
    """

    def __init__(
        self, *args: Any, batch_topics: frozenset[str], changelog_topics: frozenset[str], **kwargs: Any
    ) -> None:
        self.batch_topics = batch_topics
        self.changelog_topics = changelog_topics
        self.ends: dict[str, Callable[[int], int | None]] = {}
        super().__init__(*args, **kwargs)

    def _new_transport(self) -> BatchTransport:
        return BatchTransport(self.conf.broker_consumer, self)
