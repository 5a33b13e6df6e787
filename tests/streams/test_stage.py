from collections.abc import Iterator

import pytest

from mingjing.streams import metrics, stage
from mingjing.streams.stage import ONE_IN, Stage


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0

    def thread_time(self) -> float:
        self.asked += 1
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(stage, "time", clock)
    return clock


@pytest.fixture
def at_work() -> Iterator[Stage]:
    yield Stage("a log", "a stage")
    metrics.WORK_SECONDS.remove("a log", "a stage")


def counted() -> float:
    return metrics.WORK_SECONDS.labels("a log", "a stage")._value.get()


def test_what_is_entered_again_and_again_is_counted_as_long_as_it_took_and_the_clock_seldom_asked(
    clock: Clock, at_work: Stage
) -> None:
    for _ in range(10 * ONE_IN):
        with at_work:
            clock.now += 0.002

    assert counted() == pytest.approx(10 * ONE_IN * 0.002)
    assert clock.asked == 20


def test_long_and_short_work_by_turns_is_counted_as_both_together_took(clock: Clock, at_work: Stage) -> None:
    for turn in range(2 * ONE_IN):
        with at_work:
            clock.now += 0.003 if turn % 2 else 0.001

    assert counted() == pytest.approx(2 * ONE_IN * 0.002)


def test_work_that_fails_is_counted_too(clock: Clock, at_work: Stage) -> None:
    def fail() -> None:
        with at_work:
            clock.now += 1.0
            raise RuntimeError

    for _ in range(ONE_IN):
        with pytest.raises(RuntimeError):
            fail()

    assert counted() == pytest.approx(ONE_IN)
