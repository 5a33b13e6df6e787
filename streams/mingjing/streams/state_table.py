"""The changelog of state, recovered by Faust in batches.

Faust's own tables recover record by record, at 100 µs each. This one is given
lists (the changelog is a batch topic) and keeps, by partition, the bytes of the
newest record of every key until the new owner takes them.

Nothing is written through the table: an owner appends its records itself, and
waits for the broker.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast

import faust
from faust.types import EventT

from mingjing.streams.batches import BatchSchema, Record


class StateTable(faust.Table[bytes, bytes]):
    """A Faust table over the changelog `topic`.

    Two batches are buffered, not one: at one, Faust goes on reading the changelog
    of its own partitions after recovery.
    """

    def __init__(self, app: faust.App, topic: str, partitions: int) -> None:
        super().__init__(
            app,
            name=topic,
            partitions=partitions,
            key_type=bytes,
            value_type=bytes,
            schema=BatchSchema(),
            store="memory://",
            recovery_buffer_size=2,
        )
        self._records: defaultdict[int, dict[bytes, bytes]] = defaultdict(dict)

    def _changelog_topic_name(self) -> str:
        return self.name

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Keep the newest record of each key."""
        for event in batch:
            kept = self._records[event.message.partition]
            for record in cast("Sequence[Record]", event.message.value):
                key = record.key or b""
                if record.value is None:
                    kept.pop(key, None)
                else:
                    kept[key] = record.value

    def take(self, partition: int) -> list[tuple[bytes, bytes]]:
        """Return the records of a partition that recovery has read, and forget them."""
        return list(self._records.pop(partition, {}).items())

    def forget(self) -> None:
        """Forget everything, to be read again from the beginning."""
        self._records.clear()
