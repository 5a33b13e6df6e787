"""Dead letters for records that the ledger will never take."""

import base64
from zoneinfo import ZoneInfo

import msgspec
import orjson
from confluent_kafka import KafkaError, Message, Producer

from mingjing.services.ledger.instants import written
from mingjing.services.sink.source import Record
from mingjing.services.sink.taking import Refusal
from mingjing.streams.broker import Broker
from mingjing.streams.dead_letters import DeadLetter, letter_id

TOPIC = "dead-letters"
CODE = "row_refused"

_ZONE = ZoneInfo("Asia/Shanghai")
_DELIVERY_S = 10


class LettersUndelivered(Exception):
    """Dead letters were not acknowledged in time: end the process, nothing was committed."""


class LetterRefused(Exception):
    """The ledger refuses even the letter about a letter: its tables need a person, not another letter."""


class DeadLetters:
    """Produces to `dead-letters`."""

    def __init__(self, broker: Broker) -> None:
        self._producer = Producer({**broker.librdkafka(), "acks": "all", "enable.idempotence": True, "linger.ms": 0})

    def post(self, refusals: list[Refusal]) -> None:
        """Deliver a letter for each; see `pump.Letters`."""
        faults: list[KafkaError] = []

        def noted(fault: KafkaError | None, _: Message) -> None:
            if fault is not None:
                faults.append(fault)

        for each in refusals:
            self._producer.produce(TOPIC, letter(each), key=each.record.key, on_delivery=noted)
        if self._producer.flush(_DELIVERY_S) or faults:
            raise LettersUndelivered(f"{len(refusals)} dead letters not acknowledged: {faults or 'no answer in time'}")


def letter(refusal: Refusal) -> bytes:
    """Return the dead letter of a refused record, the same whenever it is made again.

    A letter that is itself refused is pointed to, not wrapped: wrapping what
    does not fit makes it fit less. LetterRefused if such a pointer comes back.
    """
    record = refusal.record
    is_letter = record.topic == TOPIC
    if is_letter and _is_pointer(record):
        raise LetterRefused(f"{record.topic}[{record.partition}]@{record.offset}: {refusal.reason}")
    told = DeadLetter(
        letter_id=letter_id(record.topic, record.partition, record.offset),
        code=CODE,
        place="$",
        message=f"台账拒收这条记录: {refusal.reason}。请按原因修正内容后重新发送; 原记录未丢失, 见 "
        f"{record.topic} 第 {record.partition} 分区 {record.offset} 号。",
        agency=None,
        source=None,
        event_id=None,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        received_at=written(record.logged_ms, _ZONE) or "1970-01-01T00:00:00+00:00",
        original="" if is_letter else base64.b64encode(record.value).decode(),
    )
    return orjson.dumps(msgspec.to_builtins(told), option=orjson.OPT_SORT_KEYS)


def _is_pointer(record: Record) -> bool:
    try:
        told = msgspec.json.decode(record.value, type=DeadLetter)
    except msgspec.DecodeError:
        return False
    return told.topic == TOPIC and told.code == CODE
