import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import msgspec
import orjson
import pytest

from mingjing.rules.card import Card
from mingjing.services.api.caller import permits
from mingjing.services.api.feed.entry import Record
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.stream import stream
from mingjing.services.api.feed.vector import NOWHERE, Vector, decode
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.ledger.scope import Scope

ALL = Wanted(permits=permits(Scope.everything()))
Message = tuple[str, Any, Vector]


def messages(text: str) -> list[Message]:
    """Read whole SSE messages: (event, data, the place after it); a bare id counts as the event `at`."""
    found = []
    for block in re.split(r"\n\n", text):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith((":", "retry")))
        if "id" in fields:
            found.append((fields.get("event", "at"), orjson.loads(fields.get("data", "null")), decode(fields["id"])))
    return found


class Client:
    """Reads a stream as a browser does."""

    def __init__(self, chunks: AsyncGenerator[bytes, None]) -> None:
        self._chunks = chunks
        self._ready: list[Message] = []

    async def next(self, event: str = "card") -> Message:
        async with asyncio.timeout(5):
            while True:
                while self._ready:
                    message = self._ready.pop(0)
                    if message[0] == event:
                        return message
                self._ready += messages((await anext(self._chunks)).decode())

    async def cards(self, count: int) -> list[int]:
        return [int((await self.next())[1]["case_key"].rpartition("-")[2]) for _ in range(count)]


def listening(
    hub: Hub, cards: Any, start: Vector | None, scenario: Callable[[Client], Any], wanted: Wanted = ALL
) -> None:
    """Run a scenario against one open stream."""

    async def run() -> None:
        async with aclosing(stream(hub, cards, wanted, start, keep_alive_s=0.02)) as chunks:
            await scenario(Client(chunks))

    asyncio.run(run())


@pytest.fixture
def topic(cards: Any) -> Any:
    cards.follow()
    return cards


def test_a_new_card_reaches_an_open_stream(hub: Hub, topic: Any, make_card: Callable[..., Card]) -> None:
    async def scenario(client: Client) -> None:
        await client.next("at")
        topic.put(1, make_card(7))
        event, card, place = await client.next()
        assert (event, card["level"], place.offsets) == ("card", "yellow", (0, 1))

    listening(hub, topic, None, scenario)


def test_from_every_place_a_client_gets_exactly_the_rest(hub: Hub, topic: Any, make_card: Callable[..., Card]) -> None:
    for number in range(1, 9):
        topic.put(number % 2, make_card(number))
    first: list[tuple[int, Vector]] = []

    async def read_all(client: Client) -> None:
        for _ in range(8):
            _, card, place = await client.next()
            first.append((int(card["case_key"].rpartition("-")[2]), place))

    listening(hub, topic, Vector(topic.epoch, (0, 0)), read_all)
    for seen in range(8):
        rest = [number for number, _ in first[seen + 1 :]]

        async def read_rest(client: Client, rest: list[int] = rest) -> None:
            assert await client.cards(len(rest)) == rest

        listening(hub, topic, first[seen][1], read_rest)


def test_what_the_ring_forgot_is_read_from_the_topic(make_card: Callable[..., Card], cards: Any) -> None:
    hub = cards.hub = Hub(ring=2)
    cards.follow()
    for number in range(1, 8):
        cards.put(number % 2, make_card(number))

    async def scenario(client: Client) -> None:
        assert sorted(await client.cards(7)) == [1, 2, 3, 4, 5, 6, 7]
        cards.put(0, make_card(8))
        assert await client.cards(1) == [8]

    listening(hub, cards, Vector(cards.epoch, (0, 0)), scenario)


@pytest.mark.parametrize(
    "gone", [NOWHERE, Vector(b"epoch-00", (0, 0)), Vector(b"epoch-01", (0, 0, 0)), Vector(b"epoch-01", (0, 9))]
)
def test_a_place_that_is_gone_asks_for_the_page_again_and_follows_on(
    hub: Hub, topic: Any, make_card: Callable[..., Card], gone: Vector
) -> None:
    topic.put(0, make_card(1))

    async def scenario(client: Client) -> None:
        _, told, place = await client.next("resync")
        assert (told["reason"], place) == ("gone", hub.position)
        topic.put(0, make_card(2))
        assert await client.cards(1) == [2]

    listening(hub, topic, gone, scenario)


