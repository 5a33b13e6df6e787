"""Writing the trail from a command, which has no outbox of its own."""

from confluent_kafka import KafkaError, Message, Producer

from mingjing.services.audit.entry import TOPIC, Entry, packed
from mingjing.services.settings import Settings

_ANSWER_S = 10
_SILENT = 0


class TrailAway(Exception):
    """Kafka did not acknowledge an entry: what it tells of must not happen."""


def record(settings: Settings, entry: Entry) -> None:
    """Have the entry acknowledged by Kafka, or raise TrailAway."""
    faults: list[str] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            faults.append(str(error))

    producer = Producer(
        {
            "bootstrap.servers": settings.kafka,
            "acks": "all",
            "enable.idempotence": True,
            "message.timeout.ms": _ANSWER_S * 1000,
            "log_level": _SILENT,
        }
    )
    producer.produce(TOPIC, packed(entry), on_delivery=delivered)
    left = producer.flush(_ANSWER_S + 1)
    if left or faults:
        raise TrailAway(f"留痕（Kafka {settings.kafka}）没有确认：{'；'.join(faults) or '超时'}；须留痕的操作不予执行")
