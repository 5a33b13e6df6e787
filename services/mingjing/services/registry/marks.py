"""How far each source has been read."""

from sqlalchemy import delete, insert, select

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import EXCHANGE_MARKS


class ExchangeMarks:
    """The marks of an installation; an `exchange.ports.Marks`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, source: str) -> str | None:
        """Return the mark of a source, or None if it was never read."""
        with self._database.reading() as connection:
            ours = select(EXCHANGE_MARKS.c.mark).where(EXCHANGE_MARKS.c.source == source)
            return connection.execute(ours).scalar_one_or_none()

    def set(self, source: str, mark: str) -> None:
        """Keep the mark of a source."""
        with self._database.writing() as connection:
            connection.execute(delete(EXCHANGE_MARKS).where(EXCHANGE_MARKS.c.source == source))
            connection.execute(insert(EXCHANGE_MARKS).values(source=source, mark=mark))
