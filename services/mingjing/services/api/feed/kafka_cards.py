"""A feed's topic in Kafka (`cards`, `card-stages`, `case-facts`), read for the hub and for who comes back late."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from hashlib import blake2b

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError as AdminError

from mingjing.services.api.feed.entry import Record
from mingjing.services.api.feed.hub import RING, Hub
from mingjing.services.api.feed.stream import Gone
from mingjing.services.api.feed.vector import EPOCH_BYTES, Vector
from mingjing.services.api.metrics import FEED_AGE
from mingjing.services.api.tasks import ended
from mingjing.streams.broker import Broker
from mingjing.streams.topics import CARDS

FARTHEST = 100_000
"""Records; a client further behind than this loads the page again instead."""
READERS = 4
"""Private consumers at once; a crowd that comes back together queues here."""
_AGAIN_S = 1.0
_ASK_AGAIN_MS = 500
"""How long the broker holds a question that it has no answer to; it answers at once when there is something."""

_log = structlog.get_logger(__name__)


class KafkaCards:
    """Keeps one hub fed, whatever happens to the broker, and reads back for `stream`.

    At the start the ring is filled with the last records of the topic, so that
    clients who reconnect after a restart of this process are served from it.
    """

    def __init__(self, broker: Broker, hub: Hub, *, topic: str = CARDS, warm: int = RING) -> None:
        self._broker = broker
        self._topic = topic
        self._hub = hub
        self._warm = warm
        self._readers = asyncio.Semaphore(READERS)
        self._following: asyncio.Task[None] | None = None
        self._away = False

    async def start(self) -> None:
        """Begin to follow the topic; returns at once, `hub.ready` says when the end is reached."""
        self._following = asyncio.create_task(self._follow(), name=f"{self._topic}-hub")

    async def stop(self) -> None:
        """Stop following; the hub keeps what it has."""
        await ended(self._following)

    async def read_from(self, offsets: Sequence[int]) -> AsyncGenerator[tuple[list[Record], tuple[int, ...]], None]:
        """Yield records from `offsets` on with a consumer of this call's own; see `CardLog`."""
        async with self._readers:
            consumer = self._consumer()
            try:
                await consumer.start()
                partitions = _partitions(self._topic, len(offsets))
                begin, end = await _bounds(consumer, partitions)
                if any(not low <= offset <= high for low, offset, high in zip(begin, offsets, end, strict=True)):
                    raise Gone("outside of what the topic holds")
                if sum(end) - sum(offsets) > FARTHEST:
                    raise Gone("too far behind")
                _place(consumer, partitions, offsets)
                while True:
                    records = await _poll(consumer)
                    yield records, await _positions(consumer, partitions)
            except KafkaError as exc:
                raise Gone(str(exc)) from exc
            finally:
                await consumer.stop()

    async def _follow(self) -> None:
        while True:
            try:
                await self._follow_once()
            except (KafkaError, AdminError, OSError) as exc:
                if not self._away:
                    reason = repr(exc)
                    _log.warning(
                        "cards_away", topic=self._topic, kafka=str(self._broker), reason=reason, again_every_s=_AGAIN_S
                    )
                self._away = True
                self._hub.ready.clear()
                await asyncio.sleep(_AGAIN_S)

    async def _follow_once(self) -> None:
        consumer = self._consumer()
        try:
            await consumer.start()
            epoch, count = await asyncio.to_thread(_making, self._broker, self._topic)
            partitions = _partitions(self._topic, count)
            begin, end = await _bounds(consumer, partitions)
            start = self._hub.position
            if start is None or start.epoch != epoch or len(start.offsets) != count or not start.within(begin, end):
                share = self._warm // count
                offsets = tuple(max(low, high - share) for low, high in zip(begin, end, strict=True))
                start = Vector(epoch, offsets)
                self._hub.open(start, begin)
            _place(consumer, partitions, start.offsets)
            while True:
                if not self._hub.ready.is_set() and _reached(await _positions(consumer, partitions), end):
                    self._hub.ready.set()
                    self._away = False
                    _log.info("cards_followed", topic=self._topic, kafka=str(self._broker), partitions=count)
                for produced_ms, record in await _polled(consumer):
                    self._hub.take(record)
                    if self._hub.ready.is_set():  # what was there before this process is no news
                        FEED_AGE.observe(max(0.0, time.time() - produced_ms / 1000))
        finally:
            await consumer.stop()

    def _consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            **self._broker.keywords(),
            client_id="mingjing-api-cards",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=_ASK_AGAIN_MS,
        )


def _partitions(topic: str, count: int) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for number in range(count)]


async def _bounds(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> tuple[list[int], list[int]]:
    """Return the lowest offset and the next offset of each partition."""
    begin = await consumer.beginning_offsets(partitions)
    end = await consumer.end_offsets(partitions)
    return [begin[partition] for partition in partitions], [end[partition] for partition in partitions]


def _place(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition], offsets: Sequence[int]) -> None:
    """Assign and seek in one turn of the loop: in between, the consumer would look for offsets of its own."""
    consumer.assign(partitions)
    for partition, offset in zip(partitions, offsets, strict=True):
        consumer.seek(partition, offset)


async def _poll(consumer: AIOKafkaConsumer) -> list[Record]:
    return [record for _, record in await _polled(consumer)]


async def _polled(consumer: AIOKafkaConsumer) -> list[tuple[int, Record]]:
    """Return records, each with the millisecond at which it was produced."""
    batches = await consumer.getmany(timeout_ms=1000, max_records=2000)
    return [
        (message.timestamp, Record(partition.partition, message.offset, message.value))
        for partition, messages in batches.items()
        for message in messages
    ]


async def _positions(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> tuple[int, ...]:
    return tuple([await consumer.position(partition) for partition in partitions])


def _reached(positions: Sequence[int], end: Sequence[int]) -> bool:
    return all(at >= high for at, high in zip(positions, end, strict=True))


def _making(broker: Broker, name: str) -> tuple[bytes, int]:
    """Return what names this making of the topic, and its number of partitions."""
    admin = KafkaAdminClient(**broker.keywords(), client_id="mingjing-api-cards")
    try:
        (topic,) = admin.describe_topics([name])
    finally:
        admin.close()
    if not topic["partitions"]:
        raise UnknownTopicOrPartitionError(f"{name}: run `mingjing topics apply`")
    return blake2b(str(topic["topic_id"]).encode(), digest_size=EPOCH_BYTES).digest(), len(topic["partitions"])
