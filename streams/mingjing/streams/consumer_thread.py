"""The thread in which aiokafka consumes, with what Faust's own has no way to ask for.

This leans on what is private in faust-streaming 0.15.3 and aiokafka 0.14.0:
`_create_worker_consumer` makes the aiokafka consumer, which reads `_fetch_max_wait_ms`
and `_isolation_level` when it starts, and `on_start` starts it; `_fetch_records` alone
takes what its `_fetcher` has, and moves the positions in its `_subscription` with it; its
`_coordinator` knows what the group has committed, and rejoins it where
`request_rejoin` was called.
"""

from collections.abc import Collection, Mapping
from typing import Any

from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from mingjing.streams.fetch_pace import FetchPace
from mingjing.streams.markers import Stretch
from mingjing.streams.quick_fetch import hasten

LONGEST_POLL_MS = 20
"""How long a fetch may stand at the broker. While records wait to be taken, aiokafka fetches without their partitions;
at the 1500 ms that Faust asks for, those would then be left alone for as long."""


COMMITTED = "read_committed"
"""What was written in a transaction is read once that has ended well, and never where it was undone. Faust has this for
those apps alone that write in transactions themselves."""


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Its coroutines are called through `call_thread`, and run in the thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The offset after the last record of a partition that was handed out, or the one it was sought to.
        self._handed: dict[TP, int] = {}

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = LONGEST_POLL_MS  # noqa: SLF001  # Faust has no setting for it
        consumer._isolation_level = COMMITTED  # noqa: SLF001  # as above
        return consumer

    async def on_start(self) -> None:
        """Start the consumer, and have its fetches keep their pace and cost little."""
        await super().on_start()
        fetcher = self._ensure_consumer()._fetcher  # noqa: SLF001  # there is no way to choose another
        hasten(fetcher)
        self._pace = FetchPace(fetcher)

    async def _fetch_records(self, *args: Any, **kwargs: Any) -> Any:
        records = await super()._fetch_records(*args, **kwargs)
        if records:
            self._pace.rest()
            for tp, read in records.items():
                self._handed[tp] = read[-1].offset + 1
        return records

    async def passed(self, tps: Collection[TP]) -> dict[TP, Stretch]:
        """Return the stretches that were read after the last record handed out, of those partitions that have one."""
        consumer = self._ensure_consumer()
        ours = consumer.assignment()
        known = [tp for tp in tps if tp in self._handed and tp in ours]
        assignment = consumer._subscription.subscription.assignment  # noqa: SLF001  # `position` would wait
        states = {tp: assignment.state_value(tp) for tp in known}
        return {
            tp: (self._handed[tp], state.position)
            for tp, state in states.items()
            if state.has_valid_position and state.position > self._handed[tp]
        }

    async def committed_by_group(self, tps: Collection[TP]) -> dict[TP, int]:
        """Return the offset after the last that anyone of the group has committed of each partition, 0 for none."""
        coordinator = self._ensure_consumer()._coordinator  # noqa: SLF001  # its public form asks for one at a time
        found = await coordinator.fetch_committed_offsets([TopicPartition(tp.topic, tp.partition) for tp in tps])
        return {TP(tp.topic, tp.partition): max(0, at.offset) for tp, at in found.items()}

    async def go_to(self, places: Mapping[TP, int]) -> None:
        """Fetch next from these places, as far as they are assigned here."""
        consumer = self._ensure_consumer()
        ours = consumer.assignment()
        for tp, offset in places.items():
            if tp in ours:
                self._handed[tp] = offset
                consumer.seek(TopicPartition(tp.topic, tp.partition), offset)

    def rejoin(self) -> None:
        """Have the group rebalance; may be called from any thread."""
        coordinator = self._ensure_consumer()._coordinator  # noqa: SLF001  # Faust never asks for it
        self.thread_loop.call_soon_threadsafe(coordinator.request_rejoin)
