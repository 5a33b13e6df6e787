"""Topics on a real broker: made once, never altered."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.streams.broker import Broker
from mingjing.streams.kafka_topics import apply, demand, partition_counts
from mingjing.streams.topics import (
    STATE,
    TopicsRefused,
    ingest_topic,
    sandbox_receipts_topic,
    sandbox_topic,
    topics_of,
)

pytestmark = pytest.mark.system

PATIENCE_S = 30
ONE, TWO = "11330100MB1234567A", "11330100MB1234568B"


@pytest.fixture
def bootstrap(tmp_path: Path) -> Iterator[str]:
    address = Address("127.0.0.1", free_ports(1)[0])
    with broker(address, tmp_path / "kafka", tmp_path / "kafka.log", cache=cache_folder(), heap="256m", brief=True):
        yield str(address)


def test_topics_are_made_once_and_the_next_agencys_with_the_next_run(bootstrap: str) -> None:
    first, again, later = (apply(Broker(bootstrap), 3, agencies) for agencies in ([ONE], [ONE], [ONE, TWO]))

    assert first.created == [topic.name for topic in topics_of(3, [ONE])]
    assert again.created == []
    assert set(later.created) == {ingest_topic(TWO), sandbox_topic(TWO), sandbox_receipts_topic(TWO)}


def test_another_partition_count_is_refused_and_nothing_is_made(bootstrap: str) -> None:
    apply(Broker(bootstrap), 3, [ONE])
    before = partition_counts(Broker(bootstrap))

    with pytest.raises(TopicsRefused, match="case-events：现有 3 个分区，应为 8 个"):
        apply(Broker(bootstrap), 8, [ONE, TWO])

    assert partition_counts(Broker(bootstrap)) == before


def test_a_state_topic_that_is_not_compacted_any_more_is_refused_by_name(bootstrap: str) -> None:
    apply(Broker(bootstrap), 3, [ONE])
    demand(Broker(bootstrap), 3, [ONE])
    alter(bootstrap, STATE, "cleanup.policy", "delete")

    for ask in (apply, demand):
        with pytest.raises(TopicsRefused, match=f"主题 {STATE}：cleanup.policy 现为 delete，应为 compact"):
            ask(Broker(bootstrap), 3, [ONE])


def test_a_topic_that_is_missing_is_asked_for(bootstrap: str) -> None:
    apply(Broker(bootstrap), 3, [ONE])
    missing = "、".join(topic(TWO) for topic in (ingest_topic, sandbox_topic, sandbox_receipts_topic))

    with pytest.raises(TopicsRefused, match=f"缺少主题 {missing}；请先执行 mingjing topics apply"):
        demand(Broker(bootstrap), 3, [ONE, TWO])


def alter(bootstrap: str, topic: str, setting: str, value: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=[bootstrap])
    resource = ConfigResource(ConfigResourceType.TOPIC, topic, {setting: value})
    admin.alter_configs([resource])
    until = time.monotonic() + PATIENCE_S
    while admin.describe_configs([resource])["topic"][topic][setting]["value"] != value:
        assert time.monotonic() < until, f"the broker does not take {setting}={value}"
    admin.close()
