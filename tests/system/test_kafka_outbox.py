"""The gateway's outbox on a broker that dies: what was acknowledged is there."""

import asyncio
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.services.stack.program import Program
from mingjing.streams.broker import Broker

pytestmark = pytest.mark.system

TOPIC = "handed-over"
PATIENCE_S = 60
ROUNDS = 60


def there(address: Address) -> set[int]:
    reader = Consumer({"bootstrap.servers": str(address), "group.id": "look", "auto.offset.reset": "earliest"})
    place = TopicPartition(TOPIC, 0, 0)
    reader.assign([place])
    owed = reader.get_watermark_offsets(place, timeout=PATIENCE_S)[1]
    found = [record for _ in range(owed) if (record := reader.poll(PATIENCE_S)) is not None]
    reader.close()
    return {int(record.value() or b"") for record in found}


async def reached(outbox: KafkaOutbox) -> None:
    for _ in range(PATIENCE_S * 20):
        if outbox.ready:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the broker was never reached")


async def acknowledged_through(server: Program, outbox: KafkaOutbox) -> set[int]:
    """Send numbers while the broker dies and comes back; return those acknowledged, each tried until it was."""
    taken: set[int] = set()
    refused = 0
    for number in range(ROUNDS):
        if number == ROUNDS // 3:
            server.kill()
            await asyncio.to_thread(server.stop)
        while number not in taken:
            try:
                await outbox.send([Outgoing(TOPIC, b"k", str(number).encode())])
                taken.add(number)
            except OutboxUnavailable:
                refused += 1
                if refused == 1:
                    await asyncio.to_thread(server.start)
                    await asyncio.to_thread(server.wait_ready)
                await reached(outbox)
    assert refused
    return taken


def test_nothing_acknowledged_is_lost_when_the_broker_is_killed_and_started_again(tmp_path: Path) -> None:
    address = Address("127.0.0.1", free_ports(1)[0])
    with broker(address, tmp_path / "data", tmp_path / "kafka.log", cache=cache_folder(), heap="256m") as server:
        admin = AdminClient({"bootstrap.servers": str(address)})
        admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result(30)

        async def story() -> set[int]:
            outbox = KafkaOutbox(Broker(str(address)), ack_within_s=3)
            await outbox.start()
            try:
                await reached(outbox)
                return await acknowledged_through(server, outbox)
            finally:
                await outbox.stop()

        assert asyncio.run(story()) == there(address) == set(range(ROUNDS))


def test_without_a_broker_nothing_is_promised() -> None:
    async def story() -> None:
        outbox = KafkaOutbox(Broker("127.0.0.1:1"))
        await outbox.start()
        try:
            with pytest.raises(OutboxUnavailable):
                await outbox.send([Outgoing(TOPIC, None, b"1")])
            assert not outbox.ready
        finally:
            await outbox.stop()

    asyncio.run(story())
