"""The plain source on a real broker, where everything takes longer than it is given."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import Producer

from mingjing.services.sink import kafka_source
from mingjing.services.sink.kafka_source import KafkaSource
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.streams.broker import Broker
from mingjing.streams.kafka_topics import apply

pytestmark = pytest.mark.system

PARTITIONS = 3
PATIENCE_S = 60


@pytest.fixture
def bootstrap(tmp_path: Path) -> Iterator[str]:
    address = Address("127.0.0.1", free_ports(1)[0])
    with broker(address, tmp_path / "kafka", tmp_path / "kafka.log", cache=cache_folder(), heap="256m", brief=True):
        apply(Broker(str(address)), PARTITIONS, [])
        yield str(address)


def test_a_group_is_joined_though_every_poll_ends_before_the_broker_answers(
    bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    for partition in range(PARTITIONS):
        producer.produce("cards", b"{}", partition=partition)
    assert producer.flush(30) == 0
    monkeypatch.setattr(kafka_source, "_FIRST_WAIT_MS", 1)

    for attempt in range(3):
        read: set[int] = set()
        until = time.monotonic() + PATIENCE_S
        with closing(KafkaSource(Broker(bootstrap), f"hurried-{attempt}", ["cards", "case-facts"])) as source:
            while len(read) < PARTITIONS and time.monotonic() < until:
                read |= {record.partition for record in source.gather()}

        assert read == set(range(PARTITIONS))


def test_what_still_waits_for_others_when_a_source_ends_comes_to_the_next(bootstrap: str) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(PARTITIONS * 10):
        for topic in ("cards", "case-facts"):
            producer.produce(topic, b"{}", partition=number % PARTITIONS)
    assert producer.flush(30) == 0
    topics = ["cards", "case-facts"]
    written: set[tuple[str, int, int]] = set()

    for wanted in ({"cards"}, set(topics)):
        until = time.monotonic() + PATIENCE_S
        with closing(KafkaSource(Broker(bootstrap), "patient", topics, "one", patient=["case-facts"])) as source:
            while not wanted <= _whole(written) and time.monotonic() < until:
                records = source.gather()
                written |= {(each.topic, each.partition, each.offset) for each in records}
                if records:
                    source.commit(records)

    assert len(written) == PARTITIONS * 20


def _whole(written: set[tuple[str, int, int]]) -> set[str]:
    """Return the topics of which every record has come."""
    return {topic for topic, count in Counter(topic for topic, _, _ in written).items() if count == PARTITIONS * 10}
