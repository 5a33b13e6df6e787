"""The cases of a partition that have left: stubs of those that left of late, marks of the others.

A stub knows what was said of its case. Once its last event is long past it goes as well,
and of the case there stays a mark that it was here (see `gone`): what was said of it then
comes from the ledger. So what is kept of the past does not grow with all that was said in it.

A stub goes in two steps, for the mark must be durable before the stub is missing.
"""

from typing import NamedTuple

from mingjing.rules.gone import Gone
from mingjing.rules.stored_case import StoredCase, head
from mingjing.rules.zone import DAY


class Away(NamedTuple):
    """A case that has left: its facts are archived up to `last_offset`; `gone` = there is not even a stub."""

    last_offset: int
    gone: bool


class Departed:
    """The stubs of a partition, and which cases are `gone`."""

    def __init__(self) -> None:
        self.gone = Gone()
        self._stubs: dict[str, bytes] = {}
        self._by_day: dict[int, list[str]] = {}
        self._noted: dict[str, bytes] = {}

    def __len__(self) -> int:
        """Return how many stubs there are."""
        return len(self._stubs)

    def put(self, key: str, stub: bytes, latest: int) -> None:
        """Keep the stub of a case, the latest fact of which was of the instant `latest`, or before."""
        self._stubs[key] = stub
        self._by_day.setdefault(latest // DAY, []).append(key)

    def state(self, key: str) -> bytes | None:
        """Return the stub of a case, or None."""
        return self._stubs.get(key)

    def stub(self, key: str) -> StoredCase | None:
        """Return the stub of a case as what it is the head of, or None."""
        state = self._stubs.get(key)
        return None if state is None else head(key, state)

    def take(self, key: str) -> bytes:
        """Return the stub of a case that comes back, and forget it."""
        return self._stubs.pop(key)

    def away(self, key: str) -> Away | None:
        """Return how far the archive must be to tell of a case that has left, or may have; None for a new one."""
        state = self._stubs.get(key)
        if state is not None:
            return Away(head(key, state).last_offset, gone=False)
        reach = self.gone.reach(key)
        return None if reach is None else Away(reach, gone=True)

    def forget(self, before: int, most: int) -> list[str]:
        """Drop the stubs marked by the last call, and mark at most so many whose latest fact was on a day before.

        What the last call changed must be durable by now. Return the keys of the cases and pages that changed.
        """
        dropped = [key for key, state in self._noted.items() if self._stubs.get(key) is state]
        for key in dropped:
            del self._stubs[key]
        self._noted = {}
        pages: dict[str, None] = {}
        while len(self._noted) < most and self._by_day and (day := min(self._by_day)) < before // DAY:
            keys = self._by_day[day]
            while keys and len(self._noted) < most:
                key = keys.pop()
                state = self._stubs.get(key)
                if state is not None:
                    pages[self.gone.add(key, head(key, state).last_offset)] = None
                    self._noted[key] = state
            if not keys:
                del self._by_day[day]
        return [*dropped, *pages]
