"""The thread in which aiokafka consumes, with what Faust's own has no way to ask for.

This leans on what is private in faust-streaming 0.15.3 and aiokafka 0.14.0:
`_create_worker_consumer` makes the aiokafka consumer, which reads `_fetch_max_wait_ms`
when it starts, and `on_start` starts it; `_fetch_records` alone takes what its
`_fetcher` has; its `_coordinator` knows what the group has committed, and rejoins it
where `request_rejoin` was called.
"""

from collections.abc import Collection, Mapping
from typing import Any

from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from mingjing.streams.fetch_pace import FetchPace

LONGEST_POLL_MS = 20
"""How long a fetch may stand at the broker. While records wait to be taken, aiokafka fetches without their partitions;
at the 1500 ms that Faust asks for, those would then be left alone for as long."""


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Its coroutines are called through `call_thread`, and run in the thread."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = LONGEST_POLL_MS  # noqa: SLF001  # Faust has no setting for it
        return consumer

    async def on_start(self) -> None:
        """Start the consumer, and have its fetches keep their pace."""
        await super().on_start()
        self._pace = FetchPace(self._ensure_consumer()._fetcher)  # noqa: SLF001  # there is no way to choose another

    async def _fetch_records(self, *args: Any, **kwargs: Any) -> Any:
        records = await super()._fetch_records(*args, **kwargs)
        if records:
            self._pace.rest()
        return records

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
                consumer.seek(TopicPartition(tp.topic, tp.partition), offset)

    def rejoin(self) -> None:
        """Have the group rebalance; may be called from any thread."""
        coordinator = self._ensure_consumer()._coordinator  # noqa: SLF001  # Faust never asks for it
        self.thread_loop.call_soon_threadsafe(coordinator.request_rejoin)
