"""A flood of one agency keeps nobody else waiting."""

import asyncio

from mingjing.services.api.gateway.turns import SMALL, Turns


def test_one_request_of_an_agency_is_looked_at_while_those_of_others_go_between() -> None:
    order: list[str] = []

    async def take(turns: Turns, agency: str, events: int) -> None:
        async with turns.of(agency, events):
            order.append(agency)

    async def crowd() -> None:
        turns = Turns()
        noisy = [take(turns, "noisy", 100) for _ in range(5)]
        await asyncio.gather(*noisy, take(turns, "quiet", SMALL), take(turns, "other", 100))

    asyncio.run(crowd())

    assert order.index("quiet") == 0
    assert order.index("other") <= 2
    assert order.count("noisy") == 5


def test_who_gives_up_while_waiting_leaves_the_turn_to_the_next() -> None:
    order: list[str] = []

    async def take(turns: Turns, name: str) -> None:
        async with turns.of("noisy", 100):
            order.append(name)

    async def crowd() -> None:
        turns = Turns()
        waiting = [asyncio.create_task(take(turns, name)) for name in ("first", "gone", "next")]
        await asyncio.sleep(0)
        waiting[1].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(crowd())

    assert order == ["first", "next"]
