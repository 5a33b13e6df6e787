"""What the ways of fetching need of the world."""

from collections.abc import Sequence
from typing import Protocol

from mingjing.services.standards.rows import Remark
from mingjing.services.uploads.submission import Intake


class ExchangeIntake(Intake, Protocol):
    """Where fetched events go, and rows that make none."""

    async def put_aside(self, originals: Sequence[tuple[bytes, Remark]]) -> None:
        """Keep rows that cannot be used, as they were, with the reason; returns once they are safely kept."""
        ...


class Marks(Protocol):
    """How far each source has been read, kept across restarts."""

    def get(self, source: str) -> str | None:
        """Return the mark of a source, or None if it was never read."""
        ...

    def set(self, source: str, mark: str) -> None:
        """Keep the mark of a source."""
        ...
