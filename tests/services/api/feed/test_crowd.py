"""Many listeners of one feed: all hear all, in order, once, as the same bytes."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import orjson
import pytest

from mingjing.services.api.caller import permits
from mingjing.services.api.feed.crowd import FEW
from mingjing.services.api.feed.entry import Record, stages_told
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.listener import Listener
from mingjing.services.api.feed.vector import Vector, decode
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.api.feed.wire import Wire
from mingjing.services.api.personal import Marks, Personal
from mingjing.services.confided import Confided
from mingjing.services.ledger.scope import Scope

ALL = Wanted(permits=permits(Scope.everything()))
REDS = Wanted(permits=permits(Scope.everything()), levels=frozenset({"red"}))
MANY = FEW + 1
PATIENCE_S = 60

Make = Callable[..., Any]


def numbers(heard: bytes) -> list[bytes]:
    return [line[len(b"data: ") :] for line in heard.split(b"\n") if line.startswith(b"data: ")]


def ended(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test to its end on a loop of its own."""

    @wraps(test)
    def run(**given: Any) -> None:
        asyncio.run(test(**given))

    return run


class Kept(Wire):
    """A wire whose writing is kept; a `closed` one takes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.times, self.closed = b"", 0, False
        self._news = asyncio.Event()
        self.lay(self._keep)

    def _keep(self, chunk: bytes) -> bool:
        if self.closed:
            return False
        self.written += chunk
        self.times += 1
        self._news.set()
        return True

    async def until(self, count: int) -> None:
        """Wait until so many cards have been written."""
        while len(numbers(self.written)) < count:
            self._news.clear()
            await self._news.wait()


async def resumed(chunks: Any) -> "asyncio.Task[bytes]":
    """Have the stream wait for what is new."""
    coming = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0)
    return coming


async def following(hub: Hub, wire: Wire, wanted: Wanted = ALL) -> Any:
    """Open a stream and have it wait for what is new; return what it yields after."""
    chunks = hub.listen(wanted, None, wire).chunks(PATIENCE_S)
    await anext(chunks)
    coming = await resumed(chunks)

    async def after() -> Any:
        yield await coming
        async for chunk in chunks:
            yield chunk

    return after()


@pytest.fixture(autouse=True)
def followed(cards: Any) -> None:
    cards.follow()


async def next_piece(chunks: Any) -> bytes:
    """Return what comes next and holds a card."""
    async with asyncio.timeout(PATIENCE_S):
        async for chunk in chunks:
            if b"data: " in chunk:
                return bytes(chunk)
    pytest.fail("the stream ended")


@ended
async def test_many_listeners_get_the_very_same_bytes(hub: Hub, cards: Any, make_card: Make) -> None:
    streams = [hub.listen(ALL, None).chunks(PATIENCE_S) for _ in range(MANY)]
    cards.put(0, make_card(1))
    first = [await next_piece(stream) for stream in streams]
    cards.put(1, make_card(2))
    cards.put(0, make_card(3))
    then = [await next_piece(stream) for stream in streams]

    assert all(piece is first[0] for piece in first)
    assert all(piece is then[0] for piece in then)
    assert [len(numbers(each)) for each in (first[0], then[0])] == [1, 2]


@ended
async def test_what_comes_alone_is_told_to_many_at_once(hub: Hub, cards: Any, make_card: Make) -> None:
    wires = [Kept() for _ in range(MANY)]
    for wire in wires:
        await following(hub, wire)
    cards.put(0, make_card(1))

    assert [len(numbers(wire.written)) for wire in wires] == [1] * MANY


@ended
async def test_what_comes_right_behind_is_gathered_and_goes_out_as_one(hub: Hub, cards: Any, make_card: Make) -> None:
    wires = [Kept() for _ in range(MANY)]
    for wire in wires:
        await following(hub, wire)
    for number in range(1, 4):
        cards.put(0, make_card(number))
    before = wires[0].times
    async with asyncio.timeout(PATIENCE_S):
        await wires[-1].until(3)

    assert (before, [wire.times for wire in wires]) == (1, [2] * MANY)


@ended
async def test_who_has_something_waiting_is_not_written_to_before_it_is_sent(
    hub: Hub, cards: Any, make_card: Make
) -> None:
    wire = Kept()
    chunks = await following(hub, wire)
    wire.closed = True
    cards.put(0, make_card(1))
    wire.closed = False
    cards.put(0, make_card(2))
    yielded = await next_piece(chunks)
    await resumed(chunks)
    cards.put(0, make_card(3))

    assert [len(numbers(each)) for each in (yielded, wire.written)] == [2, 1]


@ended
async def test_while_a_piece_is_on_its_way_nothing_overtakes_it(hub: Hub, cards: Any, make_card: Make) -> None:
    wire = Kept()
    chunks = hub.listen(ALL, None, wire).chunks(PATIENCE_S)
    await anext(chunks)
    cards.put(0, make_card(1))

    assert (wire.written, len(numbers(await next_piece(chunks)))) == (b"", 1)


@ended
async def test_a_stream_that_is_written_to_still_comes_by_now_and_then(hub: Hub, cards: Any, make_card: Make) -> None:
    wire = Kept()
    chunks = hub.listen(ALL, None, wire).chunks(0.001)
    await anext(chunks)
    coming = await resumed(chunks)
    cards.put(0, make_card(1))

    assert (await coming).startswith(b": keep-alive\nid: ")
    assert len(numbers(wire.written)) == 1


@ended
async def test_who_wants_less_gets_less(hub: Hub, cards: Any, make_card: Make) -> None:
    everything, reds = Kept(), Kept()
    await following(hub, everything)
    await following(hub, reds, REDS)
    cards.put(0, make_card(1))
    cards.put(1, make_card(2, level="red"))

    assert [len(numbers(wire.written)) for wire in (everything, reds)] == [2, 1]


@ended
async def test_who_comes_while_cards_are_gathered_gets_none_of_them_twice(
    hub: Hub, cards: Any, make_card: Make
) -> None:
    crowd = [hub.listen(ALL, None) for _ in range(MANY)]
    start = hub.present
    cards.put(0, make_card(1))
    late = hub.listen(ALL, start).chunks(PATIENCE_S)
    cards.put(0, make_card(2))

    heard = numbers(await next_piece(late)) + numbers(await next_piece(late))

    assert [b'"2026-1"' in each or b"/2026-1" in each for each in heard] == [True, False]
    assert len(crowd) == MANY


@ended
async def test_nobody_is_told_to_stand_after_what_they_have_not_been_sent(
    hub: Hub, cards: Any, make_card: Make
) -> None:
    streams = [hub.listen(ALL, None).chunks(0) for _ in range(MANY)]
    first = await anext(streams[0])
    cards.put(0, make_card(1))
    second = await anext(streams[0])
    cards.put(0, make_card(2))
    third = await anext(streams[0])

    assert decode(first.decode().split("id: ")[1].strip()).offsets == (0, 0)
    assert len(numbers(second)) == 1
    assert third == b": keep-alive\n\n"


@ended
async def test_who_reads_too_slowly_loses_the_thread_and_the_others_do_not(cards: Any, make_card: Make) -> None:
    hub = cards.hub = Hub(queue=2)
    cards.follow()
    slow: Listener = hub.listen(ALL, None)
    for number in range(1, 4):
        cards.put(0, make_card(number))
    quick = hub.listen(ALL, None).chunks(PATIENCE_S)
    cards.put(0, make_card(4))

    assert b"resync" in await anext(slow.chunks(PATIENCE_S))
    assert len(numbers(await next_piece(quick))) == 1


@ended
async def test_what_waits_for_a_slow_reader_is_not_told_once_the_law_has_changed(
    hub: Hub, cards: Any, make_card: Make
) -> None:
    laws = [Confided()]
    slow = hub.listen(Wanted(permits=permits(Scope.everything()), confided=lambda: laws[-1]), None)
    chunks = slow.chunks(PATIENCE_S)
    await anext(chunks)
    cards.put(0, make_card(1))
    laws.append(Confided(subjects=("across/CMP-07/",)))
    told = await anext(chunks)
    cards.put(0, make_card(2))

    assert (b'"reason":"law_changed"' in told, numbers(await next_piece(chunks))[0].count(b"2026-2")) == (True, 1)


def test_who_is_not_to_be_told_any_more_is_not_told_from_the_ring_either() -> None:
    marks = [Marks()]
    personal = Personal(lambda: marks[-1])
    hub = Hub(stages_told(personal.packed, personal.law))
    hub.open(Vector(b"epoch-01", (0,)), (0,))
    step = {"verb": "recommend", "fields": {"person": "王小明"}}
    life = {"card_id": "c", "case_key": "a/1", "ver": [1, 1, 1], "agency": None, "region": None, "outcome": None}
    value = orjson.dumps(life | {"shown": "yellow", "entries": [step]})
    hub.take(Record(0, 0, value))

    async def resumed_at_the_beginning() -> bytes:
        return await anext(hub.listen(ALL, Vector(b"epoch-01", (0,))).chunks(PATIENCE_S))

    before = asyncio.run(resumed_at_the_beginning()).decode()
    marks.append(Marks(personal={"card.recommended": ["person"]}))
    after = asyncio.run(resumed_at_the_beginning()).decode()

    assert ["王小明" in each for each in (before, after)] == [True, False]
    assert "王**" in after
    assert hub.latest("c") == value
