from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from mingjing.services.city.message import Message
from mingjing.services.demo.show import Sender
from mingjing.services.demo.streaming import Ahead, step_of

BEGIN = datetime(2026, 7, 1, tzinfo=UTC)


class Empty:
    """A show without messages that lasts some days."""

    title = "empty"
    senders: Sequence[Sender] = ()
    begin = BEGIN
    total = 0

    def __init__(self, days: int) -> None:
        self.until = BEGIN + timedelta(days=days)

    def messages(self) -> Iterator[Message]:
        return iter(())


def message(minutes: int) -> Message:
    return Message(BEGIN + timedelta(minutes=minutes), "a", b"{}")


@pytest.mark.parametrize(("days", "seconds", "hours"), [(1, 150, 1), (124, 150, 3), (124, 60, 8), (3000, 10, 24)])
def test_the_clock_takes_no_more_steps_than_can_be_sent(days: int, seconds: float, hours: int) -> None:
    assert step_of(Empty(days), seconds) == timedelta(hours=hours)


def test_messages_up_to_an_instant_are_taken_once_and_in_order() -> None:
    ahead = Ahead(iter([message(1), message(2), message(2), message(9)]))

    taken = [ahead.up_to(BEGIN + timedelta(minutes=minutes)) for minutes in (0, 2, 5)]

    assert taken == [[], [message(1), message(2), message(2)], []]
    assert ahead.waiting


def test_nothing_waits_once_all_is_taken() -> None:
    ahead = Ahead(iter([message(1)]))
    ahead.up_to(BEGIN + timedelta(minutes=1))

    assert not ahead.waiting
