"""How much lies on a topic, and when its first and last records were written."""

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Consumer, TopicPartition


def stamps(consumer: Consumer, topic: str, *, last: bool) -> list[int]:
    """Return the time (milliseconds) of the first or last record of every partition that has any."""
    found = []
    for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
        if high > low:
            consumer.assign([TopicPartition(topic, number, high - 1 if last else low)])
            record = consumer.poll(10)
            kind, stamp = record.timestamp()
            if kind == TIMESTAMP_NOT_AVAILABLE:
                raise SystemExit(f"records of {topic} carry no time")
            found.append(stamp)
    return found


def count(consumer: Consumer, topic: str) -> int:
    """Return how many records lie on a topic."""
    numbers = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    ends = (consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10) for number in numbers)
    return sum(high - low for low, high in ends)
