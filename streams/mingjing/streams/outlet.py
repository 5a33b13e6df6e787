"""Records go out by the batch, and are out when the broker has said so."""

from collections.abc import Sequence

import faust

Outgoing = tuple[bytes | None, bytes | None]
"""Key and value; a value of None deletes the key from a compacted topic."""


class FaustOutlet:
    """An `Outlet` over the aiokafka producer that a Faust app keeps.

    aiokafka's batches spare a future and a lock for every record. `_ensure_producer`
    is private in faust-streaming 0.15.3; `create_batch` and `send_batch` are public
    in aiokafka.
    """

    def __init__(self, app: faust.App) -> None:
        self._app = app

    async def send(self, topic: str, partition: int, records: Sequence[Outgoing]) -> None:
        """Append `records` in their order; return once the broker has all of them.

        A later record is never on the log without the earlier ones. Raises
        KafkaError where the broker would not take them in time.
        """
        producer = self._app.producer._ensure_producer()  # type: ignore[attr-defined]  # noqa: SLF001
        batch = producer.create_batch()
        for key, value in records:
            if batch.append(key=key, value=value, timestamp=None) is None:
                await (await producer.send_batch(batch, topic, partition=partition))
                batch = producer.create_batch()
                # An empty batch takes a record of any size.
                batch.append(key=key, value=value, timestamp=None)
        if batch.record_count():
            batch.close()
            await (await producer.send_batch(batch, topic, partition=partition))
