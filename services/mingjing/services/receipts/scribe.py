"""Writing receipts while requests wait for them: those that come together are written together."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from mingjing.services.registry import Receipt, Receipts

_TOGETHER_S = 0.003
"""How long a transaction waits after the one before it: it costs as much as two dozen receipts in it."""


class Scribe:
    """Keeps receipts, one transaction at a time; what arrives meanwhile goes into the next one.

    Who comes alone is written at once. Who comes right after another was written waits for others to come.
    """

    def __init__(self, receipts: Receipts) -> None:
        self._receipts = receipts
        self._waiting: list[tuple[Sequence[Receipt], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._ended_at = float("-inf")
        self._hand = ThreadPoolExecutor(1, "receipts")

    async def keep(self, receipts: Sequence[Receipt]) -> None:
        """Return once the receipts are kept; RegistryError when they are not."""
        loop = asyncio.get_running_loop()
        kept = loop.create_future()
        self._waiting.append((receipts, kept))
        if self._writing is None:
            self._writing = loop.create_task(self._write(), name="receipts")
        await kept

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                early = self._ended_at + _TOGETHER_S - loop.time()
                if early > 0:
                    await asyncio.sleep(early)
                batch, self._waiting = self._waiting, []
                await self._written(batch)
                self._ended_at = loop.time()
        finally:
            self._writing = None

    async def _written(self, batch: Sequence[tuple[Sequence[Receipt], asyncio.Future[None]]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(
                self._hand, self._receipts.add, [each for receipts, _ in batch for each in receipts]
            )
        except Exception as exc:  # noqa: BLE001  # told to everybody who waits for it
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(exc)
        else:
            for _, kept in batch:
                if not kept.done():
                    kept.set_result(None)
