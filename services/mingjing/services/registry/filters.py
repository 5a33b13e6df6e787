"""Questions people ask often."""

from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import SAVED_FILTERS


class SavedFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A question under a name: `page` is the console's, `query` what follows its `?`."""

    owner: str
    page: str
    name: str
    query: str
    saved_ms: int


class SavedFilters:
    """Everybody's own saved filters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, owner: str) -> list[SavedFilter]:
        """Return a person's filters, by page and name."""
        theirs = select(SAVED_FILTERS).where(SAVED_FILTERS.c.owner == owner)
        with self._database.reading() as connection:
            ordered = theirs.order_by(SAVED_FILTERS.c.page, SAVED_FILTERS.c.name)
            return [_filter(row) for row in connection.execute(ordered)]

    def save(self, wanted: SavedFilter) -> None:
        """Keep a filter; one of the same page and name is replaced."""
        with self._database.writing() as connection:
            connection.execute(delete(SAVED_FILTERS).where(_named(wanted.owner, wanted.page, wanted.name)))
            connection.execute(insert(SAVED_FILTERS).values(msgspec.structs.asdict(wanted)))

    def drop(self, owner: str, page: str, name: str) -> bool:
        """Forget a filter; False when there is none of that name."""
        with self._database.writing() as connection:
            return connection.execute(delete(SAVED_FILTERS).where(_named(owner, page, name))).rowcount == 1


def _named(owner: str, page: str, name: str) -> Any:
    return (SAVED_FILTERS.c.owner == owner) & (SAVED_FILTERS.c.page == page) & (SAVED_FILTERS.c.name == name)


def _filter(row: Row[Any]) -> SavedFilter:
    return SavedFilter(**row._asdict())
