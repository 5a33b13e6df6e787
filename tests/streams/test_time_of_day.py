"""A broker, a worker and the time between them, in virtual time: whatever a clock does, the time of day holds."""

from datetime import UTC, datetime
from random import Random

import pytest

from mingjing.streams.time_of_day import TOLERANCE, TimeOfDay

SECOND = 1_000_000
NOON = 1_772_539_200 * SECOND
SLOWEST = 3 * SECOND
"""The longest round trip."""


class World:
    """`true` is the time; the broker's clock and the worker's own are each off by something."""

    def __init__(self, own_off: int = 0, broker_off: int = 0) -> None:
        self.true = NOON
        self.own_off, self.broker_off = own_off, broker_off
        self.time_of_day = TimeOfDay(self, self.steady)

    def now(self) -> datetime:
        return datetime.fromtimestamp((self.true + self.own_off) / SECOND, UTC)

    def steady(self) -> int:
        return self.true - NOON + 77

    def ask(self, there: int = 1000, back: int = 1000) -> None:
        asked = self.steady()
        self.true += there
        stamp = (self.true + self.broker_off) // 1000 * 1000
        self.true += back
        self.time_of_day.hear(stamp, asked, self.steady())

    def wait(self, seconds: float) -> None:
        self.true += int(seconds * SECOND)

    @property
    def error(self) -> int:
        """By how much the time of day is ahead of the true one."""
        now = self.time_of_day.now()
        assert now is not None
        return now - self.true


def test_before_a_broker_was_heard_there_is_no_time_of_day() -> None:
    world = World()

    assert world.time_of_day.now() is None
    assert "deadlines wait" in (world.time_of_day.hindrance or "")


def test_clocks_that_agree_tell_the_time_to_within_a_round_trip() -> None:
    world = World()
    world.ask()
    world.wait(60)

    assert -2000 <= world.error <= 0
    assert world.time_of_day.hindrance is None


@pytest.mark.parametrize("hours", [1, -1])
def test_a_worker_whose_own_clock_jumps_goes_on_by_the_broker_s_and_says_so(hours: int) -> None:
    world = World()
    world.ask()
    world.own_off = hours * 3600 * SECOND

    assert -2000 <= world.error <= 0
    hindrance = world.time_of_day.hindrance or ""
    assert "3600.0" in hindrance
    assert ("ahead of" in hindrance) == (hours > 0)


def test_a_clock_that_was_ahead_from_the_beginning_is_not_believed_either() -> None:
    world = World(own_off=3600 * SECOND)
    world.ask()

    assert -2000 <= world.error <= 0


def test_a_broker_whose_clock_jumps_ahead_draws_nothing_early() -> None:
    world = World()
    world.ask()
    world.broker_off = 3600 * SECOND
    world.ask()

    assert -2000 <= world.error <= 0
    assert "behind" in (world.time_of_day.hindrance or "")


def test_a_broker_whose_clock_is_set_back_is_followed_and_nothing_fires_meanwhile() -> None:
    world = World()
    world.ask()
    world.broker_off = -60 * SECOND
    world.ask()

    assert world.error < -59 * SECOND
    assert world.time_of_day.lead > 59 * SECOND


def test_a_worker_s_clock_that_is_set_right_is_followed_again() -> None:
    world = World()
    world.ask()
    world.own_off = 3600 * SECOND
    world.wait(60)
    assert -2000 <= world.error <= 0
    world.own_off = 0
    world.ask()
    world.broker_off = 1800 * SECOND
    world.ask()

    assert -2000 <= world.error <= 0


def test_one_slow_answer_makes_nothing_late() -> None:
    world = World()
    world.ask()
    world.ask(there=0, back=SLOWEST)

    assert world.error >= -2000


def test_a_broker_that_drifts_behind_is_followed_within_a_round_trip() -> None:
    world = World()
    for _ in range(5000):
        world.broker_off -= 250  # 50 parts per million
        world.wait(5)
        world.ask()

    assert world.error <= world.broker_off + 4000


def test_a_machine_that_slept_knows_the_time_once_it_has_asked() -> None:
    world = World()
    world.ask()
    slept = 3600 * SECOND
    steady = world.time_of_day.steady
    world.true += slept
    world.time_of_day.steady = lambda: steady() - slept
    asked = world.time_of_day.steady()
    world.time_of_day.hear(world.true // 1000 * 1000, asked, world.time_of_day.steady())

    assert -1000 <= world.error <= 0


@pytest.mark.parametrize("seed", range(100))
def test_whatever_the_worker_s_own_clock_does_the_time_is_never_early_and_late_by_a_round_trip_at_most(
    seed: int,
) -> None:
    chance = Random(seed)  # noqa: S311  # a schedule, no secret
    world = World(own_off=chance.choice([0, 0, 3600 * SECOND]))
    world.ask()
    for _ in range(300):
        if chance.random() < 0.1:
            world.own_off = int(chance.gauss(0, 3600 * SECOND))
        elif chance.random() < 0.2:
            world.own_off = 0
        world.wait(chance.random() * 5)
        assert world.error <= 0
        if chance.random() < 0.3:
            world.ask(chance.randrange(SLOWEST), chance.randrange(SLOWEST))
        if world.own_off == 0:
            assert world.error >= -SLOWEST


def test_a_clock_a_little_off_hinders_nothing() -> None:
    world = World(own_off=TOLERANCE // 2)
    world.ask()

    assert world.time_of_day.hindrance is None
