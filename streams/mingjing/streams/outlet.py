"""Records go out by the batch, and are out when the broker has said so.

aiokafka has one request on its way to a broker at a time, with at most one batch
of each partition in it. So what is handed over while a request is away must go
into *one* batch, or a partition takes a round trip for every handful of records.
A lane gathers it: records join the batch that waits for the next request, and
where that one is full, they wait for it to leave. Under no load a record leaves
at once; under load batches grow by themselves. Nothing lingers.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import faust

Outgoing = tuple[bytes | None, bytes | None]
"""Key and value; a value of None deletes the key from a compacted topic."""


class FaustOutlet:
    """An `Outlet` over the aiokafka producer that a Faust app keeps; one for everything that a process sends.

    aiokafka's batches spare a future and a lock for every record. `_ensure_producer`
    is private in faust-streaming 0.15.3; `create_batch`, `append` and `send_batch` are
    public in aiokafka, and a batch takes records until it leaves.
    """

    def __init__(self, app: faust.App) -> None:
        self._app = app
        self._lanes: dict[tuple[str, int], Lane] = {}

    def put(self, topic: str, partition: int, records: Sequence[Outgoing]) -> asyncio.Future[None]:
        """Hand `records` over in their order; the future is done once the broker has all of them.

        What is put later on a partition is never on its log without what was put
        earlier, until the broker refuses something: the future then raises KafkaError,
        and of what was put later nothing is promised.
        """
        lane = self._lanes.get((topic, partition))
        if lane is None:
            producer = self._app.producer._ensure_producer()  # type: ignore[attr-defined]  # noqa: SLF001
            lane = self._lanes[topic, partition] = Lane(producer, topic, partition)
        return lane.put(records)


class Lane:
    """The way to one partition. `producer` makes batches and sends them, as aiokafka's does."""

    def __init__(self, producer: Any, topic: str, partition: int) -> None:
        self._producer = producer
        self._place = (topic, partition)
        self._waiting: deque[tuple[Sequence[Outgoing], asyncio.Future[None]]] = deque()
        self._batch: Any = None  # the one that waits to leave, and takes records until it does
        self._arrival: asyncio.Future[None] | None = None
        self._leaving: asyncio.Task[None] | None = None

    def put(self, records: Sequence[Outgoing]) -> asyncio.Future[None]:
        """Hand records over; see `FaustOutlet.put`."""
        if not self._waiting and self._arrival is not None:
            taken = _fill(self._batch, records)
            if taken == len(records):
                return self._arrival
            records = records[taken:]
        arrival = asyncio.get_running_loop().create_future()
        self._waiting.append((records, arrival))
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._leave(), name="outlet {}/{}".format(*self._place))
        return arrival

    async def _leave(self) -> None:
        """Make batches of what waits, one after another; each `send_batch` returns when the one before has left."""
        topic, partition = self._place
        try:
            while self._waiting:
                batch = self._batch = self._producer.create_batch()
                arrival = self._arrival = asyncio.get_running_loop().create_future()
                whole = self._load(batch)
                try:
                    confirmed = await self._producer.send_batch(batch, topic, partition=partition)
                except Exception as exc:  # noqa: BLE001  # whoever put the records is told
                    _tell([*whole, arrival], exc)
                    continue
                confirmed.add_done_callback(lambda done, told=(*whole, arrival): _tell(told, _error(done)))
        finally:
            self._leaving = None

    def _load(self, batch: Any) -> list[asyncio.Future[None]]:
        """Move what waits into `batch`; return the futures of all that is whole by it."""
        whole = []
        while self._waiting:
            records, arrival = self._waiting[0]
            taken = _fill(batch, records)
            if taken < len(records):
                self._waiting[0] = (records[taken:], arrival)
                break
            self._waiting.popleft()
            whole.append(arrival)
        return whole


def _fill(batch: Any, records: Sequence[Outgoing]) -> int:
    """Append as many of `records` as `batch` takes; return how many. An empty batch takes a record of any size."""
    for taken, (key, value) in enumerate(records):
        if batch.append(key=key, value=value, timestamp=None) is None:
            return taken
    return len(records)


def _error(done: asyncio.Future[Any]) -> BaseException | None:
    return asyncio.CancelledError() if done.cancelled() else done.exception()


def _tell(arrivals: Sequence[asyncio.Future[None]], error: BaseException | None) -> None:
    for arrival in arrivals:
        if arrival.done():
            continue  # whoever waited for it has been cancelled
        if error is None:
            arrival.set_result(None)
        else:
            arrival.set_exception(error)
