"""Records by kafka-python: plain and synchronous, its heartbeats in a thread of their own.

This leans on what is private in kafka-python 3.0.12, whose coordinator loses a
join that only new metadata of a topic asked for, when a poll ends before it: the
next poll sees nothing left to ask for and never takes up what was assigned, so
that the member reads nothing for ever. See `KafkaSource._take_up_join`.
"""

import time
from collections.abc import Collection, Sequence
from typing import Any

import structlog
from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import IllegalStateError, KafkaError

from mingjing.services.sink.source import Reached, Record, next_offsets, shortfall, tell_shortfall
from mingjing.services.sink.waiting import Waiting
from mingjing.streams.broker import Broker

_FIRST_WAIT_MS = 100
_AT_ONCE = {"fetch_min_bytes": 1, "fetch_max_wait_ms": 500}
_GATHERED = {"fetch_min_bytes": 1 << 20, "fetch_max_wait_ms": 80}
"""What a fetch waits for at the broker, where all is patient: what comes in meanwhile comes together."""

_APART_S = 0.1
"""Batches are given no closer than this, so that ClickHouse makes no more parts than it can merge; the first one after
a pause is given at once."""

_REST_MS = 5
_REST_S = 0.02
"""How long the rest is waited for, and at most: a fetch that stood at the broker brought the first record alone."""

_MOST = 5000
_SESSION_MS = 6000
_HEARTBEAT_MS = 1000
"""How soon a member hears that another has come, who waits for it to join again."""

_COMMIT_MS = 5000
_CLOSE_MS = 1000
_ENDS_MS = 1000

log = structlog.get_logger()


class KafkaSource:
    """A `Source` over a consumer group; records come from the earliest where nothing was committed.

    A member with an `instance` name that is killed takes its partitions up
    again as soon as it is back; one without waits for its session to end.
    Those of the topics that are `patient` are given together, twice a second or when
    they are enough for a batch: nobody waits for them, and the others do not wait for them.
    Those are given as soon as they come, up to ten times a second.
    """

    def __init__(
        self,
        broker: Broker,
        group: str,
        topics: Sequence[str],
        instance: str | None = None,
        *,
        patient: Collection[str] = (),
    ) -> None:
        self._prompt = not set(topics) <= set(patient)
        self._given_at = float("-inf")
        self._consumer = KafkaConsumer(
            **broker.keywords(),
            client_id=group,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            **(_AT_ONCE if self._prompt else _GATHERED),
            max_partition_fetch_bytes=8 * 1024 * 1024,
            max_poll_records=_MOST,
            session_timeout_ms=_SESSION_MS,
            heartbeat_interval_ms=_HEARTBEAT_MS,
            group_instance_id=instance,
        )
        self._change = _Change()
        self._stray: list[Record] = []
        # Paused partitions are not fetched, and only a fetch would tell where they end.
        self._ends: dict[TopicPartition, int] = {}
        self._waiting = Waiting(patient, _MOST)
        self._consumer.subscribe(topics=list(topics), listener=self._change)

    def gather(self) -> list[Record]:
        """See `Source`; a batch is all that has come in, as far as it is not to wait for more."""
        records, self._stray = self._stray, []
        records += self._polled(_FIRST_WAIT_MS)
        if records and self._prompt:
            time.sleep(max(0.0, self._given_at + _APART_S - time.monotonic()))
        until = time.monotonic() + _REST_S
        while records and len(records) < _MOST and (more := self._polled(self._rest_ms(until))):
            records += more
        if records:
            self._given_at = time.monotonic()
        return self._waiting.due(records, time.monotonic())

    def hold(self, seconds: float) -> None:
        """See `Source`."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._consumer.pause(*self._consumer.assignment())
            self._stray += self._polled(int(left * 1000) + 1)
        self._consumer.resume(*self._consumer.paused())
        try:
            self._ends = self._consumer.end_offsets(self._consumer.assignment(), timeout_ms=_ENDS_MS)
        except KafkaError as exc:
            log.warning("lag not known", reason=repr(exc))

    def changed_hands(self) -> bool:
        """See `Source`."""
        return self._change.taken()

    def reread(self, reached: Reached) -> set[tuple[str, int]]:
        """See `Source`."""
        ours = {each: self._consumer.committed(each) for each in self._consumer.assignment()}
        committed = {(at.topic, at.partition): offset for at, offset in ours.items() if offset is not None}
        short = {TopicPartition(*place): offset for place, offset in shortfall(reached, committed).items()}
        kept = self._consumer.beginning_offsets(list(short)) if short else {}
        for at, offset in short.items():
            self._consumer.seek(at, max(offset, kept[at]))
            tell_shortfall((at.topic, at.partition), offset, committed[at.topic, at.partition], kept[at])
        again = {(at.topic, at.partition) for at in short}
        self._stray = [each for each in self._stray if (each.topic, each.partition) not in again]
        self._waiting.drop(again)
        return again

    def commit(self, records: list[Record]) -> None:
        """See `Source`."""
        ours = self._consumer.assignment()
        reached = {
            TopicPartition(topic, partition): OffsetAndMetadata(offset)
            for (topic, partition), offset in next_offsets(records).items()
            if TopicPartition(topic, partition) in ours
        }
        try:
            self._consumer.commit(reached, timeout_ms=_COMMIT_MS)
        except KafkaError as exc:
            log.warning("commit failed, records will come again", reason=repr(exc))

    def lag(self) -> int:
        """See `Source`; 0 when a partition leaves while it is counted."""
        try:
            behind = sum(self._behind(partition) for partition in self._consumer.assignment())
        except IllegalStateError:
            return 0
        return behind + len(self._stray) + len(self._waiting)

    def close(self) -> None:
        """See `Source`."""
        self._consumer.close(autocommit=False, timeout_ms=_CLOSE_MS)

    def _behind(self, partition: TopicPartition) -> int:
        high = max(self._consumer.highwater(partition) or 0, self._ends.get(partition, 0))
        position = self._consumer.position(partition, timeout_ms=0)
        return 0 if position is None else max(0, high - position)

    def _rest_ms(self, until: float) -> int:
        return _REST_MS if self._prompt and time.monotonic() < until else 0

    def _polled(self, timeout_ms: int) -> list[Record]:
        self._take_up_join()
        polled: dict[TopicPartition, list[Any]] = self._consumer.poll(timeout_ms=timeout_ms)
        return [
            Record(each.topic, each.partition, each.offset, max(each.timestamp, 0), each.key, each.value or b"")
            for of_partition in polled.values()
            for each in of_partition
        ]

    def _take_up_join(self) -> None:
        """Have the next poll finish a join that the last one left under way."""
        coordinator = self._consumer._coordinator  # noqa: SLF001  # see the module's head
        if coordinator.rejoining and not coordinator.need_rejoin():
            coordinator.request_rejoin()


class _Change(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Notes, from the client's own thread, that partitions came or went."""

    def __init__(self) -> None:
        self._noted = False

    def taken(self) -> bool:
        """Return whether anything was noted, and forget it."""
        noted, self._noted = self._noted, False
        return noted

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Note it."""
        self._noted = self._noted or bool(revoked)

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Note it."""
        self._noted = self._noted or bool(assigned)
