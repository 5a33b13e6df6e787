"""One Faust event for each fetched batch of a partition, instead of one for each record.

Stock Faust pays about 90 µs of asyncio for every record. Here an agent is given
a list of records of one partition, in offset order, and everything else stays
Faust's: rebalance, flow control, commit, tables, supervision.

The contract for an agent on a batch topic: `event.value` is a non-empty `Batch` of
aiokafka records; `event.message.offset` is the offset of the last; acking the
event acks all of them, and nothing of it is committed before that. A changelog
topic may be a batch topic as well: recovery then reads batches, too.
`batch_consumer` makes them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import faust
from faust.types import TP, AppT, CodecArg, Message

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
