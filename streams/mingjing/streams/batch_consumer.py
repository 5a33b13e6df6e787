"""The consumer that makes batches, and reads each partition in its order, without a gap.

What was fetched and not given to an agent is put back, by seeking to where its
partition is due. Stock code drops it, and trusts that a seek will follow; but a fetch
may come back across a rebalance, or across the seek itself, and then its records would
be passed over. Each seek of all partitions begins a new **reading**. Batches of an
earlier one may still lie in an agent's queue; what they hold is read again, and they
are to be left alone (`BatchApp.is_current`).

This leans on what is private in faust-streaming 0.15.3 and aiokafka 0.14.0:

- `Consumer.getmany` is the only source of messages, and `_getmany` fetches them;
- `Consumer._new_consumer_thread` makes the thread in which aiokafka runs;
- `Consumer.on_buffer_full` alone takes a partition out of what is fetched;
- `Consumer._new_offset(tp)` alone decides what is committed, out of `_acked` and
  `_acked_index`, and stock code expects consecutive offsets there;
- `Consumer._add_gap` fills in offsets that were never delivered, and `_read_offset`
  makes stock code drop what is behind it: it is kept for topics that come singly;
- `Consumer.ack` is what acking an event ends in, and `_acked_index` knows by it;
- `Consumer._committed_offset` holds what is committed, None where nothing is;
- `Consumer.seek_wait` begins every recovery and `perform_seek` ends it; stock code
  seeks only where more than nothing was committed, and fetches before it has;
- `App._new_transport` builds the transport whose class names its consumer.

`tests/streams/test_batch_consumer.py` fails when any of these moves.
"""

import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, cast

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from mingjing.streams.batches import Batch, Bundle, bundled, message_of
from mingjing.streams.consumer_thread import ConsumerThread
from mingjing.streams.markers import Markers
from mingjing.streams.read_offsets import ReadOffsets

log = logging.getLogger(__name__)

MAX_BATCH = 1000
"""Records given to an agent at once, of a bundle about as many: long enough to spread the cost, short enough to be fair
to other partitions."""

RECOVERING_S = 0.1
"""How long a fetch of changelogs alone may wait for records: what is to be read once they are read waits for it."""


