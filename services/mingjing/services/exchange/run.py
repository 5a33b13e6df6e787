"""The exchange process: fetches every source of the plan, each at its own pace, until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import start_http_server
from sqlalchemy.exc import SQLAlchemyError

from mingjing.services.agencies_following import LOOK_EVERY_S
from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import OutboxUnavailable
from mingjing.services.api.gateway.recalling import Recalling
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.exchange.changes import ChangeFetcher
from mingjing.services.exchange.fetching import ORIGIN, Fetcher, Means, every
from mingjing.services.exchange.plan import Source
from mingjing.services.exchange.plan_following import FollowedPlan
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


async def run_exchange(settings: Settings, plan: FollowedPlan, registry: Registry) -> None:
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
    await asyncio.to_thread(Recalling(settings.broker, lambda: _codes(plan.sources), means.known).recall)
    fetchers = Fetchers(lambda source: _fetcher(source, means, settings.broker))
    await outbox.start()
    try:
        await fetchers.keep(plan.sources)
        while not await _stopped_within(stopping, LOOK_EVERY_S):
            sources = await asyncio.to_thread(plan.news)
            if sources is not None:
                await fetchers.keep(sources)
    finally:
        await fetchers.keep([])
        await outbox.stop()


class _Running(NamedTuple):
    source: Source
    fetcher: Fetcher
    stopping: asyncio.Event
    task: asyncio.Task[None]


class Fetchers:
    """Those at work, one a source."""

    def __init__(self, make: Callable[[Source], Fetcher]) -> None:
        self._make = make
        self._running: dict[str, _Running] = {}

    async def keep(self, sources: Sequence[Source]) -> None:
        """Have exactly these sources fetched: who fetches another, or as it was before, finishes its round first."""
        wanted = {each.name: each for each in sources}
        ending = [each for each in self._running.values() if wanted.get(each.source.name) != each.source]
        for each in ending:
            each.stopping.set()
        for each in ending:
            await each.task
            await each.fetcher.stop()
            del self._running[each.source.name]
        for name in wanted.keys() - self._running.keys():
            self._begin(wanted[name])

    def _begin(self, source: Source) -> None:
        fetcher, stopping = self._make(source), asyncio.Event()
        task = asyncio.create_task(every(fetcher, stopping, FAULTS, _log), name=source.name)
        self._running[source.name] = _Running(source, fetcher, stopping, task)


async def _stopped_within(stopping: asyncio.Event, seconds: float) -> bool:
    """Return whether the stop came; waits no longer than `seconds` for it."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return False
    return True


def _codes(sources: Sequence[Source]) -> list[str]:
    return sorted({each.agency.code for each in sources})


def _fetcher(source: Source, means: Means, broker: Broker) -> Fetcher:
    return ChangeFetcher(source, means, broker) if source.kind == "debezium" else Fetcher(source, means)
