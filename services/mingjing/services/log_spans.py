"""What each partition of a topic still has, and where it ends, as the broker says at this moment."""

from collections.abc import Iterable
from typing import Final

import msgspec
from confluent_kafka import Consumer, KafkaException, TopicPartition

from mingjing.streams.broker import Broker

ANSWER_S: Final = 10
_SILENT: Final = 0
"""What librdkafka logs of a broker that is away: the caller is told by an exception."""

Place = tuple[str, int]
"""A topic and a partition of it."""


class LogUnread(Exception):
    """The broker did not say where a topic ends; the text names the topic or the fault, and the remedy."""


class Span(msgspec.Struct, frozen=True):
    """The offset of the first record that a partition still has, and the one that its next record will have."""

    first: int
    end: int

    def left(self, reached: int) -> int:
        """Return how many records lie at or after offset `reached` (negative: nothing was read yet)."""
        return max(0, self.end - max(reached, self.first))


def spans(broker: Broker, topics: Iterable[str]) -> dict[Place, Span]:
    """Return the span of every partition of the topics; LogUnread where the broker does not say."""
    consumer = Consumer({**broker.librdkafka(), "group.id": "mingjing-look", "log_level": _SILENT})
    try:
        return spans_by(consumer, topics)
    finally:
        consumer.close()


def spans_by(consumer: Consumer, topics: Iterable[str]) -> dict[Place, Span]:
    """Return what `spans` does, asked by a consumer that is there already."""
    found: dict[Place, Span] = {}
    try:
        described = consumer.list_topics(timeout=ANSWER_S).topics
        for topic in topics:
            if topic not in described:
                raise LogUnread(f"Kafka 上没有主题 {topic}，请执行 mingjing topics apply")
            for number in described[topic].partitions:
                place = TopicPartition(topic, number)
                found[topic, number] = Span(*consumer.get_watermark_offsets(place, timeout=ANSWER_S))
    except KafkaException as exc:
        raise LogUnread(f"读不到 Kafka 日志的末端（{exc}），请确认 Kafka 在运行") from exc
    return found
