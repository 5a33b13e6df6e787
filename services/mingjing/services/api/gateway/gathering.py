"""Gathering: what comes together is done together, for a round to Kafka and the registry costs as much for one.

Who comes alone is not kept waiting: it is done with whatever else came in the same round of the event
loop. Who comes while others are being done waits for their end, and no longer than `together_s`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

TOGETHER_S = 0.005
MOST = 100
"""So many go at once, however many more there are: between two such crowds others have their turn."""

_Given = TypeVar("_Given")
_Got = TypeVar("_Got")


class Gathering(Generic[_Given, _Got]):
    """Gives what comes to `work` in the order in which it came; `work` returns what is to be told of each."""

    def __init__(
        self, work: Callable[[Sequence[_Given]], Awaitable[Sequence[_Got]]], together_s: float = TOGETHER_S
    ) -> None:
        self._work = work
        self._together_s = together_s
        self._waiting: list[tuple[_Given, asyncio.Future[_Got]]] = []
        self._at_work: set[asyncio.Task[None]] = set()
        self._later: asyncio.Handle | None = None

    async def done(self, given: _Given) -> _Got:
        """Return what came of it; an error of the work is that of everybody in it."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[_Got] = loop.create_future()
        self._waiting.append((given, told))
        if len(self._waiting) == MOST:
            self._go()
        elif self._later is None:
            self._later = loop.call_later(self._together_s, self._go) if self._at_work else loop.call_soon(self._go)
        return await told

    def _go(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._waiting:
            crowd, self._waiting = self._waiting, []
            task = asyncio.get_running_loop().create_task(self._see_to(crowd), name="gathering")
            self._at_work.add(task)

    async def _see_to(self, crowd: Sequence[tuple[_Given, asyncio.Future[_Got]]]) -> None:
        try:
            results = await self._work([given for given, _ in crowd])
        except Exception as exc:  # noqa: BLE001  # told to everybody who waits for it
            for _, told in crowd:
                if not told.done():
                    told.set_exception(exc)
        else:
            for (_, told), result in zip(crowd, results, strict=True):
                if not told.done():
                    told.set_result(result)
        finally:
            task = asyncio.current_task()
            if task is not None:
                self._at_work.discard(task)
            self._go()
