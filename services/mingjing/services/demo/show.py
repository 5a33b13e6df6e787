"""What a demo shows: who sends, what they send in the order of sending, and when the clock stops."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from mingjing.services.city.message import Message


class Sender(msgspec.Struct, frozen=True):
    """An agency as the demo plays it; `key` is its HTTP key, None if it writes to Kafka itself."""

    agency: str
    source: str
    key: str | None


class Show(Protocol):
    """A stream of messages for the local stack."""

    title: str
    senders: Sequence[Sender]
    begin: datetime
    until: datetime
    total: int

    def messages(self) -> Iterator[Message]:
        """Yield every message in order of sending; `at` never falls."""
        ...


class DemoRefused(Exception):
    """The demo cannot be given as asked; the text says why and what to do."""
