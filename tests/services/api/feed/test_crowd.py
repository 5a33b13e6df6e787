"""Many listeners of one feed: all hear all, in order, once, as the same bytes."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import pytest

from mingjing.services.api.caller import permits
from mingjing.services.api.feed.crowd import FEW
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.listener import Listener
from mingjing.services.api.feed.vector import decode
from mingjing.services.api.feed.wanted import Wanted
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
    listeners = [hub.listen(ALL, None) for _ in range(MANY)]
    streams = [listener.chunks(PATIENCE_S) for listener in listeners]
    for number in range(1, 4):
        cards.put(number % 2, make_card(number))

    pieces = [await next_piece(stream) for stream in streams]

    assert len(numbers(pieces[0])) == 3
    assert all(piece is pieces[0] for piece in pieces)


@ended
async def test_who_wants_less_gets_less(hub: Hub, cards: Any, make_card: Make) -> None:
    everything = [hub.listen(ALL, None) for _ in range(MANY)]
    reds = hub.listen(REDS, None).chunks(PATIENCE_S)
    cards.put(0, make_card(1))
    cards.put(1, make_card(2, level="red"))

    assert [len(numbers(await next_piece(stream))) for stream in (everything[0].chunks(PATIENCE_S), reds)] == [2, 1]


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
    streams = [hub.listen(ALL, None).chunks(0.001) for _ in range(MANY)]
    first = await anext(streams[0])
    cards.put(0, make_card(1))
    second = await anext(streams[0])

    assert decode(first.decode().split("id: ")[1].strip()).offsets == (0, 0)
    assert b"data: " in second


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
