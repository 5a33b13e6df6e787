"""The versions that stand, of rows whose places are known.

FINAL merges everything that lies around a place to see what stands there, bodies included;
looked up by their keys, the few rows are told apart by their versions, and only theirs are read.
"""

from mingjing.services.ledger.where import Where


def latest(columns: str, table: str, key: str, place: Where, where: Where) -> str:
    """Return the query of `columns` of the rows of `table` at `place` whose latest version by `key` is as `where` says.

    Both conditions share their values, and what `where` asks for is among the columns.
    """
    return (
        # Not PREWHERE: 26.9 would remember that nothing lies at the place once `where` has refused what does.
        f"SELECT {columns} FROM (SELECT {columns}, ver FROM {table} WHERE {place.sql} "  # noqa: S608  # only column names
        f"ORDER BY {key}, ver DESC LIMIT 1 BY {key}) WHERE {where.sql}"
    )
