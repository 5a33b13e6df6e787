"""The last cards in the order this process saw them, for those who come back soon."""

from collections import deque
from collections.abc import Sequence

from mingjing.services.api.feed.entry import Entry


class Ring:
    """A bounded run of entries that knows from which offsets on it is complete.

    `floor[p]` is the lowest offset of partition p such that no card from it on
    is missing; a reader standing at or after every floor can be served from here.
    """

    def __init__(self, capacity: int, floor: Sequence[int]) -> None:
        self.floor = list(floor)
        self._capacity = capacity
        self._entries: deque[Entry] = deque()
        self._latest: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def append(self, entry: Entry) -> bool:
        """Keep the entry; False if a record of the same card with this `ver` or a greater one came first.

        Such a record is a redelivery or was written by an owner that had already
        lost the partition: no screen may be set back by it.
        """
        known = self._latest.get(entry.head.about)
        if known is not None and known.head.ver >= entry.head.ver:
            return False
        if len(self._entries) == self._capacity:
            self._forget_oldest()
        self._entries.append(entry)
        self._latest[entry.head.about] = entry
        return True

    def latest(self, card_id: str) -> Entry | None:
        """Return the newest entry of a card while the ring still holds it."""
        return self._latest.get(card_id)

    def since(self, offsets: Sequence[int]) -> list[Entry]:
        """Return the entries a reader standing at `offsets` has not had, in order."""
        return [entry for entry in self._entries if entry.offset >= offsets[entry.partition]]

    def _forget_oldest(self) -> None:
        oldest = self._entries.popleft()
        self.floor[oldest.partition] = oldest.offset + 1
        if self._latest.get(oldest.head.about) is oldest:
            del self._latest[oldest.head.about]
