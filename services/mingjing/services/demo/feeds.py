"""Writing to the agencies' topics, events and watermarks, each acknowledged by Kafka."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import orjson
from confluent_kafka import KafkaError, Producer
from confluent_kafka import Message as Delivery

from mingjing.rules.events import TICK
from mingjing.services.city.message import Message, stamp
from mingjing.services.demo.show import DemoRefused, Sender
from mingjing.streams.broker import Broker
from mingjing.streams.topics import fixed_partitions, ingest_topic

PATIENCE_S: Final = 30

SILENT: Final = 0
"""librdkafka's log level: what goes wrong is told by deliveries and answers, not beside the progress bar."""


class Feeds:
    """A producer for every sender's topic."""

    def __init__(self, broker: Broker, senders: Sequence[Sender]) -> None:
        self._senders = senders
        self._faults: list[str] = []
        self._producer = Producer(
            {
                **broker.librdkafka(),
                "enable.idempotence": True,
                "compression.type": "lz4",
                "partitioner": "murmur2_random",
                "linger.ms": 2,
                "log_level": SILENT,
            }
        )

    def send(self, message: Message) -> None:
        """Write a message to its agency's topic; those about one subject stay in order."""
        key = message.subject.encode() if message.subject else None
        self._produce(ingest_topic(message.agency), message.body, key)

    def tick(self, at: datetime) -> None:
        """Say for every feed that it is complete up to `at`.

        A watermark must not overtake events: have all of them acknowledged first.
        """
        for sender in self._senders:
            body = orjson.dumps(
                {
                    "specversion": "1.0",
                    "id": f"tick-{stamp(at)}",
                    "source": sender.source,
                    "type": TICK,
                    "subject": "clock",
                    "time": stamp(at),
                }
            )
            topic = ingest_topic(sender.agency)
            for partition in range(fixed_partitions(topic)):
                self._produce(topic, body, None, partition)

    def settle(self) -> None:
        """Wait until Kafka has acknowledged everything written; DemoRefused if it does not."""
        left = self._producer.flush(PATIENCE_S)
        if left or self._faults:
            raise DemoRefused(
                f"Kafka 未确认 {left or len(self._faults)} 条消息：{'；'.join(self._faults[:3]) or '超时'}"
            )

    def close(self) -> None:
        """Disconnect; what has not been settled may be lost."""
        self._producer.close()

    def _produce(self, topic: str, body: bytes, key: bytes | None, partition: int = -1) -> None:
        while True:
            try:
                self._producer.produce(topic, body, key, partition, on_delivery=self._delivered)
            except BufferError:
                self._producer.poll(1)
            else:
                self._producer.poll(0)
                return

    def _delivered(self, error: KafkaError | None, _: Delivery) -> None:
        if error is not None:
            self._faults.append(str(error))
