"""The topic `rulebook` on Kafka: every version that was ever published, in the order in which it was."""

from collections.abc import Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from mingjing.rules.publication import TOPIC, Publication, PublicationRefused, decoded, encoded, refuse
from mingjing.services.confirmed import Outgoing, faults_in_writing
from mingjing.streams.broker import Broker

PATIENCE_S = 30
ATTEMPTS = 10
ELECTING = frozenset((KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE))
"""A partition that was just made, or has just moved, has no leader for a moment."""

SILENT = 0
"""librdkafka's log level: what goes wrong is told by answers."""


class RulebookReader:
    """Reads the topic on from where it stopped, whenever it is asked. For one thread.

    `known` has the versions that may be used, by key; `refused` says of every other
    record why it may not: it is as if it were not there.
    """

    def __init__(self, broker: Broker, patience_s: float = PATIENCE_S) -> None:
        self.known: dict[str, Publication] = {}
        self.refused: list[str] = []
        self._patience_s = patience_s
        self._next = 0
        self._consumer = Consumer(
            {
                **broker.librdkafka(),
                "group.id": "mingjing-rulebook-reader",
                "enable.auto.commit": False,
                "log_level": SILENT,
            }
        )

    def catch_up(self) -> list[Publication]:
        """Read up to where the topic ends now; return what is new and may be used, in its order.

        Raises PublicationRefused, with the remedy, where Kafka does not answer.
        """
        place = TopicPartition(TOPIC, 0, self._next)
        new: list[Publication] = []
        try:
            end = self._end(place)
            if self._next < end:
                self._consumer.assign([place])
            while self._next < end:
                message = self._consumer.poll(self._patience_s)
                if message is None or message.error():
                    raise PublicationRefused(
                        f"Kafka 未在 {self._patience_s} 秒内给出主题 {TOPIC} 的全部记录，请稍后再试"
                    )
                self._next = (message.offset() or 0) + 1
                new += self._taken(message.value(), self._next - 1)
        except KafkaException as exc:
            raise PublicationRefused(
                f"读不到主题 {TOPIC}（{exc}）：请确认 Kafka 在运行，并已执行 mingjing topics apply"
            ) from exc
        return new

    def close(self) -> None:
        """Leave Kafka."""
        self._consumer.close()

    def _taken(self, value: bytes | None, offset: int) -> list[Publication]:
        try:
            found = decoded(value or b"")
            if self.known.get(found.key) == found:
                return []  # a producer that was not answered has written it twice
            refuse(found, self.known)
        except PublicationRefused as exc:
            self.refused.append(f"{TOPIC} {offset}: {exc}")
            return []
        self.known[found.key] = found
        return [found]

    def _end(self, place: TopicPartition) -> int:
        """Return the offset after the last record; a leader is awaited for a few seconds."""
        for _ in range(ATTEMPTS):
            try:
                return int(self._consumer.get_watermark_offsets(place, timeout=self._patience_s)[1])
            except KafkaException as exc:
                if exc.args[0].code() not in ELECTING:
                    raise
                self._consumer.poll(1.0)
        raise PublicationRefused(f"主题 {TOPIC} 的分区没有首领：请检查 Kafka 集群，再次发布")


class RulebookTopic:
    """The topic of published versions on one Kafka; errors are PublicationRefused with the remedy."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def known(self) -> dict[str, Publication]:
        """Return every version ever published that may be used, by key."""
        reader = RulebookReader(self._broker)
        try:
            reader.catch_up()
        finally:
            reader.close()
        return reader.known

    def publish(self, new: Sequence[Publication]) -> None:
        """Write all of `new`, or none where one may not follow what is known; acknowledged by every replica in sync."""
        known = self.known()
        for each in new:
            refuse(each, known)
            known[each.key] = each
        records = [Outgoing(TOPIC, encoded(each), each.key.encode(), 0) for each in new]
        faults = faults_in_writing(self._broker, records, PATIENCE_S)
        if faults:
            raise PublicationRefused(f"Kafka 没有确认：{'；'.join(faults)}。已写入的版本不会重复，请再次发布其余的")
