"""The latest events that Kafka has, so that sending them again is told as what it is."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from hashlib import sha256

MOST = 100_000
_DIGITS = 32


def prints_of(agency: str, raw_events: Sequence[bytes]) -> list[int]:
    """Return what tells each event from every other within this process: whose it is and every byte of it.

    It is Python's own hash of 64 bits, keyed anew in each process (SipHash), at a quarter of the cost of a
    digest. Beside a full memory an event is taken for another by chance once in 10^14, and nobody can have it so.
    """
    owner = hash(agency)
    return [owner ^ hash(raw) for raw in raw_events]


def lasting_prints_of(agency: str, raw_events: Sequence[bytes]) -> list[str]:
    """Return what tells each event from every other in any process: prints that can be kept, in hex."""
    owner = agency.encode() + b"\0"
    return [sha256(owner + raw).hexdigest()[:_DIGITS] for raw in raw_events]


class Remembered:
    """The prints of at least the last half of `most` events, at most `most`, of this process and of those before it.

    Nothing depends on it: what it forgot is settled later.
    """

    def __init__(self, most: int = MOST) -> None:
        self._half = most // 2
        self._latest: set[Hashable] = set()
        self._before: set[Hashable] = set()

    def __contains__(self, printed: object) -> bool:
        return printed in self._latest or printed in self._before

    def isdisjoint(self, prints: Collection[Hashable]) -> bool:
        """Return whether none of the prints is remembered."""
        return self._latest.isdisjoint(prints) and self._before.isdisjoint(prints)

    def add(self, prints: Iterable[Hashable]) -> None:
        """Remember events that Kafka has acknowledged."""
        self._latest.update(prints)
        if len(self._latest) >= self._half:
            self._before, self._latest = self._latest, set()
