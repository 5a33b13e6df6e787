"""Ending what runs beside the requests of this process."""

import asyncio
from contextlib import suppress


async def ended(task: asyncio.Task[None] | None) -> None:
    """Cancel a task and wait until it has ended; None is one that was never begun. Raises what it failed with."""
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
