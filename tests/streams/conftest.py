"""Small worlds for the streams: a log in memory, records, and a judge that can be asked to fail."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import orjson
import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.calendar_text import parse_calendar
from mingjing.rules.engine import Engine
from mingjing.rules.events import Event
from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.streams.batches import LOG_APPEND_TIME
from mingjing.streams.outlet import Outgoing
from mingjing.streams.ports import Principal
from mingjing.streams.topics import ingest_topic
from mingjing.streams.wire import event_bytes

AGENCY = "91330100MA00000001"
SOURCE = "urn:yunzhou:scjg"
PRINCIPAL = Principal(agency=AGENCY, sources=frozenset({SOURCE}))
INGEST = ingest_topic(AGENCY)

PACK = """
pack: short
title: 短时限
version: "1"
vocabulary: open
rules:
  - id: TL-1
    title: 一小时办结
    basis: [演示]
    kind: time-limit
    start: [opened]
    stop: [closed]
    limit: 1h
    count: to-the-second
    cards:
      yellow: {at: past limit, id: TL-1}
"""


def calendar() -> Calendar:
    return parse_calendar(
        "calendar: none\ntitle: none\nversion: '1'\nyears:\n  2026: {status: official}\n", "none.yaml"
    )


def rulebook() -> Rulebook:
    return Rulebook([parse_pack(PACK, "short.yaml", {})], calendar())


@pytest.fixture
def engine() -> Engine:
    """An engine with one rule: an hour from `opened` to `closed`."""
    return Engine(rulebook(), now=0)


@pytest.fixture
def another_engine() -> Engine:
    """An engine like `engine`, as the next owner of the partition would have."""
    return Engine(rulebook(), now=0)


class OneAgency:
    """The principals of an installation with one agency."""

    def of_topic(self, topic: str) -> Principal | None:
        return PRINCIPAL if topic == INGEST else None

    def agency_codes(self) -> Sequence[str]:
        return [AGENCY]

    def renewed(self) -> bool:
        return False


class StoppedClock:
    """A wall clock that shows one instant."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


class Read(msgspec.Struct, kw_only=True):
    """A record as a consumer reads it."""

    topic: str = "case-events"
    partition: int = 0
    offset: int = 0
    timestamp: int = 0
    timestamp_type: int = LOG_APPEND_TIME
    headers: tuple[tuple[str, bytes], ...] = ()
    key: bytes | None = None
    value: bytes | None = None


class MemoryLog:
    """An outlet that keeps what is sent; `fails` names the topic that takes nothing.

    Until `gate` is set nothing gets through.
    """

    def __init__(self) -> None:
        self.sent: defaultdict[str, list[Outgoing]] = defaultdict(list)
        self.order: list[str] = []
        self.fails: str | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    def put(self, topic: str, _partition: int, records: Sequence[Outgoing]) -> Awaitable[None]:
        return asyncio.ensure_future(self._take(topic, records))

    async def _take(self, topic: str, records: Sequence[Outgoing]) -> None:
        await self.gate.wait()
        if topic == self.fails:
            raise OSError(f"{topic} takes nothing")
        self.sent[topic] += records
        self.order.append(topic)

    def values(self, topic: str) -> list[Any]:
        return [orjson.loads(value or b"null") for _, value in self.sent[topic]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def read() -> type[Read]:
    """Makes a record as a consumer reads it."""
    return Read


@pytest.fixture
def one_agency() -> OneAgency:
    return OneAgency()


@pytest.fixture
def stopped_clock() -> Callable[[str], StoppedClock]:
    return lambda text: StoppedClock(at(text))


@pytest.fixture
def case_event() -> Callable[..., Read]:
    """Makes a record of case-events: offset, type, time, and by name the case and the moment of ingest."""
    return _case_event


@pytest.fixture
def tick() -> Callable[..., Read]:
    """Makes a watermark as intake puts it on case-events: offset, time, feed."""
    return _tick


def _case_event(offset: int, type_: str, time: str, *, case: str = "1", ingested: str | None = None) -> Read:
    event = Event(
        id=f"{case}-{type_}-{offset}",
        source=SOURCE,
        type=type_,
        subject=case,
        time=at(time),
        agency=AGENCY,
        casekey=f"{AGENCY}/{case}",
        ingestedtime=at(ingested or time),
    )
    return Read(offset=offset, key=(event.casekey or "").encode(), value=event_bytes(event))


def _tick(offset: int, time: str, feed: str = "f") -> Read:
    event = Event(
        id=f"tick-{offset}",
        source=SOURCE,
        type="clock.tick",
        subject="clock",
        time=at(time),
        ingestedtime=at(time),
        data={"feed": feed},
    )
    return Read(offset=offset, value=event_bytes(event))
