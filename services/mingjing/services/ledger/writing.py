"""Writing a batch so that one bad row costs one row."""

from collections.abc import Sequence

import msgspec

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.errors import LedgerRefused
from mingjing.services.ledger.tables import Row, Table


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that will never be taken: its place in the batch, and the ledger's reason."""

    index: int
    reason: str


def write(connection: Connection, table: Table, rows: Sequence[Row], start: int = 0) -> list[RefusedRow]:
    """Write every row that fits and return those that do not; `start` is added to their places.

    A refused batch is halved until the row is found, so n rows with one bad one
    take about 2 log n inserts. LedgerUnavailable: offer the whole batch again.
    """
    try:
        connection.insert(table.name, table.columns, rows)
    except LedgerRefused as exc:
        if len(rows) == 1:
            return [RefusedRow(start, str(exc))]
        middle = len(rows) // 2
        first = write(connection, table, rows[:middle], start)
        return first + write(connection, table, rows[middle:], start + middle)
    return []
