"""The notifier process, put together."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from zoneinfo import ZoneInfo

import structlog

from mingjing.rules.pack import DEFAULT_ZONE
from mingjing.services.agencies import Agencies, named
from mingjing.services.agencies_following import Live, followed
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.confided import Confided
from mingjing.services.notices.ear import TOPICS, Ear
from mingjing.services.notices.metrics import NotifyMetrics
from mingjing.services.notices.owed import Owing
from mingjing.services.notices.plan import Plan
from mingjing.services.notices.postman import Postman
from mingjing.services.notices.telling import Words
from mingjing.services.registry import Deliveries, RegistryUnavailable, open_registry
from mingjing.services.rulebook.following import following
from mingjing.services.settings import Settings
from mingjing.services.sink.kafka_source import KafkaSource
from mingjing.services.sink.probe import Probe
from mingjing.services.sink.source import Record, Source
from mingjing.services.sink.stopping import Stopping

GROUP = "mingjing-notify"

_AGAIN_S = 2.0
_COUNT_EVERY_S = 10.0
_NO_CHANNEL = "通知计划中已没有这个通道"

log = structlog.get_logger()


def words_of(settings: Settings, agencies: Agencies) -> Words:
    """Return the words of an installation: links lead to its console."""
    return Words(settings.console, Live(agencies.titles), ZoneInfo(DEFAULT_ZONE))


def run_notifier(settings: Settings, plan: Plan, agencies: Agencies) -> None:
    """Tell of cards as `plan` says until SIGTERM; call it from the main thread.

    Raises PackRefused where the rules cannot be read, and PublicationRefused where Kafka
    does not say what was published: which subjects name who came forward is the law's to say.
    """
    stopping = Stopping()
    metrics = NotifyMetrics()
    words = words_of(settings, agencies)
    with ExitStack() as open_things:
        probe = Probe(metrics, settings.notify_metrics_port)
        open_things.callback(probe.close)
        registry = open_registry(settings)
        open_things.callback(registry.database.close)
        source = KafkaSource(settings.broker, GROUP, TOPICS, settings.instance)
        open_things.callback(source.close)
        law = open_things.enter_context(following(settings, agencies))
        open_things.enter_context(followed(agencies, named(settings.agencies)))
        owing = Owing(plan.routes, words.zone, plan.old_after, lambda: Confided.of(law()))
        ear = Ear(owing, registry.deliveries, wall_clock_ms)
        postman = Postman(plan, registry.deliveries, words, metrics, wall_clock_ms)
        threads = open_things.enter_context(ThreadPoolExecutor(1, "postman"))
        ended = threading.Event()
        open_things.callback(ended.set)
        carrying = threads.submit(asyncio.run, postman.run(lambda: stopping() or ended.is_set()))
        _Listening(source, ear, registry.deliveries, metrics, stopping, carrying).run(plan)


class _Listening:
    """The main thread's part: read, enter, commit, for ever."""

    def __init__(
        self,
        source: Source,
        ear: Ear,
        deliveries: Deliveries,
        metrics: NotifyMetrics,
        stopping: Callable[[], bool],
        carrying: Future[None],
    ) -> None:
        self._source = source
        self._ear = ear
        self._deliveries = deliveries
        self._metrics = metrics
        self._stopping = stopping
        self._carrying = carrying
        self._counted = 0.0

    def run(self, plan: Plan) -> None:
        """Listen until a stop is asked for, or the postman has died of something, which is raised."""
        self._patiently(lambda: self._begin(plan))
        while not self._stopping():
            if self._carrying.done():
                self._carrying.result()
            records = self._source.gather()
            self._metrics.alive()
            if records and self._patiently(lambda heard=records: self._enter(heard)):  # type: ignore[misc]  # bound now
                self._source.commit(records)
            if time.monotonic() - self._counted > _COUNT_EVERY_S:
                self._patiently(self._count)

    def _begin(self, plan: Plan) -> None:
        stopped = self._deliveries.stop_others(plan.channels, _NO_CHANNEL)
        if stopped:
            log.warning("stopped what was to go by channels that are no more", deliveries=stopped)
        self._metrics.entered(0, 0)

    def _enter(self, records: list[Record]) -> None:
        self._metrics.entered(len(records), self._ear.hear(records))

    def _count(self) -> None:
        self._metrics.counted(self._deliveries.unsent())
        self._counted = time.monotonic()

    def _patiently(self, act: Callable[[], None]) -> bool:
        """Do it, however long the registry is away; False when told to stop before it was done."""
        while not self._stopping():
            try:
                act()
            except RegistryUnavailable as exc:
                self._metrics.away(str(exc))
                log.warning("registry away, records wait in Kafka", reason=str(exc))
                self._source.hold(_AGAIN_S)
            else:
                return True
        return False
