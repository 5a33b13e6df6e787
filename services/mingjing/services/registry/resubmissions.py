"""Dead letters that were handed in again."""

from collections.abc import Collection

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from mingjing.services.registry.database import Database
from mingjing.services.registry.errors import Taken
from mingjing.services.registry.tables import RESUBMISSIONS


class Resubmission(msgspec.Struct, frozen=True, kw_only=True):
    """Who handed a letter in again, and when; `receipt` is None while that is under way."""

    letter: str
    caller: str
    at_ms: int
    receipt: str | None = None


class Resubmissions:
    """The letters of an installation that were handed in again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, resubmission: Resubmission) -> None:
        """Claim a letter; Taken when somebody has before."""
        try:
            with self._database.writing() as connection:
                connection.execute(insert(RESUBMISSIONS).values(msgspec.structs.asdict(resubmission)))
        except IntegrityError as exc:
            raise Taken(f"信件 {resubmission.letter} 已重报") from exc

    def finish(self, letter: str, receipt: str) -> None:
        """Note the receipt."""
        with self._database.writing() as connection:
            ours = RESUBMISSIONS.c.letter == letter
            connection.execute(update(RESUBMISSIONS).where(ours).values(receipt=receipt))

    def give_up(self, letter: str) -> None:
        """Let go of a claim that came to nothing."""
        with self._database.writing() as connection:
            connection.execute(delete(RESUBMISSIONS).where(RESUBMISSIONS.c.letter == letter))

    def of(self, letters: Collection[str]) -> dict[str, Resubmission]:
        """Return what became of those of `letters` that were handed in again."""
        wanted = select(RESUBMISSIONS).where(RESUBMISSIONS.c.letter.in_(letters))
        with self._database.reading() as connection:
            return {row.letter: Resubmission(**row._asdict()) for row in connection.execute(wanted)}
