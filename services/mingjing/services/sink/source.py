"""Where a pump's records come from, whichever client brings them."""

from typing import Protocol

import msgspec


class Record(msgspec.Struct, frozen=True, gc=False):
    """A record of a topic; `logged_ms` is when Kafka took it, 0 where it does not say."""

    topic: str
    partition: int
    offset: int
    logged_ms: int
    key: bytes | None
    value: bytes


class Source(Protocol):
    """A consumer that is told when what it gave has been written down."""

    def gather(self) -> list[Record]:
        """Return the next records, oldest first in each partition; none after a short wait in vain."""

    def hold(self, seconds: float) -> None:
        """Keep the membership for `seconds` without taking more records than a stray fetch brings."""

    def changed_hands(self) -> bool:
        """Return whether partitions have come or gone since this was last asked.

        What was gathered before may still be written, for every table settles
        it; but what is remembered of it may no longer be the latest.
        """

    def commit(self, records: list[Record]) -> None:
        """Remember that `records` and all before them are written.

        One that fails, or is of a partition that is no longer ours, is no loss:
        the records come again and settle by key.
        """

    def lag(self) -> int:
        """Return how many records wait behind the last gathered, as far as is known."""

    def close(self) -> None:
        """Leave the group without committing anything more."""


def next_offsets(records: list[Record]) -> dict[tuple[str, int], int]:
    """Return by (topic, partition) the offset after the last of `records`."""
    reached: dict[tuple[str, int], int] = {}
    for record in records:
        reached[record.topic, record.partition] = record.offset + 1
    return reached