class BatchConsumer(driver.Consumer):
    """A Faust consumer that yields batches for `app.batch_topics`, and single messages for the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._topics = cast("BatchApp", self.app).batch_topics
        self._changelogs = cast("BatchApp", self.app).changelog_topics
        self._bundled = cast("BatchApp", self.app).bundled_topics
        self._read_offset = ReadOffsets(self._topics)
        # Last offsets of the batches delivered and not yet committed, oldest first.
        self._delivered: defaultdict[TP, deque[int]] = defaultdict(deque)
        self._markers = Markers()
        # Until recovery has sought the committed offsets, only changelogs are read.
        self._sought = False
        # Where each partition was sought to, or left off; and how often anything was sought.
        self._due: dict[TP, int] = {}
        self._seeks = 0
        self.reading = 0
        self.recovered_from: dict[TP, int] = {}

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109  # faust's signature
        """Yield what one fetch brought, a partition at a time."""
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
        while not (active := self._readable()) and self.flow_active and not self.should_stop:
            await self.sleep(0.02)
        if not self._sought:
            timeout = RECOVERING_S
        seeks = self._seeks
        fetched = (await self._getmany(active_partitions=active, timeout=timeout) if active else None) or {}
        for message in self._deliveries(fetched):
            if self.should_stop:
                return
            if not self.flow_active or self._seeks != seeks:
                # Some of it may lie beyond what was sought; and whoever waits for a rebalance takes nothing.
                await self._go_to({each: self._due[each] for each in fetched if each in self._due})
                return
            for part in message.value.messages if isinstance(message.value, Bundle) else [message]:
                self._note_delivery(part)
            yield message.tp, message

    def _deliveries(self, fetched: Mapping[TP, Any]) -> Iterator[Any]:
        """Yield what a fetch brought: what is furthest on its way first, then the bundles."""
        yield from (each for tp in fetched if tp.topic not in self._bundled for each in self._messages(tp, fetched[tp]))
        parts = (each for tp in fetched if tp.topic in self._bundled for each in self._messages(tp, fetched[tp]))
        for bundle in bundled(parts, MAX_BATCH):
            yield message_of(bundle.messages[-1].tp, bundle.batches[-1][-1], bundle, self.app.consumer_generation_id)

    def _note_delivery(self, message: Any) -> None:
        tp = message.tp
        self._due[tp] = message.offset + 1
        if tp.topic in self._topics:
            self._delivered[tp].append(message.offset)

    def _messages(self, tp: TP, records: Any) -> Iterator[Any]:
        if tp.topic not in self._topics:
            for record in records:
                yield self._to_message(tp, record)
            return
        # Compaction takes from changelogs; and of what others write, the marks of transactions are handed to nobody.
        gappy = tp.topic in self._changelogs or tp.topic in self._bundled
        if not gappy and records[0].offset > self._due.get(tp, records[0].offset):
            log.warning("%s/%d: offsets %d to %d are not on the log", *tp, self._due[tp], records[0].offset - 1)
        for first in range(0, len(records), MAX_BATCH):
            batch = Batch(records[first : first + MAX_BATCH], self.reading)
            yield message_of(tp, batch[-1], batch, self.app.consumer_generation_id)

    def ack(self, message: Any) -> bool:
        """Take it that a message has been worked off, a bundle with all that is in it; return whether that was new."""
        if isinstance(message.value, Bundle):
            parts = [super(BatchConsumer, self).ack(part) for part in message.value.messages]
            return any(parts)
        return super().ack(message)

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
        ends: list[int] = []
        while delivered and delivered[0] in acked:
            acked.discard(last := delivered.popleft())
            ends = [last + 1]
        if ends:
            self._acked[tp][:] = [offset for offset in self._acked[tp] if offset >= ends[0]]
        if not delivered and (end := self._markers.end(tp)) is not None:
            ends.append(end)
        return max(ends, default=None)

    async def pass_markers(self, tps: Collection[TP]) -> None:
        """Look how far partitions of batch topics were read beyond the last record there was, and commit that, too."""
        thread = cast("ConsumerThread", self._thread)
        stretches = await thread.call_thread(thread.passed, tps)
        for tp in self._markers.note(stretches, self._due):
            self._acked[tp]  # stock code commits what it has heard of

    def beyond(self, tp: TP, done: int) -> int:
        """Return up to where a partition is worked off once all before `done` is, as `pass_markers` has found."""
        return self._markers.beyond(tp, done)

    def committed(self, tp: TP) -> int:
        """Return the offset after the last committed one, 0 where none is known."""
        return self._committed_offset[tp] or 0

    async def committed_by_group(self, tps: Collection[TP]) -> dict[TP, int]:
        """Return the offset after the last that anyone of the group has committed of each partition, 0 for none."""
        if not tps:
            return {}
        thread = cast("ConsumerThread", self._thread)
        found: dict[TP, int] = await thread.call_thread(thread.committed_by_group, tps)
        return {tp: found.get(tp, 0) for tp in tps}

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Forget what was delivered of partitions that go to another worker."""
        for tp in revoked:
            self._delivered.pop(tp, None)
        self._begin_assignment()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Read changelogs alone until recovery has sought the committed offsets."""
        self._begin_assignment()
        await super().on_partitions_assigned(assigned, generation_id)

    def _begin_assignment(self) -> None:
        self._sought = False
        self.reading += 1
        self._seeks += 1
        self._due.clear()
        self._markers.clear()
        self.recovered_from.clear()

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Go to where a recovery begins to read changelogs; `recovered_from` notes it until the next rebalance."""
        self._seeks += 1
        self._due.update(partitions)
        self.recovered_from.update(partitions)
        try:
            await super().seek_wait(partitions)
        finally:
            self._seeks += 1

    async def perform_seek(self) -> None:
        """Begin a new reading of every partition, as recovery does last: where it was committed, or where it begins.

        Where the app's `ends` name an earlier offset, it is read from there.
        """
        self.reading += 1
        reading = self.reading
        tps = {tp for tp in self.assignment() if tp.topic not in self._changelogs}
        committed = await self.committed_by_group(tps)
        earliest = await self.earliest_offsets(*tps) if tps else {}
        if self.reading != reading:
            return  # a rebalance has begun, and with it a recovery that will end here, too
        self._delivered.clear()
        self._markers.clear()
        self._acked.clear()
        self._acked_index.clear()
        self._committed_offset.update(committed)
        for tp in tps:
            self._read_offset[tp] = committed[tp] or None
        await self._go_to({tp: self._place(tp, max(committed[tp], earliest[tp])) for tp in tps})
        self._sought = self.reading == reading

    def _place(self, tp: TP, offset: int) -> int:
        ends = cast("BatchApp", self.app).ends
        end = ends[tp.topic](tp.partition) if tp.topic in ends else None
        return offset if end is None else min(end, offset)

    async def _go_to(self, places: Mapping[TP, int]) -> None:
        self._seeks += 1
        self._due.update(places)
        thread = cast("ConsumerThread", self._thread)
        try:
            await thread.call_thread(thread.go_to, places)
        finally:
            self._seeks += 1

    def begin_again(self) -> None:
        """Have the group hand out its partitions anew; state is then recovered from the beginning."""
        cast("ConsumerThread", self._thread).rejoin()


class BatchTransport(driver.Transport):
    """Faust's aiokafka transport with the consumer above."""

    Consumer = BatchConsumer


class BatchApp(faust.App):
    """A Faust app that takes the topics named at its making in batches; `changelog_topics` are read in recovery.

    The batches of `bundled_topics`, all of which one agent takes, come in bundles. What is added to a set later counts.
    `ends` says of a topic which offset of a partition is to come at the latest, None where
    nobody knows: a partition is read from there where more than that was committed.
    """

    def __init__(
        self,
        *args: Any,
        batch_topics: AbstractSet[str],
        changelog_topics: AbstractSet[str],
        bundled_topics: AbstractSet[str] = frozenset(),
        **kwargs: Any,
    ) -> None:
        self.batch_topics = batch_topics
        self.bundled_topics = bundled_topics
        self.changelog_topics = changelog_topics
        self.ends: dict[str, Callable[[int], int | None]] = {}
        super().__init__(*args, **kwargs)

    def is_current(self, batch: Batch | Bundle) -> bool:
        """Whether a batch is of the present reading; what an earlier one held is, or will be, read again."""
        return batch.reading == cast("BatchConsumer", self.consumer).reading

    def _new_transport(self) -> BatchTransport:
        return BatchTransport(self.conf.broker_consumer, self)
