"""The keys of agencies as agencies.yaml has them now: who was suspended, or given another key, need not wait."""

import asyncio
from pathlib import Path

import structlog

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import Agencies, read_agencies
from mingjing.services.api.tasks import ended

LOOK_EVERY_S = 0.5

_log = structlog.get_logger(__name__)


class AgencyKeys:
    """Looks again and again whether the file was changed, and takes over the keys of agencies known since the start.

    What else the file says is read at start only. A file that cannot be read, or is not sound, changes nothing.
    """

    def __init__(self, agencies: Agencies, path: Path) -> None:
        self._agencies = agencies
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._looking = asyncio.create_task(self._look_on(), name="agency-keys")

    async def stop(self) -> None:
        """Look no more."""
        await ended(self._looking)

    def look(self) -> None:
        """Take the keys over, if the file is another than it was."""
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_size, found.st_ino)
            if seen == self._seen:
                return
            self._seen = seen
            self._agencies.take_keys(read_agencies(self._path))
        except (OSError, UnicodeDecodeError, PackRefused) as exc:
            _log.error("agency_keys_unread", file=str(self._path), reason=str(exc))

    async def _look_on(self) -> None:
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_S)
