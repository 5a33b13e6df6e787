"""The changelog of state, recovered by Faust in batches.

Faust's own tables recover record by record, at 100 µs each. This one is given
lists (the changelog is a batch topic) and keeps, by partition, the bytes of the
newest record of every key until the new owner takes them.

Faust tells that recovery has ended where it was cut short, too: a rebalance that
begins meanwhile takes away what there was to be read. State that was read in part
is worse than none, so `is_whole` is to be asked first.

Nothing is written through the table: an owner appends its records itself, and
waits for the broker.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

import faust
from faust.tables.manager import TableManager
from faust.types import TP, EventT

from mingjing.streams.batch_consumer import BatchApp, BatchConsumer
from mingjing.streams.batches import Batch, BatchSchema
from mingjing.streams.sounding import LogEnds


class StateTables(TableManager):
    """The tables of an app that adds all of them before it starts.

    Stock code waits a second for more to come, and a worker that was killed is away for it.
    """

    async def on_start(self) -> None:
        """Register the tables, then begin recovery."""
        await self._update_channels()
        await self.recovery.start()


class StateTable(faust.Table[bytes, bytes]):
    """A Faust table over the changelog `topic`.

    Two batches are buffered, not one: at one, Faust goes on reading the changelog
    of its own partitions after recovery.
    """

    def __init__(self, app: BatchApp, topic: str, partitions: int) -> None:
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
        self._read_to: dict[int, int] = {}

    def _changelog_topic_name(self) -> str:
        return self.name

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Keep the newest record of each key; what a recovery that was cut short has read is left alone."""
        for event in batch:
            partition, records = event.message.partition, cast("Batch", event.message.value)
            if not cast("BatchApp", self.app).is_current(records):
                continue
            self._read_to[partition] = records[-1].offset
            kept = self._records[partition]
            for record in records:
                key = record.key or b""
                if record.value is None:
                    kept.pop(key, None)
                else:
                    kept[key] = record.value

    async def is_whole(self, partitions: Iterable[int], ends: LogEnds) -> bool:
        """Whether a recovery since the last rebalance has read these partitions from where they begin to their end."""
        places = {partition: (self.name, partition) for partition in partitions}
        earliest = await ends.earliest(places.values())
        return all(self._is_whole(partition, earliest[place]) for partition, place in places.items())

    def _is_whole(self, partition: int, earliest: int) -> bool:
        tp = TP(self.name, partition)
        began = cast("BatchConsumer", self.app.consumer).recovered_from.get(tp)
        last: int | None = self.app.tables.recovery.active_highwaters.get(tp)  # type: ignore[attr-defined]  # as above
        if began is None or last is None or began > earliest:
            return False
        return last < earliest or self._read_to.get(partition, -1) >= last

    def take(self, partition: int) -> list[tuple[bytes, bytes]]:
        """Return the records of a partition that recovery has read, and forget them."""
        return list(self._records.pop(partition, {}).items())

    def forget(self) -> None:
        """Forget everything, to be read again from the beginning."""
        self._records.clear()
        self._read_to.clear()
