"""How far a consumer group has come, and which partitions its members hold, as the broker says at this moment."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from mingjing.services.log_spans import ANSWER_S, LogUnread, Place, Span
from mingjing.streams.broker import Broker


class LogGroup:
    """The consumer group `name` at a broker. Nothing is connected before the first question."""

    def __init__(self, broker: Broker, name: str) -> None:
        self.name = name
        self._spoken = {**broker.librdkafka(), "log_level": 0}
        self._admin: AdminClient | None = None

    def left(self, marks: Mapping[Place, Span]) -> dict[Place, int]:
        """Return how many records of each span the group has not committed, of those partitions that have any."""
        if not marks:
            return {}
        asked = ConsumerGroupTopicPartitions(self.name, [TopicPartition(*place) for place in marks])
        found = self._answer(self._asking().list_consumer_group_offsets([asked], request_timeout=ANSWER_S))
        reached = {(each.topic, each.partition): each.offset for each in found.topic_partitions}
        left = {place: span.left(reached[place]) for place, span in marks.items()}
        return {place: records for place, records in sorted(left.items()) if records}

    def held(self) -> set[Place]:
        """Return the partitions that members of the group have; none while the group shares them out."""
        found = self._answer(self._asking().describe_consumer_groups([self.name], request_timeout=ANSWER_S))
        return {(each.topic, each.partition) for member in found.members for each in member.assignment.topic_partitions}

    def _asking(self) -> AdminClient:
        if self._admin is None:
            self._admin = AdminClient(self._spoken)
        return self._admin

    def _answer(self, futures: Mapping[str, "Future[Any]"]) -> Any:
        try:
            return futures[self.name].result()
        except KafkaException as exc:
            raise LogUnread(f"Kafka 没有答出消费组 {self.name} 的进度（{exc}），请确认 Kafka 在运行") from exc
