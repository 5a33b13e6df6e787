import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from mingjing.streams.batches import Batch, Bundle, message_of
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


class Bundles:
    """A stream of bundles, as Faust gives them to an agent."""

    def __init__(self, *bundles: Any) -> None:
        self._bundles = bundles

    def noack(self) -> "Bundles":
        return self

    async def events(self) -> AsyncIterator[Any]:
        for bundle in self._bundles:
            yield bundle


def bundle(acked: list[int], *batches: Sequence[Any]) -> Any:
    """Return the event of a bundle; `acked` learns of the last offset of each batch."""
    messages = [
        message_of(TP(records[0].topic, records[0].partition), records[-1], Batch(records, 0), 1) for records in batches
    ]
    return SimpleNamespace(value=Bundle(messages), ack=lambda: acked.extend(records[-1].offset for records in batches))


@pytest.fixture
def refused(read: type[Any]) -> Callable[..., Any]:
    """Makes a record that becomes a dead letter: offset, partition."""
    return lambda offset, partition=0: read(
        topic="ingest.x", partition=partition, offset=offset, timestamp=1000 + offset, value=b"nothing"
    )


def taking_in(
    one_agency: Any,
    stopped_clock: Callable[[str], Any],
    way: Way,
    is_current: Callable[[Any], bool] = lambda _bundle: True,
) -> TakingIn:
    clock = stopped_clock("2026-03-02T09:00:00Z")
    intake = Intake(one_agency, secret=SECRET, partitions=4, wall_clock=clock)
    return TakingIn(intake, way, clock, is_current, die)  # type: ignore[arg-type]  # all of an outlet that is asked for


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_bundle_is_handed_over_while_the_one_before_it_is_still_on_its_way(
    one_agency: Any, stopped_clock: Any, refused: Callable[..., Any]
) -> None:
    async def story() -> None:
        way, acked = Way(), list[int]()
        agent = taking_in(one_agency, stopped_clock, way)
        await agent.take_in(Bundles(bundle(acked, [refused(0)]), bundle(acked, [refused(1)])))  # type: ignore[arg-type]
        await turns()
        assert [len(promises) for promises in way.promises.values()] == [2]
        assert acked == []

    asyncio.run(story())


def test_a_bundle_is_acked_once_it_and_all_before_it_are_on_the_log(
    one_agency: Any, stopped_clock: Any, refused: Callable[..., Any]
) -> None:
    async def story() -> list[list[int]]:
        way, acked = Way(), list[int]()
        agent = taking_in(one_agency, stopped_clock, way)
        await agent.take_in(Bundles(bundle(acked, [refused(0)]), bundle(acked, [refused(1)])))  # type: ignore[arg-type]
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


def test_what_a_fetch_brought_of_many_agencies_is_handed_over_together(
    one_agency: Any, stopped_clock: Any, refused: Callable[..., Any]
) -> None:
    async def story() -> None:
        way, acked = Way(), list[int]()
        agent = taking_in(one_agency, stopped_clock, way)
        # Dead letters lie by the parity of where they came from.
        await agent.take_in(Bundles(bundle(acked, [refused(3), refused(4)], [refused(8, partition=2)])))  # type: ignore[arg-type]
        ((promise,),) = way.promises.values()
        promise.set_result(None)
        await turns()
        assert acked == [4, 8]
        assert [agent.settled(("ingest.x", partition)) for partition in (0, 2)] == [5, 9]

    asyncio.run(story())


def test_what_cannot_be_put_on_the_log_ends_the_process_before_any_ack(
    one_agency: Any, stopped_clock: Any, refused: Callable[..., Any]
) -> None:
    async def story() -> list[int]:
        way, acked = Way(), list[int]()
        agent = taking_in(one_agency, stopped_clock, way)
        await agent.take_in(Bundles(bundle(acked, [refused(0)])))  # type: ignore[arg-type]
        ((promise,),) = way.promises.values()
        promise.set_exception(OSError("full disk"))
        (confirming,) = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        with pytest.raises(Died):
            await confirming
        return acked

    assert asyncio.run(story()) == []


def test_a_bundle_that_will_be_read_again_is_left_alone(
    one_agency: Any, stopped_clock: Any, refused: Callable[..., Any]
) -> None:
    async def story() -> Way:
        way, stale = Way(), bundle([], [refused(7)])
        agent = taking_in(one_agency, stopped_clock, way, is_current=lambda each: each is not stale.value)
        await agent.take_in(Bundles(stale, bundle([], [refused(0)])))  # type: ignore[arg-type]
        return way

    assert [len(promises) for promises in asyncio.run(story()).promises.values()] == [1]


def test_nothing_is_known_of_a_place_where_nothing_has_come_in(one_agency: Any, stopped_clock: Any) -> None:
    agent = taking_in(one_agency, stopped_clock, Way())

    assert (agent.settled(("ingest.x", 0)), agent.stamp(("ingest.x", 0))) == (0, None)
