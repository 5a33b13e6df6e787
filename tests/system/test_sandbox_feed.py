"""An agency tries things out over Kafka: it is told what became of them, and nothing that draws cards hears of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies, Agency
from mingjing.services.api.gateway import sandbox as module
from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.sandbox import Sandbox
from mingjing.services.api.gateway.sandbox_feed import SandboxFeed
from mingjing.services.registry import Database, Registry
from mingjing.services.rulebook_files import rulebook_of
from mingjing.services.settings import read_settings
from mingjing.services.stack.addresses import Address
from mingjing.streams.broker import Broker
from mingjing.streams.kafka_topics import apply
from mingjing.streams.topics import CASE_EVENTS, ingest_topic, sandbox_receipts_topic, sandbox_topic

pytestmark = pytest.mark.system

PATIENCE_S = 90
PARTITIONS = 1
US = Agency(
    code="11990000MB0000182N", title="局", region="990100000000", kind="w", sources=("urn:a",), delay_s=0,
    key_sha256=None, types=None,
)  # fmt: skip
Json = dict[str, Any]


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    return rulebook_of(read_settings(), {})


@pytest.fixture
def sandbox(tmp_path: Path, shipped: Rulebook) -> Iterator[Sandbox]:
    database = Database(f"sqlite:///{tmp_path / 'registry'}")
    database.migrate()
    yield Sandbox(Registry(database).sandbox, lambda: shipped, "secret-of-tests")
    database.close()


@pytest.fixture
def broker(kafka: Address) -> Broker:
    there = Broker(str(kafka))
    apply(there, PARTITIONS, [US.code])
    return there


@asynccontextmanager
async def fed(broker: Broker, sandbox: Sandbox) -> AsyncIterator[None]:
    outbox = KafkaOutbox(broker)
    feed = SandboxFeed(broker, Agencies([US], []), outbox, sandbox)
    await outbox.start()
    await feed.start()
    yield
    await feed.stop()
    await outbox.stop()


def tried(broker: Broker, sandbox: Sandbox, events: list[Json], enough: Callable[[list[Json]], bool]) -> list[Json]:
    """Put events on the sandbox topic; return what is told from then on, once it is enough."""
    place = TopicPartition(sandbox_receipts_topic(US.code), 0)
    consumer = Consumer({**broker.librdkafka(), "group.id": "look", "log_level": 0})
    place.offset = end_of(consumer, place)
    consumer.assign([place])
    producer = Producer(broker.librdkafka())
    for event in events:
        producer.produce(sandbox_topic(US.code), orjson.dumps(event))
    assert producer.flush(PATIENCE_S) == 0

    def read() -> list[Json]:
        told: list[Json] = []
        while not enough(told):
            message = consumer.poll(PATIENCE_S)
            assert message is not None, f"nothing more was told after {told}"
            told.append(orjson.loads(message.value() or b"{}"))
        return told

    async def heard() -> list[Json]:
        async with fed(broker, sandbox):
            return await asyncio.to_thread(read)

    try:
        return asyncio.run(heard())
    finally:
        consumer.close()


def event(number: str, **changes: str) -> Json:
    told = {
        "specversion": "1.0",
        "id": number,
        "source": "urn:a",
        "type": "case.accepted",
        "subject": f"X{number}",
        "time": "2026-03-06T10:00:00+08:00",
        "item": "11990000MB0000182N2000116005000",
    }
    return told | changes


def end_of(consumer: Consumer, place: TopicPartition) -> int:
    """Return where a partition ends; one that was just made is waited for until it has a leader."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return int(consumer.get_watermark_offsets(place, timeout=PATIENCE_S)[1])
        except KafkaException:
            if time.monotonic() > until:
                raise
            consumer.poll(0.2)


def ends(broker: Broker) -> list[int]:
    """Return how many records lie where cases come in."""
    consumer = Consumer({**broker.librdkafka(), "group.id": "ends", "log_level": 0})
    places = [TopicPartition(ingest_topic(US.code), each) for each in (0, 1)] + [TopicPartition(CASE_EVENTS, 0)]
    try:
        return [end_of(consumer, place) for place in places]
    finally:
        consumer.close()


def test_what_is_tried_over_kafka_is_answered_as_a_post_is_and_goes_nowhere_else(
    broker: Broker, sandbox: Sandbox
) -> None:
    before = ends(broker)
    told = tried(
        broker,
        sandbox,
        [event("1"), event("2", time="2026-03-06T10:00:00"), event("3", source="urn:b")],
        lambda told: sum(len(each["results"]) for each in told) == 3,
    )
    results = [result for receipt in told for result in receipt["results"]]

    assert [(each["id"], each["result"], each.get("code")) for each in results] == [
        ("1", "accepted", None),
        ("2", "rejected", "naive_time"),
        ("3", "rejected", "foreign_source"),
    ]
    assert {receipt["sandbox"] for receipt in told} == {True}
    assert "TL-04" in {card["rule"] for receipt in told for card in receipt["cards"]}
    assert ends(broker) == before


def test_a_sandbox_that_is_full_says_so_and_takes_nothing(
    broker: Broker, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 0)

    (told, *_) = tried(broker, sandbox, [event("f-1")], bool)

    assert (told["code"], told["events"]) == ("sandbox_full", 1)
