"""What the gateway needs of Kafka: to be sure that every record is there."""

from collections.abc import Iterable
from functools import partial
from itertools import repeat
from typing import NamedTuple, Protocol, Self


class Outgoing(NamedTuple):
    """A record to be written; without a partition its key finds it, without a key it may lie in any."""

    topic: str
    key: bytes | None
    value: bytes
    partition: int | None = None

    @classmethod
    def many(cls, topic: str, keys: Iterable[bytes], values: Iterable[bytes]) -> list[Self]:
        """Return a record of `topic` for each key and its value, made at a third of the cost of one by one."""
        return list(map(partial(tuple.__new__, cls), zip(repeat(topic), keys, values, repeat(None))))


class OutboxUnavailable(Exception):
    """Not every record is known to be written; send them all again later, writing twice does no harm."""


class Outbox(Protocol):
    """Writes records and answers for them."""

    @property
    def ready(self) -> bool:
        """Whether records can be written now, as far as is known."""
        ...

    async def send(self, records: list[Outgoing]) -> None:
        """Return once every record is acknowledged by all in-sync replicas; OutboxUnavailable if that fails.

        The list is the outbox's from then on, which may empty it.
        """
        ...
