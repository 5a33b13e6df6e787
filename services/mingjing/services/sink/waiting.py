"""Records that nobody waits for, kept back until they make a batch worth its statements."""

from collections.abc import Collection

from mingjing.services.sink.source import Record

PATIENCE_S = 0.5
"""How long a record may be kept back: a statement, and the part that ClickHouse makes of it, cost one row like many."""


class Waiting:
    """Keeps back the records of `topics`, in their order, for half a second or until they are `most`."""

    def __init__(self, topics: Collection[str], most: int) -> None:
        self._topics = frozenset(topics)
        self._most = most
        self._records: list[Record] = []
        self._since = 0.0

    def __len__(self) -> int:
        """Return how many records are kept back."""
        return len(self._records)

    def due(self, records: list[Record], now: float) -> list[Record]:
        """Return what is to be written now (seconds of a clock that only rises), `records` among them."""
        if not self._topics:
            return records
        prompt = [each for each in records if each.topic not in self._topics]
        if not self._records:
            self._since = now
        self._records += [each for each in records if each.topic in self._topics]
        if now - self._since < PATIENCE_S and len(self._records) < self._most:
            return prompt
        kept, self._records = self._records, []
        return prompt + kept

    def drop(self, places: Collection[tuple[str, int]]) -> None:
        """Forget what came of these topics and partitions: it comes again."""
        self._records = [each for each in self._records if (each.topic, each.partition) not in places]
