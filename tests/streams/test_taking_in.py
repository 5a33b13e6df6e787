import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from mingjing.streams.intake import Intake
from mingjing.streams.outlet import Outgoing
from mingjing.streams.taking_in import TakingIn

SECRET = b"secret-of-tests"


class Died(Exception):
    """Intake asked for the end of the process."""


def die(exc: Exception) -> None:
    raise Died from exc


class Way:
    """A way out that keeps every promise until it is told to keep it."""

    def __init__(self) -> None:
        self.promises: defaultdict[tuple[str, int], list[asyncio.Future[None]]] = defaultdict(list)

    def put(self, topic: str, partition: int, _records: Sequence[Outgoing]) -> asyncio.Future[None]:
        promise: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.promises[topic, partition].append(promise)
        return promise


class Batches:
    """A stream of batches, as Faust gives them to an agent."""

    def __init__(self, *batches: Any) -> None:
        self._batches = batches

    def noack(self) -> "Batches":
        return self

    async def events(self) -> AsyncIterator[Any]:
        for batch in self._batches:
            yield batch


def batch(records: Sequence[Any], acked: list[int]) -> Any:
    tp = TP(records[0].topic, records[0].partition)
    message = SimpleNamespace(tp=tp, generation_id=1)
    return SimpleNamespace(value=records, message=message, ack=lambda: acked.append(records[-1].offset))


@pytest.fixture
def refused(read: type[Any]) -> Callable[[int], Any]:
    """Makes a record that becomes a dead letter: offset."""
    return lambda offset: read(topic="ingest.x", offset=offset, timestamp=1000 + offset, value=b"nothing")


def taking_in(
    one_agency: Any,
    stopped_clock: Callable[[str], Any],
    way: Way,
    is_current: Callable[[Any], bool] = lambda _batch: True,
) -> TakingIn:
    clock = stopped_clock("2026-03-02T09:00:00Z")
    intake = Intake(one_agency, secret=SECRET, partitions=4, wall_clock=clock)
    return TakingIn(intake, way, clock, is_current, die)  # type: ignore[arg-type]  # all of an outlet that is asked for


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_batch_is_handed_over_while_the_one_before_it_is_still_on_its_way(
    one_agency: Any, stopped_clock: Any, refused: Callable[[int], Any]
) -> None:
    async def story() -> None:
        way, acked = Way(), list[int]()
        agent = taking_in(one_agency, stopped_clock, way)
        await agent.take_in(Batches(batch([refused(0)], acked), batch([refused(1)], acked)))  # type: ignore[arg-type]
        await turns()
        assert [len(promises) for promises in way.promises.values()] == [2]
        assert acked == []

    asyncio.run(story())


def test_a_batch_is_acked_once_it_and_all_before_it_are_on_the_log(
    one_agency: Any, stopped_clock: Any, refused: Callable[[int], Any]
) -> None:
    async def story() -> list[list[int]]:
        way, acked = Way(), list[int]()
        agent = taking_in(one_agency, stopped_clock, way)
        await agent.take_in(Batches(batch([refused(0)], acked), batch([refused(1)], acked)))  # type: ignore[arg-type]
        ((first, second),) = way.promises.values()
        second.set_result(None)
        await turns()
        steps = [list(acked)]
        first.set_result(None)
        await turns()
        assert agent.settled(("ingest.x", 0)) == 2
        assert agent.stamp(("ingest.x", 0)) == 1001 * 1000 - 1
        return [*steps, acked]

    assert asyncio.run(story()) == [[], [0, 1]]


def test_what_cannot_be_put_on_the_log_ends_the_process_before_any_ack(
    one_agency: Any, stopped_clock: Any, refused: Callable[[int], Any]
) -> None:
    async def story() -> list[int]:
        way, acked = Way(), list[int]()
        agent = taking_in(one_agency, stopped_clock, way)
        await agent.take_in(Batches(batch([refused(0)], acked)))  # type: ignore[arg-type]
        ((promise,),) = way.promises.values()
        promise.set_exception(OSError("full disk"))
        (confirming,) = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        with pytest.raises(Died):
            await confirming
        return acked

    assert asyncio.run(story()) == []


def test_a_batch_that_will_be_read_again_is_left_alone(
    one_agency: Any, stopped_clock: Any, refused: Callable[[int], Any]
) -> None:
    async def story() -> Way:
        way, stale = Way(), batch([refused(7)], [])
        agent = taking_in(one_agency, stopped_clock, way, is_current=lambda records: records is not stale.value)
        await agent.take_in(Batches(stale, batch([refused(0)], [])))  # type: ignore[arg-type]
        return way

    assert [len(promises) for promises in asyncio.run(story()).promises.values()] == [1]


def test_nothing_is_known_of_a_place_where_nothing_has_come_in(one_agency: Any, stopped_clock: Any) -> None:
    agent = taking_in(one_agency, stopped_clock, Way())

    assert (agent.settled(("ingest.x", 0)), agent.stamp(("ingest.x", 0))) == (0, None)
