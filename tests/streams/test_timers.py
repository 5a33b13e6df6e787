"""A worker's own clock jumps while cases run, by schedule: what an owner says is what it says with a right clock."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from mingjing.rules.engine import Engine
from mingjing.rules.events import micros
from mingjing.streams.clock import LiveClock
from mingjing.streams.dockets import CASES
from mingjing.streams.owner import Owner
from mingjing.streams.sounding import Place
from mingjing.streams.state import Ring, recover
from mingjing.streams.time_of_day import TimeOfDay
from mingjing.streams.timers import Timers
from mingjing.streams.topics import CARDS, CASE_EVENTS

from .conftest import MemoryLog, rulebook
from .conftest import _case_event as case_event

MORNING = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
BOOK = rulebook()
SEEDS = range(12)
CASES_OF_A_STORY = 6
STEP = timedelta(seconds=30)
STEPS = 330

Cards = dict[str, tuple[str, str]]


class Believing(TimeOfDay):
    """What is planted: a worker that believes its own clock, as it did before brokers were asked."""

    def now(self) -> int | None:
        return self.steady() + self._read_own()


class World:
    """One partition whose log is folded as it comes; `own_off` is what the worker's clock is off by."""

    def __init__(self, time_of_day: type[TimeOfDay], story: list[tuple[datetime, str, str]]) -> None:
        self.true = MORNING
        self.own_off = timedelta()
        self._story = story
        self._folded = 0
        self.log = MemoryLog()
        self.time_of_day = time_of_day(self, self._steady)
        self.timers = Timers(CASE_EVENTS, self.time_of_day, self, self)
        self.owner = Owner(
            0,
            Engine(BOOK, now=0),
            LiveClock(),
            Ring(recover([], CASES.form), 1),
            self.log,
            docket=CASES,
            partitions=1,
            end=-1,
            die=_die,
            save_every_s=0,
        )

    def now(self) -> datetime:
        return self.true + self.own_off

    def _steady(self) -> int:
        return micros(self.true)

    async def highwaters(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return dict.fromkeys(places, self._folded)

    async def earliest(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return dict.fromkeys(places, 0)

    async def settled(self, places: Iterable[Place]) -> Mapping[Place, int]:
        return dict.fromkeys(places, self._folded)

    def stamps(self, places: Collection[Place]) -> list[int | None]:
        return [None for _ in places]

    async def go_on(self) -> None:
        """Let a moment pass: fold what has come in, and let fire what is due."""
        self.true += STEP
        while self._folded < len(self._story) and self._story[self._folded][0] <= self.true:
            at, type_, case = self._story[self._folded]
            self.owner.fold([case_event(self._folded, type_, at.isoformat(), case=case)], lambda: None)
            self._folded += 1
        await self.timers.fire({0: self.owner}, [(CASE_EVENTS, 0)])
        await self.owner.settle()

    def hear(self) -> None:
        stamp = micros(self.true)
        self.time_of_day.hear(stamp, self._steady(), self._steady())

    def cards(self) -> list[Any]:
        return self.log.values(CARDS)


def _die(exc: Exception) -> None:
    raise AssertionError from exc


def story(chance: Random) -> list[tuple[datetime, str, str]]:
    """Return what comes in: cases that have an hour each, and close within it, after it, or never."""
    told = []
    for case in range(CASES_OF_A_STORY):
        opened = MORNING + timedelta(seconds=chance.randrange(3600))
        told.append((opened, "opened", str(case)))
        if chance.random() < 0.8:
            told.append((opened + timedelta(seconds=chance.randrange(1, 5400)), "closed", str(case)))
    return sorted(told)


async def told(time_of_day: type[TimeOfDay], seed: int, *, jumps: bool) -> list[Any]:
    chance = Random(seed)  # noqa: S311  # a schedule, no secret
    world = World(time_of_day, story(chance))
    world.hear()
    for _ in range(STEPS):
        if jumps and chance.random() < 0.05:
            world.own_off = timedelta(seconds=chance.choice([0, chance.gauss(0, 7200)]))
        if chance.random() < 0.2:
            world.hear()
        await world.go_on()
    return world.cards()


def lasting(cards: list[Any]) -> Cards:
    return {card["case_key"]: (card["status"], card["violated_at"]) for card in cards}


def early(cards: list[Any]) -> list[Any]:
    """Return the cards that had to be taken back."""
    return [card for card in cards if card["status"] == "withdrawn"]


def late(cards: list[Any]) -> list[Any]:
    """Return the cards that were drawn by a clock more than a moment behind."""
    return [card for card in cards if _instant(card["issued_at"]) - _instant(card["violated_at"]) > STEP]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_a_clock_that_jumps_draws_no_card_early_none_late_and_misses_none() -> None:
    async def all_of_them() -> int:
        drawn = 0
        for seed in SEEDS:
            jumping = await told(TimeOfDay, seed, jumps=True)
            assert early(jumping) == [], f"seed {seed}"
            assert late(jumping) == [], f"seed {seed}"
            assert lasting(jumping) == lasting(await told(TimeOfDay, seed, jumps=False)), f"seed {seed}"
            drawn += len(jumping)
        return drawn

    assert asyncio.run(all_of_them()) > len(SEEDS)


def test_a_worker_that_believes_its_own_clock_is_caught() -> None:
    async def caught() -> bool:
        return any([early(await told(Believing, seed, jumps=True)) for seed in SEEDS])

    assert asyncio.run(caught())


def test_no_deadline_fires_before_a_broker_was_heard() -> None:
    async def unheard() -> list[Any]:
        world = World(TimeOfDay, [(MORNING, "opened", "1")])
        for _ in range(STEPS):
            await world.go_on()
        assert world.cards() == []
        world.hear()
        await world.go_on()
        return world.cards()

    assert len(asyncio.run(unheard())) == 1
