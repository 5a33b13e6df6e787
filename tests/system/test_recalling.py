"""A process that begins knows what the one before it took: sent again, that is told to be a duplicate."""

import asyncio

import pytest

from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.api.gateway.recalling import Recalling
from mingjing.services.api.gateway.remembered import Remembered, prints_of
from mingjing.services.stack.addresses import Address
from mingjing.streams.broker import Broker
from mingjing.streams.kafka_topics import apply
from mingjing.streams.topics import ingest_topic

pytestmark = pytest.mark.system

PATIENCE_S = 60
HEARD, SILENT, UNKNOWN = "11330100MB7777777A", "11330100MB7777778A", "11330100MB7777779A"
SENT = [b'{"id":"r-%d"}' % number for number in range(50)]


async def hand_over(broker: Broker) -> None:
    outbox = KafkaOutbox(broker)
    await outbox.start()
    for _ in range(PATIENCE_S * 20):
        if outbox.ready:
            break
        await asyncio.sleep(0.05)
    await outbox.send([Outgoing(ingest_topic(HEARD), raw, raw) for raw in SENT])
    await outbox.stop()


def test_what_was_taken_before_a_restart_is_known_after_it(kafka: Address) -> None:
    broker, known = Broker(str(kafka)), Remembered()
    apply(broker, 1, [HEARD, SILENT])
    asyncio.run(hand_over(broker))

    Recalling(broker, lambda: [UNKNOWN, SILENT, HEARD], known).recall()

    assert all(each in known for each in prints_of(HEARD, SENT))
    assert known.isdisjoint(prints_of(SILENT, SENT))


def test_a_broker_that_is_away_leaves_the_memory_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjing.services.api.gateway.recalling._ANSWER_S", 0.2)
    known = Remembered()

    Recalling(Broker("127.0.0.1:1"), lambda: [HEARD], known).recall()

    assert known.isdisjoint(prints_of(HEARD, SENT))
