"""Turns: requests of one agency are looked at one after another, so that a flood of them keeps nobody else waiting."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

SMALL = 10
"""So few events are looked at before anybody could notice."""


class Turns:
    """The turns of each agency within this process."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def of(self, agency: str, events: int) -> AbstractAsyncContextManager[None]:
        """Wait until it is this agency's turn to have so many events looked at, and others have had theirs."""
        return _AT_ONCE if events <= SMALL else self._after_others(agency)

    @asynccontextmanager
    async def _after_others(self, agency: str) -> AsyncIterator[None]:
        async with self._locks[agency]:
            await asyncio.sleep(0)  # whoever is ready goes first; the agency's own next request waits at the lock
            yield


_AT_ONCE = nullcontext()
