"""Change events fetched from a real topic: once passed on they are not fetched again, and never before."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from mingjing.services.agencies import Agencies, Agency
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing
from mingjing.services.exchange.changes import ChangeFetcher
from mingjing.services.exchange.fetching import Means
from mingjing.services.exchange.plan import Source, read_plan
from mingjing.services.registry import Database, Registry
from mingjing.services.stack.addresses import Address
from mingjing.streams.broker import Broker

pytestmark = pytest.mark.system

AGENCY = "91330100MA00000001"
ROUNDS = 4
PLAN = """
sources:
  - name: {topic}
    kind: debezium
    agency: 91330100MA00000001
    source: urn:a
    standard: up-pro
    object: up_pro_accept
    topic: {topic}
"""
_topics = (f"zjj.public.accept{number}" for number in itertools.count())


class Outbox:
    """Takes records, or nothing while it is away."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.away = False

    async def send(self, records: Sequence[Outgoing]) -> None:
        if self.away:
            raise OutboxUnavailable("no broker")
        self.sent += records

    def told(self, topic: str) -> list[dict[str, Any]]:
        return [orjson.loads(each.value) for each in self.sent if each.topic == topic]


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def means(outbox: Outbox, tmp_path: Path) -> Iterator[Means]:
    registry = Registry(Database(f"sqlite:///{tmp_path / 'registry'}"))
    registry.database.migrate()
    ticks = itertools.count(1)
    yield Means(
        outbox.send, "secret-of-tests", registry.receipts, registry.exchange_marks, Letters("x"), lambda: next(ticks)
    )
    registry.database.close()


@pytest.fixture
def topic(kafka: Address) -> str:
    """A topic with what Debezium writes of a row made, changed and deleted, and one record that is no change."""
    name = next(_topics)
    admin = AdminClient({"bootstrap.servers": str(kafka)})
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)
    row = {"project_no": "浙A1", "accept_date": "2026-03-06 10:00:00"}
    changes: list[bytes | None] = [
        change("c", after=row, at_ms=1_772_762_400_000),
        change("u", before=row, after=row | {"accept_date": "2026-03-06 11:00:00"}, at_ms=1_772_766_000_000),
        change("d", before=row, at_ms=1_772_769_600_000),
        None,
        b'{"what": "is this"}',
    ]
    producer = Producer({"bootstrap.servers": str(kafka)})
    for each in changes:
        producer.produce(name, each, b"k")
    assert producer.flush(30) == 0
    return name


def change(op: str, *, at_ms: int, before: dict[str, str] | None = None, after: dict[str, str] | None = None) -> bytes:
    source = {"table": "up_pro_accept", "ts_ms": at_ms}
    return orjson.dumps({"payload": {"op": op, "before": before, "after": after, "source": source}})


def source_of(topic: str) -> Source:
    bureau = Agency(
        code=AGENCY,
        title="住建局",
        region="330100000000",
        kind="window",
        sources=("urn:a",),
        delay_s=0,
        key_sha256=None,
        types=None,
    )
    (source,) = read_plan(PLAN.format(topic=topic), "exchange.yaml", Agencies([bureau], []), {})
    return source


def fetched(topic: str, means: Means, kafka: Address) -> None:
    """Fetch for one round, as a process of its own."""

    async def round_() -> None:
        fetcher = ChangeFetcher(source_of(topic), means, Broker(str(kafka)))
        try:
            for _ in range(ROUNDS):  # the group takes a moment to give a newcomer its partitions
                await fetcher.round()
        finally:
            await fetcher.stop()

    asyncio.run(round_())


def test_a_rows_life_becomes_its_events_and_what_is_no_change_is_put_aside(
    topic: str, means: Means, outbox: Outbox, kafka: Address
) -> None:
    fetched(topic, means, kafka)

    events = outbox.told(f"ingest.{AGENCY}")
    assert [each["type"] for each in events] == ["case.accepted", "case.accepted", "event.voided", "event.voided"]
    assert events[3]["corrects"] == events[0]["id"]
    assert [each["code"] for each in outbox.told("dead-letters")] == ["bad_row"]


def test_what_was_passed_on_is_not_fetched_again(topic: str, means: Means, outbox: Outbox, kafka: Address) -> None:
    fetched(topic, means, kafka)
    before = len(outbox.sent)

    fetched(topic, means, kafka)

    assert len(outbox.sent) == before


def test_what_kafka_did_not_take_is_fetched_again(topic: str, means: Means, outbox: Outbox, kafka: Address) -> None:
    outbox.away = True
    with pytest.raises(OutboxUnavailable):
        fetched(topic, means, kafka)
    outbox.away = False

    fetched(topic, means, kafka)

    assert len(outbox.told(f"ingest.{AGENCY}")) == 4


def test_what_kafka_did_not_take_is_taken_by_the_next_round_of_the_same_process(
    topic: str, means: Means, outbox: Outbox, kafka: Address
) -> None:
    async def story() -> None:
        fetcher = ChangeFetcher(source_of(topic), means, Broker(str(kafka)))
        refused = 0
        try:
            for _ in range(2 * ROUNDS):
                outbox.away = refused == 0
                try:
                    await fetcher.round()
                except OutboxUnavailable:
                    refused += 1
        finally:
            await fetcher.stop()
        assert refused == 1

    asyncio.run(story())

    assert len(outbox.told(f"ingest.{AGENCY}")) == 4
