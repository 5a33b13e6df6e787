"""The outbox on Kafka: one idempotent producer, replaced whenever it has failed.

A producer whose batch timed out no longer knows its own sequence numbers; it is
not used again. What it may have written all the same is written a second time
by whoever repeats the request, and intake's readers know it by (source, id).
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing

ACK_WITHIN_S = 10.0
_AGAIN_S = 1.0
_MAX_RECORD = 4 * 1024 * 1024

_log = structlog.get_logger(__name__)


class KafkaOutbox:
    """Keeps one producer connected, whatever happens to the broker; see `Outbox`."""

    def __init__(self, bootstrap: str, *, ack_within_s: float = ACK_WITHIN_S) -> None:
        self._bootstrap = bootstrap
        self._ack_within_s = ack_within_s
        self._producer: AIOKafkaProducer | None = None
        self._failed = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether a connected producer is at hand."""
        return self._producer is not None

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        self._keeping = asyncio.create_task(self._keep_connected(), name="gateway-outbox")

    async def stop(self) -> None:
        """Write out what is under way and disconnect."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping

    async def send(self, records: Sequence[Outgoing]) -> None:
        """Write the records and wait for all of them."""
        producer = self._producer
        if producer is None:
            raise OutboxUnavailable(f"no connection to {self._bootstrap}")
        try:
            async with asyncio.timeout(self._ack_within_s):
                written = [
                    await producer.send(each.topic, each.value, key=each.key, partition=each.partition)
                    for each in records
                ]
                await asyncio.gather(*written)
        except (KafkaError, TimeoutError, OSError) as exc:
            if self._producer is producer:
                self._producer = None
                self._failed.set()
            raise OutboxUnavailable(repr(exc)) from exc

    async def _keep_connected(self) -> None:
        away = False
        while True:
            producer = self._made()
            try:
                await producer.start()
                away = False
                self._failed.clear()
                self._producer = producer
                _log.info("producer_connected", kafka=self._bootstrap)
                await self._failed.wait()
                _log.warning("producer_replaced", kafka=self._bootstrap)
            except (KafkaError, OSError) as exc:
                if not away:
                    _log.warning("producer_away", kafka=self._bootstrap, reason=repr(exc), again_every_s=_AGAIN_S)
                away = True
                await asyncio.sleep(_AGAIN_S)
            finally:
                self._producer = None
                await _stopped(producer)

    def _made(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id="mingjing-gateway",
            enable_idempotence=True,
            acks="all",
            compression_type="lz4",
            linger_ms=2,
            max_request_size=_MAX_RECORD,
            request_timeout_ms=int(self._ack_within_s * 1000),
        )


async def _stopped(producer: AIOKafkaProducer) -> None:
    """Stop a producer; one that cannot reach the broker is not waited for."""
    with suppress(KafkaError, TimeoutError, OSError):
        async with asyncio.timeout(3):
            await producer.stop()
