from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from mingjing.services.stack.addresses import Address, free_ports, taken
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker, claims
from mingjing.services.stack.program import Program

pytestmark = pytest.mark.system


def a_broker(address: Address, folder: Path) -> Program:
    return broker(address, folder / "data", folder / "kafka.log", cache=cache_folder(), heap="256m", brief=True)


def test_a_broker_keeps_what_it_was_given_and_leaves_nothing_running(tmp_path: Path) -> None:
    first = Address("127.0.0.1", free_ports(1)[0])
    with a_broker(first, tmp_path):
        make_topic(first)
        producer = Producer({"bootstrap.servers": str(first)})
        producer.produce("cards", value="红牌".encode())
        assert producer.flush(30) == 0
        formatted = (tmp_path / "data" / "log" / "meta.properties").read_bytes()
    assert not any(taken(claim.address) for claim in claims(first))

    second = Address("127.0.0.1", free_ports(1)[0])
    with a_broker(second, tmp_path):
        assert read_one(second) == "红牌".encode()
    assert (tmp_path / "data" / "log" / "meta.properties").read_bytes() == formatted


def test_no_topic_is_made_by_naming_it(kafka: Address) -> None:
    named = Producer({"bootstrap.servers": str(kafka)}).list_topics("nobody-made-me", timeout=30)
    assert named.topics["nobody-made-me"].error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART


def make_topic(address: Address) -> None:
    admin = AdminClient({"bootstrap.servers": str(address)})
    admin.create_topics([NewTopic("cards", 1, 1)])["cards"].result(30)


def read_one(address: Address) -> bytes | None:
    consumer = Consumer({"bootstrap.servers": str(address), "group.id": "test", "auto.offset.reset": "earliest"})
    try:
        consumer.subscribe(["cards"])
        message = consumer.poll(60)
        return None if message is None else message.value()
    finally:
        consumer.close()
