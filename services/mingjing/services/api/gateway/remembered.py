"""The latest events that Kafka has, so that sending them again is told as what it is."""

from collections import OrderedDict
from collections.abc import Iterable
from hashlib import sha256

MOST = 100_000
_LENGTH = 16


def print_of(agency: str, raw: bytes) -> bytes:
    """Return what tells an event from every other: whose it is and every byte of it."""
    return sha256(b"%b\0%b" % (agency.encode(), raw)).digest()[:_LENGTH]


class Remembered:
    """The prints of the last `most` events of this process. Nothing depends on it: what it forgot is settled later."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._prints: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, printed: object) -> bool:
        return printed in self._prints

    def add(self, prints: Iterable[bytes]) -> None:
        """Remember events that Kafka has acknowledged."""
        for each in prints:
            self._prints[each] = None
        while len(self._prints) > self._most:
            self._prints.popitem(last=False)
