"""The order of lists that begin with the newest, and where one goes on."""

from sqlalchemy import ColumnElement, Select, Table, true, tuple_

Key = tuple[int, str]
"""When a record was made, and its id: no two have the same."""


def newest(
    wanted: Select[tuple[object, ...]], table: Table, limit: int | None, before: Key | None
) -> Select[tuple[object, ...]]:
    """Return `wanted` of `table`, newest first: at most `limit`, of those before the key (made_ms, id)."""
    made, ident = table.c.made_ms, table.c.id
    older: ColumnElement[bool] = true() if before is None else tuple_(made, ident) < tuple_(*before)
    return wanted.where(older).order_by(made.desc(), ident.desc()).limit(limit)
