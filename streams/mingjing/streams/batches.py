"""One Faust event for each fetched batch of a partition, instead of one for each record.

Stock Faust pays about 90 µs of asyncio for every record. Here an agent is given
a list of records of one partition, in offset order, and everything else stays
Faust's: rebalance, flow control, commit, tables, supervision.

The contract for an agent on a batch topic: `event.value` is a non-empty `Batch` of
aiokafka records; `event.message.offset` is the offset of the last; acking the
event acks all of them, and nothing of it is committed before that. A changelog
topic may be a batch topic as well: recovery then reads batches, too.
`batch_consumer` makes them.

Where partitions are many and each brings little, an event a batch is an event a
record again. The batches of **bundled** topics come together: `event.value` is a
`Bundle` of those that one fetch brought, whatever their partitions, and acking the
event acks every one of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, cast

import faust
from faust.types import TP, AppT, CodecArg, ConsumerMessage, Message

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


class Received(Record, Protocol):
    """A record as it was sent to an ingest topic, with its headers."""

    headers: Sequence[tuple[str, bytes]]


class Batch(list[Record]):
    """Records of one partition, in the order of their offsets, and the reading that they are of."""

    def __init__(self, records: Iterable[Record], reading: int) -> None:
        super().__init__(records)
        self.reading = reading


class Bundle:
    """Batches of one reading, a partition's in its order, each with the message that it would be alone; never empty."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages
        self.batches = [cast("Batch", message.value) for message in messages]
        self.reading = self.batches[0].reading


def bundled(messages: Iterable[Message], at_most: int) -> Iterator[Bundle]:
    """Yield the messages of batches in bundles, in their order; one is full once it has `at_most` records."""
    gathered: list[Message] = []
    records = 0
    for message in messages:
        gathered.append(message)
        records += len(cast("Batch", message.value))
        if records >= at_most:
            yield Bundle(gathered)
            gathered, records = [], 0
    if gathered:
        yield Bundle(gathered)


def message_of(tp: TP, last: Record, value: Batch | Bundle, generation: int) -> ConsumerMessage:
    """Return a message of what was read on a partition up to its record `last`, under a generation of the group."""
    return ConsumerMessage(
        tp.topic,
        tp.partition,
        last.offset,
        last.timestamp / 1000.0,
        last.timestamp_type,
        None,
        None,
        cast("Any", value),
        None,
        0,
        0,
        tp,
        generation_id=generation,
    )


class LogBroken(RuntimeError):
    """Records were passed over between two batches; going on would lose them. Read again from what is committed."""


def demand_unbroken(tp: TP, records: Sequence[Record], end: int | None) -> None:
    """Raise LogBroken if `records` do not go on after `end`, the last offset taken; None = anywhere will do."""
    if end is not None and records[0].offset > end + 1:
        raise LogBroken(f"{tp.topic}/{tp.partition}: offset {end + 1} was to come, {records[0].offset} came")


class BatchSchema(faust.Schema[Any, Any]):
    """Hands the batch or bundle to the agent as it is; decoding is the agent's."""

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
        """Return the batch or bundle."""
        return message.value
