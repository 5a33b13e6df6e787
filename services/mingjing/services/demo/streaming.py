"""Months in minutes: messages in the order of their sending, the clock a step behind them."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from mingjing.services.city.message import Message
from mingjing.services.demo.feeds import Feeds
from mingjing.services.demo.gateway import Gateway
from mingjing.services.demo.show import Show

STEPS_A_SECOND: Final = 8
"""Most steps of the clock in a second; every step is a watermark on every feed, for every partition."""

HOUR: Final = timedelta(hours=1)

Progress = Callable[[datetime, int], None]
"""Is told, after each step, how far the clock has come and how many messages have been sent."""


def step_of(show: Show, seconds: float) -> timedelta:
    """Return how far the clock moves at once: whole hours, at most a day."""
    hours = (show.until - show.begin) / HOUR
    allowed = (1, 2, 3, 4, 6, 8, 12, 24)
    return next((each for each in allowed if hours / each <= seconds * STEPS_A_SECOND), allowed[-1]) * HOUR


def stream(show: Show, feeds: Feeds, gateway: Gateway, seconds: float, progress: Progress) -> int:
    """Send the whole show in `seconds`, or as quickly as it is taken; return how many messages that were.

    A watermark is sent only once everything up to it has been acknowledged.
    """
    step = step_of(show, seconds)
    keys = {sender.agency: sender.key for sender in show.senders}
    messages = Ahead(show.messages())
    began, sent = time.monotonic(), 0
    length = max(show.until - show.begin, step)
    now = show.begin
    while now < show.until or messages.waiting:
        now = min(now + step, show.until) if now < show.until else datetime.max.replace(tzinfo=now.tzinfo)
        due = messages.up_to(now)
        _send(due, keys, feeds, gateway)
        sent += len(due)
        if due:
            feeds.settle()
        now = min(now, show.until)
        feeds.tick(now)
        feeds.settle()
        progress(now, sent)
        ahead = began + seconds * ((now - show.begin) / length) - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
    return sent


def _send(messages: list[Message], keys: dict[str, str | None], feeds: Feeds, gateway: Gateway) -> None:
    posted: defaultdict[str, list[Message]] = defaultdict(list)
    for message in messages:
        key = keys[message.agency]
        if key is None:
            feeds.send(message)
        else:
            posted[key].append(message)
    for key, batch in posted.items():
        gateway.post(key, batch)


class Ahead:
    """An iterator of messages that can be taken up to an instant."""

    def __init__(self, messages: Iterator[Message]) -> None:
        self._messages = messages
        self._next = next(messages, None)

    @property
    def waiting(self) -> bool:
        """Whether anything is left."""
        return self._next is not None

    def up_to(self, instant: datetime) -> list[Message]:
        """Take every message that leaves by `instant`."""
        taken = []
        while self._next is not None and self._next.at <= instant:
            taken.append(self._next)
            self._next = next(self._messages, None)
        return taken
