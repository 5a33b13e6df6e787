"""The outbox on Kafka: one idempotent producer for everything that this process writes.

It is librdkafka's, which packs, compresses and sends on threads of its own: a
record costs this one two microseconds, where a producer in Python took forty.
What became of records is fetched by the event loop, so that no callback waits
for another thread.

While five records of a partition are on their way an idempotent producer sends no more to it, and librdkafka 2.16
asks without a rest whether it may again, if it holds any: that took as much of a core as everything else here. So
it is given the next records of a topic when it has answered for those before them, as far as that does not take long.

A record whose answer did not come in time may have been written all the same. It
is written a second time by whoever repeats the request, and intake's readers know
it by (source, id).
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import repeat

import structlog
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from mingjing.services.api.gateway.gathering import Gathering
from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing
from mingjing.services.api.tasks import ended
from mingjing.streams.broker import Broker

ACK_WITHIN_S = 10.0
_AGAIN_S = 1.0
_LOOK_EVERY_S = 0.002
_NO_LONGER_S = 0.05
"""How long records wait for the answer to those of their topic that went before them."""
_LINGER_MS = 0.5
"""How long the producer then waits for the rest of what it is being given."""
_STOP_WITHIN_S = 3.0
_MAX_RECORD = 4 * 1024 * 1024
_MOST_WAITING = 200_000
_ANY_PARTITION = -1
_AWAY = frozenset((KafkaError._ALL_BROKERS_DOWN, KafkaError._MSG_TIMED_OUT, KafkaError._TIMED_OUT))  # noqa: SLF001  # so it names what it finds itself
_SILENT = 0

_log = structlog.get_logger(__name__)


class _Sending:
    """One call of `send`: how many of its records Kafka still owes an answer; `done` is why it failed, if it did."""

    def __init__(self, records: list[Outgoing]) -> None:
        self.records = records
        self.done: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._owed = len(records)

    def answered(self, error: KafkaError | None, _: Message) -> None:
        """Hear of one record."""
        self._owed -= 1
        if error is not None:
            self.fail(error.str())
        elif self._owed == 0 and not self.done.done():
            self.done.set_result(None)

    def fail(self, reason: str) -> None:
        """Tell who waits that not every record is known to be written."""
        if not self.done.done():
            self.done.set_result(reason)


class KafkaOutbox:
    """Keeps one producer, whatever happens to the broker; see `Outbox`."""

    def __init__(self, broker: Broker, *, ack_within_s: float = ACK_WITHIN_S) -> None:
        self._broker = broker
        self._ack_within_s = ack_within_s
        self._producer: Producer | None = None
        self._reached = False
        self._under_way: set[_Sending] = set()
        self._topics: defaultdict[str, Gathering[list[Outgoing], str | None]] = defaultdict(
            lambda: Gathering(self._written, _NO_LONGER_S)
        )
        self._away = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._looking: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether the broker has answered since it was last away."""
        return self._reached

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        self._producer = self._made()
        self._tasks = [asyncio.create_task(self._keep_connected(), name="gateway-outbox")]

    async def stop(self) -> None:
        """Write out what is under way and disconnect."""
        self._reached = False
        for task in (*self._tasks, self._looking):
            await ended(task)
        if self._producer is not None:
            await asyncio.to_thread(self._producer.flush, _STOP_WITHIN_S)
            self._producer = None

    async def send(self, records: list[Outgoing]) -> None:
        """Write the records and wait for all of them; librdkafka has copies, and the list is emptied."""
        if self._producer is None or not self._reached:
            raise OutboxUnavailable(f"no connection to {self._broker}")
        if not records:
            return
        failed = await self._topics[records[0].topic].done(records)
        if failed is not None:
            raise OutboxUnavailable(failed)

    async def _written(self, crowd: Sequence[list[Outgoing]]) -> list[str | None]:
        """Give the producer everything and return, for each call of `send`, why it failed or None."""
        sendings = [_Sending(records) for records in crowd]
        self._under_way.update(sendings)
        try:
            for each in sendings:
                self._hand_over(each)
            self._look()
            return [await each.done for each in sendings]
        finally:
            self._under_way.difference_update(sendings)

    def _hand_over(self, sending: _Sending) -> None:
        if self._producer is None:
            sending.fail(f"no connection to {self._broker}")
            return
        topics, keys, values, partitions = zip(*sending.records, strict=True)
        places = [_ANY_PARTITION if each is None else each for each in partitions]
        given = map(self._producer.produce, topics, values, keys, places, repeat(sending.answered))
        try:
            deque(given, maxlen=0)  # a loop in C: one in Python takes a third as long as giving does
        except (BufferError, KafkaException) as exc:
            sending.fail(repr(exc))
        sending.records.clear()

    def _look(self) -> None:
        """See to it that answers are fetched while any is owed."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._fetch_answers(), name="gateway-outbox-answers")

    async def _fetch_answers(self) -> None:
        while self._under_way and self._producer is not None:
            self._producer.poll(0)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _keep_connected(self) -> None:
        told = False
        while True:
            producer = self._producer
            assert producer is not None, "made at start, and let go after this task"  # noqa: S101
            try:
                await asyncio.to_thread(producer.list_topics, timeout=_AGAIN_S)
            except KafkaException as exc:
                if not told:
                    _log.warning("producer_away", kafka=str(self._broker), reason=repr(exc), again_every_s=_AGAIN_S)
                told = True
                producer.poll(0)
                await asyncio.sleep(_AGAIN_S)
                continue
            told = False
            self._away.clear()
            self._reached = True
            _log.info("producer_connected", kafka=str(self._broker))
            await self._gone()
            self._reached = False
            _log.warning("producer_lost", kafka=str(self._broker))

    async def _gone(self) -> None:
        """Return once the broker is away; errors are told while the producer is looked after."""
        while not self._away.is_set():
            if self._producer is not None:
                self._producer.poll(0)
            with suppress(TimeoutError):
                async with asyncio.timeout(_AGAIN_S / 2):
                    await self._away.wait()

    def _hear(self, error: KafkaError) -> None:
        if error.fatal():
            # An idempotent producer that lost its place; another begins a place of its own.
            _log.warning("producer_replaced", kafka=str(self._broker), reason=error.str())
            self._producer = self._made()
            self._away.set()
            for sending in tuple(self._under_way):
                sending.fail(error.str())
        elif error.code() in _AWAY:
            self._away.set()

    def _made(self) -> Producer:
        return Producer(
            {
                **self._broker.librdkafka(),
                "client.id": "mingjing-gateway",
                "enable.idempotence": True,
                "acks": "all",
                "compression.type": "lz4",
                "linger.ms": _LINGER_MS,
                "partitioner": "murmur2_random",
                "message.max.bytes": _MAX_RECORD,
                "message.timeout.ms": int(self._ack_within_s * 1000),
                "queue.buffering.max.messages": _MOST_WAITING,
                "reconnect.backoff.max.ms": int(_AGAIN_S * 1000),
                "error_cb": self._hear,
                "log_level": _SILENT,
            }
        )
