"""Records by librdkafka, for what runs at the full rate of the stream."""

from collections.abc import Sequence
from typing import Any, cast

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from mingjing.services.sink.source import Reached, Record, next_offsets, shortfall, tell_shortfall
from mingjing.streams.broker import Broker

GATHERED = {"fetch.min.bytes": 1 << 20, "fetch.wait.max.ms": 250}
"""What a fetch waits for at the broker: under a steady stream, answers come four times a second, not at every record.

Nobody waits for the archive; a fetch, a batch and the part that ClickHouse makes of it cost the same small or large.
"""

LINGER_S = 0.5
_MOST = 20_000
_SESSION_MS = 6000
_ENDS_S = 1.0

log = structlog.get_logger()


class ConfluentSource:
    """A `Source` over a consumer group; records come from the earliest where nothing was committed.

    A member with an `instance` name that is killed takes its partitions up
    again as soon as it is back; one without waits for its session to end.
    """

    def __init__(self, broker: Broker, group: str, topics: Sequence[str], instance: str | None = None) -> None:
        self._consumer = Consumer(
            {
                **broker.librdkafka(),
                "client.id": group,
                "group.id": group,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "allow.auto.create.topics": False,
                "session.timeout.ms": _SESSION_MS,
                # librdkafka rests for a second whenever enough is queued, which costs six sevenths of its speed.
                "fetch.queue.backoff.ms": 5,
                "queued.min.messages": 100_000,
                "queued.max.messages.kbytes": 131_072,
                **GATHERED,
                **({"group.instance.id": instance} if instance else {}),
            }
        )
        self._changed = False
        self._stray: list[Record] = []
        # Paused partitions are not fetched, and only a fetch would tell where they end.
        self._ends: dict[tuple[str, int], int] = {}
        self._consumer.subscribe(list(topics), on_assign=self._note, on_revoke=self._note, on_lost=self._note)

    def gather(self) -> list[Record]:
        """See `Source`; a batch is closed after half a second, or when it is full."""
        records, self._stray = self._stray, []
        return records + self._consumed(LINGER_S)

    def hold(self, seconds: float) -> None:
        """See `Source`."""
        self._consumer.pause(self._consumer.assignment())
        self._stray += self._consumed(seconds)
        self._consumer.resume(self._consumer.assignment())
        try:
            for at in self._consumer.assignment():
                _, self._ends[at.topic, at.partition] = self._consumer.get_watermark_offsets(at, timeout=_ENDS_S)
        except KafkaException as exc:
            log.warning("lag not known", reason=str(exc))

    def changed_hands(self) -> bool:
        """See `Source`."""
        changed, self._changed = self._changed, False
        return changed

    def reread(self, reached: Reached) -> set[tuple[str, int]]:
        """See `Source`."""
        known = self._consumer.committed(self._consumer.assignment())
        committed = {(at.topic, at.partition): at.offset for at in known if at.offset >= 0}
        short = shortfall(reached, committed)
        for place, offset in short.items():
            kept, _ = self._consumer.get_watermark_offsets(TopicPartition(*place))
            self._consumer.seek(TopicPartition(*place, max(offset, kept)))
            tell_shortfall(place, offset, committed[place], kept)
        self._stray = [each for each in self._stray if (each.topic, each.partition) not in short]
        return set(short)

    def commit(self, records: list[Record]) -> None:
        """See `Source`."""
        ours = {(each.topic, each.partition) for each in self._consumer.assignment()}
        reached = [
            TopicPartition(topic, partition, offset)
            for (topic, partition), offset in next_offsets(records).items()
            if (topic, partition) in ours
        ]
        if not reached:
            return
        try:
            self._consumer.commit(offsets=reached, asynchronous=False)
        except KafkaException as exc:
            log.warning("commit failed, records will come again", reason=str(exc))

    def lag(self) -> int:
        """See `Source`."""
        behind = 0
        for at in self._consumer.position(self._consumer.assignment()):
            _, high = self._consumer.get_watermark_offsets(at, cached=True)
            high = max(high, self._ends.get((at.topic, at.partition), 0))
            behind += max(0, high - at.offset) if at.offset >= 0 else 0
        return behind + len(self._stray)

    def close(self) -> None:
        """See `Source`."""
        self._consumer.close()

    def _consumed(self, seconds: float) -> list[Record]:
        return [record_of(each) for each in self._consumer.consume(_MOST, seconds) if sound(each)]

    def _note(self, _consumer: Consumer, _partitions: list[Any]) -> None:
        self._changed = True


def sound(message: Message) -> bool:
    """Return whether `message` is a record; KafkaException when it says that reading cannot go on."""
    fault = message.error()
    if fault is None:
        return True
    if fault.fatal() or fault.code() in {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED}:
        raise KafkaException(fault)
    log.warning("kafka says", reason=fault.str())
    return False


def record_of(message: Message) -> Record:
    """Return a sound message as a record."""
    _, logged_ms = message.timestamp()
    where = cast("tuple[str, int, int]", (message.topic(), message.partition(), message.offset()))
    return Record(*where, max(logged_ms, 0), message.key(), message.value() or b"")
