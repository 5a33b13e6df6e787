"""Records put on Kafka by a command, which has no outbox of its own: confirmed, or said not to be."""

from collections.abc import Iterable
from typing import NamedTuple

from confluent_kafka import KafkaError, Message, Producer

from mingjing.streams.broker import Broker

PARTITION_UNNAMED = -1
"""What librdkafka takes for "choose by the key"."""
_SILENT = 0


class Outgoing(NamedTuple):
    """A record to be written; where no partition is named the client chooses one."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    partition: int = PARTITION_UNNAMED


def faults_in_writing(broker: Broker, records: Iterable[Outgoing], answer_s: int) -> list[str]:
    """Write the records in order, idempotently, and wait `answer_s` seconds for every replica in sync.

    Returns why any is not known to be written, empty when all are.
    """
    faults: list[str] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            faults.append(str(error))

    producer = Producer(
        {
            **broker.librdkafka(),
            "acks": "all",
            "enable.idempotence": True,
            "message.timeout.ms": answer_s * 1000,
            "log_level": _SILENT,
        }
    )
    for topic, value, key, partition in records:
        producer.produce(topic, value, key, partition, on_delivery=delivered)
    left = producer.flush(answer_s + 1)
    return faults or (["超时"] if left else [])