def test_what_the_topic_no_longer_holds_asks_for_the_page_again(cards: Any, make_card: Callable[..., Card]) -> None:
    hub = cards.hub = Hub(ring=1)
    cards.follow()
    for number in (1, 2, 3):
        cards.put(0, make_card(number))
    cards.begin = [1, 0]

    async def scenario(client: Client) -> None:
        assert (await client.next("resync"))[1]["reason"] == "gone"

    listening(hub, cards, Vector(cards.epoch, (0, 0)), scenario)


def test_cards_that_are_not_wanted_move_the_place_on(hub: Hub, topic: Any, make_card: Callable[..., Card]) -> None:
    async def scenario(client: Client) -> None:
        await client.next("at")
        topic.put(0, make_card(1, level="warning"))
        topic.put(1, make_card(2, region="330200000000"))
        topic.put(1, make_card(3, agency="elsewhere"))
        assert (await client.next("at"))[2].offsets == (1, 2)
        topic.put(1, make_card(4, level="red"))
        assert await client.cards(1) == [4]

    wanted = Wanted(
        permits=permits(Scope.of_region("330100000000")),
        levels=frozenset({"red"}),
        agency=make_card().agency,
        region="3301",
    )
    listening(hub, topic, None, scenario, wanted)


def test_a_stale_owners_card_is_not_shown(hub: Hub, topic: Any, make_card: Callable[..., Card]) -> None:
    async def scenario(client: Client) -> None:
        await client.next("at")
        topic.put(0, make_card(1, revision=3))
        topic.put(0, make_card(1, revision=2))
        topic.put(0, make_card(2))
        assert await client.cards(2) == [1, 2]

    listening(hub, topic, None, scenario)


def test_a_client_ahead_of_this_process_gets_nothing_twice(
    hub: Hub, topic: Any, make_card: Callable[..., Card]
) -> None:
    topic.log[0] += [b"not", b"read", b"here yet"]

    async def scenario(client: Client) -> None:
        await client.next("at")
        for offset in range(3):
            hub.take(Record(0, offset, msgspec.json.encode(make_card(offset))))
        topic.put(1, make_card(9))
        _, card, place = await client.next()
        assert (card["case_key"][-1], place.offsets) == ("9", (3, 1))

    listening(hub, topic, Vector(topic.epoch, (3, 0)), scenario)


def test_a_client_too_slow_for_its_queue_is_told_to_resync(cards: Any, make_card: Callable[..., Card]) -> None:
    hub = cards.hub = Hub(queue=3)
    cards.follow()

    async def scenario(client: Client) -> None:
        await client.next("at")
        for number in range(1, 6):
            cards.put(0, make_card(number))
        _, told, place = await client.next("resync")
        assert (told["reason"], place) == ("slow_client", hub.position)
        cards.put(0, make_card(6))
        assert await client.cards(1) == [6]

    listening(hub, cards, None, scenario)


def test_a_topic_made_anew_asks_every_stream_to_resync(hub: Hub, topic: Any) -> None:
    async def scenario(client: Client) -> None:
        await client.next("at")
        hub.open(Vector(b"epoch-02", (0, 0)), (0, 0))
        _, told, place = await client.next("resync")
        assert (told["reason"], place.epoch) == ("feed_restarted", b"epoch-02")

    listening(hub, topic, None, scenario)


def test_every_stream_ends_when_the_process_goes_down(hub: Hub, topic: Any, make_card: Callable[..., Card]) -> None:
    async def scenario(client: Client) -> None:
        await client.next("at")
        topic.put(0, make_card(1))
        hub.end()
        assert await client.cards(1) == [1]
        with pytest.raises(StopAsyncIteration):
            await client.next()

    listening(hub, topic, None, scenario)


def test_an_unreadable_record_does_not_stop_the_feed(hub: Hub, topic: Any, make_card: Callable[..., Card]) -> None:
    async def scenario(client: Client) -> None:
        await client.next("at")
        topic.log[0].append(b"{")
        hub.take(Record(0, 0, b"{"))
        topic.put(0, make_card(2))
        assert await client.cards(1) == [2]

    listening(hub, topic, None, scenario)
