"""The exchange process: fetches every source of the plan, each at its own pace, until it is told to stop."""

import asyncio
import signal

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import start_http_server
from sqlalchemy.exc import SQLAlchemyError

from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import OutboxUnavailable
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.exchange.changes import ChangeFetcher, stop_all
from mingjing.services.exchange.fetching import ORIGIN, Fetcher, Means, every
from mingjing.services.exchange.plan import Source
from mingjing.services.exchange.table_poll import TableRefused
from mingjing.services.registry import Registry, RegistryError
from mingjing.services.settings import Settings
from mingjing.streams.broker import Broker

FAULTS: tuple[type[Exception], ...] = (
    OutboxUnavailable,
    RegistryError,
    TableRefused,
    SQLAlchemyError,
    KafkaError,
    OSError,
)
"""What may pass by itself, or once somebody mends the source; of anything else the trace is logged, too."""

_log = structlog.get_logger(__name__)


async def run_exchange(settings: Settings, sources: list[Source], registry: Registry) -> None:
    """Fetch until SIGTERM or SIGINT; call it from the main thread's loop.

    What is under way when the stop comes is finished first.
    """
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    start_http_server(settings.exchange_metrics_port)
    outbox = KafkaOutbox(settings.broker)
    means = Means(
        outbox.send, settings.secret, registry.receipts, registry.exchange_marks, Letters(ORIGIN), wall_clock_ms
    )
    fetchers = [_fetcher(each, means, settings.broker) for each in sources]
    await outbox.start()
    try:
        async with asyncio.TaskGroup() as running:
            for each in fetchers:
                running.create_task(every(each, stopping, FAULTS, _log), name=each.source.name)
    finally:
        await stop_all(fetchers)
        await outbox.stop()


def _fetcher(source: Source, means: Means, broker: Broker) -> Fetcher:
    return ChangeFetcher(source, means, broker) if source.kind == "debezium" else Fetcher(source, means)
