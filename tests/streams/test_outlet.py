import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from mingjing.streams.outlet import Lane, Outgoing


class Batch:
    """A batch that takes `room` records and no more."""

    def __init__(self, room: int) -> None:
        self.records: list[Outgoing] = []
        self.closed = False
        self._room = room

    def append(self, *, key: bytes | None, value: bytes | None, timestamp: int | None) -> object | None:
        assert timestamp is None
        if self.closed or (self.records and len(self.records) >= self._room):
            self.closed = True
            return None
        self.records.append((key, value))
        return object()


class Broker:
    """Takes one batch at a time, as aiokafka does: the next waits until `ship` lets the first leave."""

    def __init__(self, room: int = 100) -> None:
        self.shipped: list[list[Outgoing]] = []
        self.made = 0
        self._room = room
        self._waiting: list[tuple[Batch, asyncio.Future[None]]] = []
        self._free = asyncio.Event()
        self._free.set()

    def create_batch(self) -> Batch:
        self.made += 1
        return Batch(self._room)

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> asyncio.Future[None]:
        assert (topic, partition) == ("cards", 3)
        while self._waiting:
            self._free.clear()
            await self._free.wait()
        confirmed = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, confirmed))
        return confirmed

    async def ship(self, error: Exception | None = None) -> None:
        """Let the batch that waits leave, and answer for it."""
        await turns()
        batch, confirmed = self._waiting.pop()
        batch.closed = True
        self._free.set()
        self.shipped.append(batch.records)
        if error is None:
            confirmed.set_result(None)
        else:
            confirmed.set_exception(error)
        await turns()


async def turns() -> None:
    """Let everything that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


def told(story: Callable[[Broker, Lane], Coroutine[Any, Any, None]], room: int = 100) -> Broker:
    async def tell() -> Broker:
        broker = Broker(room)
        await story(broker, Lane(broker, "cards", 3))
        return broker

    return asyncio.run(tell())


def records(*values: int) -> list[Outgoing]:
    return [(None, b"%d" % value) for value in values]


def test_what_is_put_while_a_batch_waits_to_leave_joins_it() -> None:
    async def story(broker: Broker, lane: Lane) -> None:
        first = lane.put(records(1))
        await turns()
        second = lane.put(records(2, 3))
        await broker.ship()
        assert first.done()
        assert second.done()

    assert told(story).shipped == [records(1, 2, 3)]


def test_what_is_put_after_a_batch_has_left_goes_with_the_next() -> None:
    async def story(broker: Broker, lane: Lane) -> None:
        lane.put(records(1))
        await broker.ship()
        second = lane.put(records(2))
        await turns()
        assert not second.done()
        await broker.ship()
        assert second.done()

    assert told(story).shipped == [records(1), records(2)]


def test_what_does_not_fit_goes_on_in_the_next_batch_in_its_order() -> None:
    async def story(broker: Broker, lane: Lane) -> None:
        whole = lane.put(records(1, 2, 3, 4, 5))
        later = lane.put(records(6))
        await broker.ship()
        await broker.ship()
        assert not whole.done()
        await broker.ship()
        assert whole.done()
        assert later.done()

    assert told(story, room=2).shipped == [records(1, 2), records(3, 4), records(5, 6)]


def test_nothing_overtakes_what_waits_for_room() -> None:
    async def story(broker: Broker, lane: Lane) -> None:
        lane.put(records(1, 2))
        await turns()
        lane.put(records(3, 4, 5))
        lane.put(records(6))
        for _ in range(3):
            await broker.ship()

    shipped = told(story, room=2).shipped
    assert [record for batch in shipped for record in batch] == records(1, 2, 3, 4, 5, 6)


def test_a_refusal_reaches_everyone_whose_records_were_in_the_batch() -> None:
    async def story(broker: Broker, lane: Lane) -> None:
        first = lane.put(records(1))
        await turns()
        second = lane.put(records(2))
        await broker.ship(OSError("full disk"))
        for each in (first, second):
            with pytest.raises(OSError, match="full disk"):
                await each

    told(story)


def test_a_lane_that_nobody_uses_keeps_no_task() -> None:
    async def story(broker: Broker, lane: Lane) -> None:
        lane.put(records(1))
        await broker.ship()
        assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []

    told(story)
