"""Trying things out over Kafka: what lies on an agency's sandbox topic is judged in its sandbox, and nowhere else.

Nothing but this reads `sandbox.<agency>`: intake does not know it, so that what is tried can
draw no real card. What became of the events goes to `sandbox.<agency>.receipts`, in the form
in which a post with a sandbox key is answered. Who restarts while an answer is on its way
may tell an event a second time, then as a duplicate.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from starlette.concurrency import run_in_threadpool

from mingjing.services.agencies import Agencies
from mingjing.services.api.gateway.outbox import Outbox, OutboxUnavailable, Outgoing
from mingjing.services.api.gateway.sandbox import PER_MINUTE, Sandbox
from mingjing.services.api.problems import Problem
from mingjing.services.api.sandbox_documents import NotTried, TriedReceipt
from mingjing.services.api.tasks import ended
from mingjing.services.registry import RegistryError
from mingjing.streams.broker import Broker
from mingjing.streams.topics import sandbox_receipts_topic, sandbox_topic

GROUP = "mingjing-sandbox"
AT_ONCE = 100
"""Events told of in one receipt."""
_WAIT_MS = 200
_AGAIN_S = 1.0
_STOP_WITHIN_S = 3.0

_log = structlog.get_logger(__name__)


class SandboxFeed:
    """Reads the sandbox topics of the agencies there are now, each no faster than a sandbox takes posts."""

    def __init__(self, broker: Broker, agencies: Agencies, outbox: Outbox, sandbox: Sandbox) -> None:
        self._broker = broker
        self._agencies = agencies
        self._topics: dict[str, str] = {}
        self._outbox = outbox
        self._sandbox = sandbox
        self._rests_until: dict[TopicPartition, float] = {}
        self._at_work = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None
        self._away = False

    async def start(self) -> None:
        """Begin to read; returns at once."""
        self._following = asyncio.create_task(self._follow(), name="sandbox-feed")

    async def stop(self) -> None:
        """Finish what is being answered, if that is soon, and stop reading; what was not answered is read again."""
        if self._following is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_WITHIN_S):
                    await self._at_work.acquire()
            await ended(self._following)

    async def _follow(self) -> None:
        while True:
            try:
                await self._follow_once()
            except (KafkaError, RegistryError, OSError) as exc:
                if not self._away:
                    _log.warning("sandbox_away", reason=repr(exc), again_every_s=_AGAIN_S)
                self._away = True
                await asyncio.sleep(_AGAIN_S)

    async def _follow_once(self) -> None:
        consumer = AIOKafkaConsumer(
            **self._broker.keywords(),
            client_id=GROUP,
            group_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        self._rests_until.clear()
        try:
            await consumer.start()
            self._topics = {}
            while True:
                await self._follow_new(consumer)
                self._wake(consumer)
                for place, records in (await consumer.getmany(timeout_ms=_WAIT_MS, max_records=AT_ONCE)).items():
                    async with self._at_work:
                        await self._take(place.topic, [record.value or b"" for record in records])
                        await consumer.commit({place: records[-1].offset + 1})
                    self._away = False
                    consumer.pause(place)
                    self._rests_until[place] = time.monotonic() + len(records) * 60 / PER_MINUTE
        finally:
            await consumer.stop()

    async def _follow_new(self, consumer: AIOKafkaConsumer) -> None:
        """Read the topics of exactly the agencies that are registered by now; returns once there are any."""
        while True:
            wanted = {sandbox_topic(code): code for code in self._agencies.agency_codes()}
            if wanted != self._topics:
                self._topics = wanted
                self._rests_until.clear()
                if wanted:
                    consumer.subscribe(list(wanted))
                else:
                    consumer.unsubscribe()
            if wanted:
                return
            await asyncio.sleep(_AGAIN_S)

    def _wake(self, consumer: AIOKafkaConsumer) -> None:
        """Let those be read again who have rested; a partition that was taken away rests no more."""
        now = time.monotonic()
        rested = {place for place, until in self._rests_until.items() if until <= now}
        consumer.resume(*(rested & consumer.assignment()))
        for place in rested:
            del self._rests_until[place]

    async def _take(self, topic: str, raw_events: Sequence[bytes]) -> None:
        """Take events into the agency's sandbox, and see to it that the agency is told."""
        agency = self._agencies.of_code(self._topics.get(topic, ""))
        if agency is None:
            return  # registered no more since it was read
        told: TriedReceipt | NotTried
        try:
            told = await run_in_threadpool(self._sandbox.receive, raw_events, agency.principal, datetime.now(UTC))
        except Problem as exc:
            told = NotTried(events=len(raw_events), code=exc.code, detail=exc.detail)
        answer = Outgoing(sandbox_receipts_topic(agency.code), None, msgspec.json.encode(told))
        while True:  # asked again, the sandbox would call them duplicates
            try:
                await self._outbox.send([answer])
            except OutboxUnavailable:
                await asyncio.sleep(_AGAIN_S)
            else:
                return
