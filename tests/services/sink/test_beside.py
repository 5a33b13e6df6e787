"""Two works of one process: neither goes on without the other."""

import threading

import pytest

from mingjing.services.sink.beside import Beside


class Stop:
    def __init__(self) -> None:
        self.asked = threading.Event()

    def ask(self) -> None:
        self.asked.set()


def test_work_beside_ends_when_a_stop_is_asked_for() -> None:
    stop, done = Stop(), list[str]()

    def work() -> None:
        stop.asked.wait()
        done.append("all")

    beside = Beside("cases", work, stop)
    beside.start()
    beside.end()

    assert done == ["all"]


def test_work_beside_that_fails_asks_the_other_to_stop_and_says_why_at_the_end() -> None:
    def work() -> None:
        raise OSError("disk gone")

    stop = Stop()
    beside = Beside("cases", work, stop)
    beside.start()

    assert stop.asked.wait(60)
    with pytest.raises(OSError, match="disk gone"):
        beside.end()
