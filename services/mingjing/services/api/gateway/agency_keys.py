"""Agencies let in, given another key or suspended while the API serves."""

import asyncio

from mingjing.services.agencies_following import LOOK_EVERY_S, Register
from mingjing.services.api.tasks import ended


class AgencyKeys:
    """Looks again and again whether agencies.yaml is another: keys, names, sources and quotas are as it says."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._looking = asyncio.create_task(self._look_on(), name="agencies")

    async def stop(self) -> None:
        """Look no more."""
        await ended(self._looking)

    async def _look_on(self) -> None:
        while True:
            await asyncio.to_thread(self._register.look)
            await asyncio.sleep(LOOK_EVERY_S)
