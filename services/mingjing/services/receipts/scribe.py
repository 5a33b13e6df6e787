"""Writing receipts while requests wait for them: those that come together are written together."""

import asyncio
from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool

from mingjing.services.registry import Receipt, Receipts


class Scribe:
    """Keeps receipts, one transaction at a time; what arrives meanwhile goes into the next one."""

    def __init__(self, receipts: Receipts) -> None:
        self._receipts = receipts
        self._waiting: list[tuple[Receipt, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, receipt: Receipt) -> None:
        """Return once the receipt is kept; RegistryError when it is not."""
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((receipt, kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="receipts")
        await kept

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._written(batch)
        finally:
            self._writing = None

    async def _written(self, batch: Sequence[tuple[Receipt, asyncio.Future[None]]]) -> None:
        try:
            await run_in_threadpool(self._receipts.add, [receipt for receipt, _ in batch])
        except Exception as exc:  # noqa: BLE001  # told to everybody who waits for it
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(exc)
        else:
            for _, kept in batch:
                if not kept.done():
                    kept.set_result(None)
