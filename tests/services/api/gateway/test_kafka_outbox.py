"""What the producer is given, and when; that nothing is lost is told in tests/system/test_kafka_outbox.py."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import KafkaError

from mingjing.services.api.gateway import kafka_outbox
from mingjing.services.api.gateway.kafka_outbox import KafkaOutbox
from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing
from mingjing.streams.broker import Broker

PATIENCE = 3000

Answer = Callable[[KafkaError | None, Any], None]


class Given:
    """Stands in for the producer: keeps what it is given, and answers for it when it is told to."""

    def __init__(self) -> None:
        self.records: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self.places: list[tuple[bytes | None, int]] = []
        self._owed: list[Answer] = []
        self._ready: list[Callable[[], None]] = []

    def produce(self, topic: str, value: bytes, key: bytes | None, partition: int, answered: Answer) -> None:
        self.records.put_nowait((topic, value))
        self.places.append((key, partition))
        self._owed.append(answered)

    def poll(self, _: float) -> None:
        ready, self._ready = self._ready, []
        for each in ready:
            each()

    def answer(self, count: int, error: KafkaError | None = None) -> None:
        """Have the oldest records answered for at the next poll."""
        for answered in self._owed[:count]:
            self._ready.append(lambda answered=answered: answered(error, None))
        del self._owed[:count]

    def list_topics(self, timeout: float) -> None:
        """Be there."""

    def flush(self, timeout: float) -> None:
        """Hold nothing back."""


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """Return what the outbox of this test has for a producer."""
    producer = Given()
    monkeypatch.setattr(kafka_outbox, "Producer", lambda _: producer)
    return producer


async def begun() -> KafkaOutbox:
    outbox = KafkaOutbox(Broker("127.0.0.1:1"))
    await outbox.start()
    for _ in range(PATIENCE):
        if outbox.ready:
            return outbox
        await asyncio.sleep(0.01)
    pytest.fail("the producer was never reached")


def sent(outbox: KafkaOutbox, topic: str, *values: bytes) -> asyncio.Task[None]:
    return asyncio.create_task(outbox.send([Outgoing(topic, None, value) for value in values]))


async def got(given: Given, count: int) -> list[tuple[str, bytes]]:
    return [await given.records.get() for _ in range(count)]


def test_records_of_a_topic_wait_for_the_answer_to_those_before_them_and_then_go_together(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_outbox, "_NO_LONGER_S", 3600)

    async def story() -> None:
        outbox = await begun()
        first = sent(outbox, "one", b"1", b"2")
        await got(given, 2)
        others = [sent(outbox, "one", b"3"), sent(outbox, "one", b"4"), sent(outbox, "two", b"5")]
        assert await got(given, 1) == [("two", b"5")]  # another topic has nothing to wait for

        given.answer(2)
        await first
        assert await got(given, 2) == [("one", b"3"), ("one", b"4")]
        given.answer(3)
        await asyncio.gather(*others)
        await outbox.stop()

    asyncio.run(story())


def test_records_are_given_in_their_order_each_for_its_own_place(given: Given) -> None:
    async def story() -> None:
        outbox = await begun()
        records = [Outgoing("one", b"k", b"1"), Outgoing("two", b"k", b"2", 3), Outgoing("one", None, b"3")]
        sending = asyncio.create_task(outbox.send(records))

        assert await got(given, 3) == [("one", b"1"), ("two", b"2"), ("one", b"3")]
        assert given.places == [(b"k", -1), (b"k", 3), (None, -1)]
        given.answer(3)
        await sending
        await outbox.stop()

    asyncio.run(story())


def test_what_the_producer_has_copied_is_let_go_before_it_answers(given: Given) -> None:
    async def story() -> None:
        outbox = await begun()
        records = [Outgoing("one", None, b"1"), Outgoing("one", None, b"2")]
        sending = asyncio.create_task(outbox.send(records))
        await got(given, 2)
        assert records == []

        given.answer(2)
        await sending
        await outbox.stop()

    asyncio.run(story())


def test_a_topic_whose_answer_takes_long_is_given_more_all_the_same(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_outbox, "_NO_LONGER_S", 0)

    async def story() -> None:
        outbox = await begun()
        first = sent(outbox, "one", b"1")
        await got(given, 1)
        second = sent(outbox, "one", b"2")
        await got(given, 1)
        given.answer(2)
        await asyncio.gather(first, second)
        await outbox.stop()

    asyncio.run(story())


def test_who_was_sent_together_is_each_told_of_its_own_records(given: Given) -> None:
    async def story() -> None:
        outbox = await begun()
        refused, taken = sent(outbox, "one", b"1", b"2"), sent(outbox, "one", b"3")
        await got(given, 3)
        given.answer(1, KafkaError(KafkaError._MSG_TIMED_OUT))
        given.answer(2)
        await taken
        with pytest.raises(OutboxUnavailable):
            await refused
        await outbox.stop()

    asyncio.run(story())
