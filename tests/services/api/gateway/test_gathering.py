"""What comes together is done together; nobody is forgotten, and nobody alone is kept waiting."""

import asyncio
from collections.abc import Sequence

import pytest

from mingjing.services.api.gateway.gathering import MOST, Gathering


class Work:
    """Does crowds of numbers when it is let; `crowds` are those it was given, and `begun` tells of each."""

    def __init__(self, *, waits: bool = False) -> None:
        self.crowds: list[list[int]] = []
        self.begun: asyncio.Queue[list[int]] = asyncio.Queue()
        self.may_end = asyncio.Event()
        if not waits:
            self.may_end.set()

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.crowds.append(list(numbers))
        self.begun.put_nowait(list(numbers))
        await self.may_end.wait()
        return [-number for number in numbers]


def test_those_who_come_in_one_round_are_done_together_and_each_is_told_its_own() -> None:
    async def story() -> None:
        work = Work()
        gathering = Gathering(work)

        assert await asyncio.gather(*(gathering.done(number) for number in range(5))) == [0, -1, -2, -3, -4]
        assert work.crowds == [[0, 1, 2, 3, 4]]

    asyncio.run(story())


def test_who_comes_while_others_are_done_goes_when_they_are_or_a_moment_later() -> None:
    async def story() -> None:
        work = Work(waits=True)
        gathering = Gathering(work)
        first = asyncio.create_task(gathering.done(1))
        assert await work.begun.get() == [1]
        others = [asyncio.create_task(gathering.done(number)) for number in (2, 3)]
        assert await work.begun.get() == [2, 3]  # the first is not done, and does not hold up the others for ever
        work.may_end.set()

        assert await asyncio.gather(first, *others) == [-1, -2, -3]

    asyncio.run(story())


def test_a_crowd_is_never_more_than_most() -> None:
    async def story() -> None:
        work = Work()
        gathering = Gathering(work)

        assert await asyncio.gather(*(gathering.done(number) for number in range(2 * MOST + 1))) == [
            -number for number in range(2 * MOST + 1)
        ]
        assert [len(each) for each in work.crowds] == [MOST, MOST, 1]

    asyncio.run(story())


def test_what_goes_wrong_is_told_everybody_in_it_and_nobody_after() -> None:
    async def work(numbers: Sequence[int]) -> Sequence[int]:
        if 1 in numbers:
            raise ValueError("one")
        return numbers

    async def story() -> None:
        gathering = Gathering(work)
        told = await asyncio.gather(gathering.done(1), gathering.done(2), return_exceptions=True)

        assert [repr(each) for each in told] == ["ValueError('one')"] * 2
        assert await gathering.done(3) == 3

    asyncio.run(story())


def test_who_gives_up_waiting_takes_nothing_from_the_others() -> None:
    async def story() -> None:
        gathering = Gathering(Work())
        tasks = [asyncio.create_task(gathering.done(number)) for number in (1, 2)]
        await asyncio.sleep(0)
        tasks[0].cancel()

        assert await tasks[1] == -2
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]

    asyncio.run(story())
