"""The latest events that Kafka has, so that sending them again is told as what it is."""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256

MOST = 100_000
_LENGTH = 16


def prints_of(agency: str, raw_events: Sequence[bytes]) -> list[bytes]:
    """Return what tells each event from every other: whose it is and every byte of it."""
    owner = agency.encode() + b"\0"
    return [sha256(owner + raw).digest()[:_LENGTH] for raw in raw_events]


class Remembered:
    """The prints of at least the last half of `most` events, at most `most`, of this process and of those before it.

    Nothing depends on it: what it forgot is settled later.
    """

    def __init__(self, most: int = MOST) -> None:
        self._half = most // 2
        self._latest: set[bytes] = set()
        self._before: set[bytes] = set()

    def __contains__(self, printed: object) -> bool:
        return printed in self._latest or printed in self._before

    def isdisjoint(self, prints: Collection[bytes]) -> bool:
        """Return whether none of the prints is remembered."""
        return self._latest.isdisjoint(prints) and self._before.isdisjoint(prints)

    def add(self, prints: Iterable[bytes]) -> None:
        """Remember events that Kafka has acknowledged."""
        self._latest.update(prints)
        if len(self._latest) >= self._half:
            self._before, self._latest = self._latest, set()
