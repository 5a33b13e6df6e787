"""When a case passed each topic of the path, by the broker's own stamp."""

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from typing import Any

import orjson
from confluent_kafka import Consumer, Message, TopicPartition

from mingjing.streams.topics import CARDS, CASE_EVENTS, ingest_topic

ANSWER_S = 10
PATIENCE_S = 60


def passed(bootstrap: str, agencies: Sequence[str], wanted: Collection[str]) -> list[tuple[str, dict[str, float]]]:
    """Return each stage in order, with the instant (seconds) at which each wanted case key was first appended to it."""
    return [
        ("ingest", _first(bootstrap, [ingest_topic(code) for code in agencies], wanted, _ingested)),
        ("case-events", _first(bootstrap, [CASE_EVENTS], wanted, _key)),
        ("cards", _first(bootstrap, [CARDS], wanted, _key)),
    ]


def on_cards(bootstrap: str, wanted: Collection[str]) -> Collection[str]:
    """Return those of the wanted case keys of which there is a card on the log."""
    return _first(bootstrap, [CARDS], wanted, _key).keys()


def _key(message: Message) -> str:
    return (message.key() or b"").decode()


def _ingested(message: Message) -> str:
    event: dict[str, Any] = orjson.loads(message.value() or b"{}")
    return f"{event.get('agency')}/{event.get('subject')}"


def _first(
    bootstrap: str, topics: Sequence[str], wanted: Collection[str], key_of: Callable[[Message], str]
) -> dict[str, float]:
    """Read topics from the beginning to their present end."""
    found: dict[str, float] = {}
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "mingjing-bench", "log_level": 0})
    with closing(consumer):
        places, left = [], 0
        for topic in topics:
            for number in consumer.list_topics(topic, timeout=ANSWER_S).topics[topic].partitions:
                low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=ANSWER_S)
                if high > low:
                    places.append(TopicPartition(topic, number, low))
                    left += high - low
        consumer.assign(places)
        until = time.monotonic() + PATIENCE_S
        while left > 0 and time.monotonic() < until:
            for message in consumer.consume(1000, 0.5):
                if message.error() is None:
                    left -= 1
                    key = key_of(message)
                    if key in wanted:
                        found.setdefault(key, message.timestamp()[1] / 1000)
    return found
