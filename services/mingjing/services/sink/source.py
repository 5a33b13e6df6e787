"""Where a pump's records come from, whichever client brings them."""

from collections.abc import Mapping
from typing import Protocol

import msgspec
import structlog

log = structlog.get_logger()

Reached = Mapping[str, Mapping[int, int]]
"""The next offset by topic and partition; a partition of which nothing is known is absent."""


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
        """Keep the membership for `seconds` without taking more records than a stray fetch brings.

        What comes in on Kafka meanwhile counts in `lag`.
        """

    def changed_hands(self) -> bool:
        """Return whether partitions have come or gone since this was last asked.

        What was gathered before may still be written, for every table settles
        it; but what is remembered of it may no longer be the latest.
        """

    def reread(self, reached: Reached) -> set[tuple[str, int]]:
        """Go back to where the ledger has `reached`, where that falls short of what was committed.

        Return the topic and partition of each that went back: what was gathered of it is to be
        dropped, for it comes again. Records between that Kafka no longer keeps are told in the log.
        """

    def commit(self, records: list[Record]) -> None:
        """Remember that `records` and all before them are written.

        One that fails, or is of a partition that is no longer ours, is no loss:
        the records come again and settle by key.
        """

    def lag(self) -> int:
        """Return how many records wait that `gather` has not given yet, as far as is known."""

    def close(self) -> None:
        """Leave the group without committing anything more."""


def next_offsets(records: list[Record]) -> dict[tuple[str, int], int]:
    """Return by (topic, partition) the offset after the last of `records`."""
    reached: dict[tuple[str, int], int] = {}
    for record in records:
        reached[record.topic, record.partition] = record.offset + 1
    return reached


def shortfall(reached: Reached, committed: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    """Return where the ledger has got to in each partition that was `committed` beyond that."""
    places = {(topic, partition): reached.get(topic, {}).get(partition, 0) for topic, partition in committed}
    return {place: offset for place, offset in places.items() if offset < committed[place]}


def tell_shortfall(place: tuple[str, int], reached: int, committed: int, kept: int) -> None:
    """Say in the log that the ledger lacks what was committed, and what of it Kafka keeps no longer (before `kept`)."""
    told = log.bind(topic=place[0], partition=place[1])
    told.warning("ledger lacks what was committed, read again", reached=reached, committed=committed)
    if kept > reached:
        told.error("no longer kept by Kafka, lost to the ledger", records=kept - reached)
