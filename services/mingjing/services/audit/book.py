"""The chain as ClickHouse keeps it, in the table `audit`."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec
import orjson

from mingjing.services.audit.chain import Head, Link
from mingjing.services.ledger.connection import Pool

_PAGE = 5000
_COLUMNS = Link.__struct_fields__
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM audit FINAL"  # noqa: S608  # names of our own


class LinkFilter(msgspec.Struct, frozen=True):
    """Which links are wanted; None wants all.

    `object` is also found where it is one of the several `cases` that were looked at together.
    """

    actor: str | None = None
    action: str | None = None
    object: str | None = None


class Book(Protocol):
    """The chain, for reading."""

    def newest(self, wanted: LinkFilter, *, limit: int, before: int | None) -> list[Link]:
        """Return up to `limit` wanted links, newest first, those numbered below `before`."""
        ...


class ClickHouseBook:
    """The chain in ClickHouse; LedgerUnavailable where that is away."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def head(self) -> Head:
        """Return how far the chain has come."""
        with self._pool.lend() as connection:
            rows = connection.rows(f"{_SELECT} ORDER BY seq DESC LIMIT 1")
        if not rows:
            return Head()
        last = _link(rows[0])
        return Head(last.seq, last.hash, last.offset + 1)

    def put(self, links: Sequence[Link]) -> int:
        """Append links and return how many they were.

        Those there already are the same: all of a link follows from the topic.
        """
        with self._pool.lend() as connection:
            connection.insert("audit", _COLUMNS, [msgspec.structs.astuple(link) for link in links])
        return len(links)

    def newest(self, wanted: LinkFilter, *, limit: int, before: int | None) -> list[Link]:
        """See `Book`."""
        asked = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
        params: dict[str, Any] = {**asked, "limit": limit}
        clauses = [f"{name} = %({name})s" for name in asked if name != "object"]
        if wanted.object is not None:
            # As it stands in a list: in quotes, so that no longer key is taken for it.
            params["among"] = orjson.dumps(wanted.object).decode()
            clauses.append("(object = %(object)s OR (action = 'case.counted' AND position(body, %(among)s) > 0))")
        if before is not None:
            clauses.append("seq < %(before)s")
            params["before"] = before
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        with self._pool.lend() as connection:
            rows = connection.rows(f"{_SELECT}{where} ORDER BY seq DESC LIMIT %(limit)s", params)
        return [_link(row) for row in rows]

    def links(self, first: int = 1) -> Iterator[Link]:
        """Yield every link from number `first` on, in order."""
        while True:
            params = {"first": first, "limit": _PAGE}
            with self._pool.lend() as connection:
                rows = connection.rows(f"{_SELECT} WHERE seq >= %(first)s ORDER BY seq LIMIT %(limit)s", params)
            yield from map(_link, rows)
            if len(rows) < _PAGE:
                return
            first = rows[-1][0] + 1


def _link(row: tuple[Any, ...]) -> Link:
    return Link(**dict(zip(_COLUMNS, row, strict=True)))
