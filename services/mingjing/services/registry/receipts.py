"""What was handed in, and what became of it."""

from typing import Any, Literal

import msgspec
import orjson
from sqlalchemy import Row, insert, select

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import RECEIPTS

Way = Literal["http", "upload", "exchange", "resubmitted"]
"""How events came: posted, in a file, fetched, or sent again from a dead letter."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One handing in. `hash` is 16 hex digits, `ticks` are among `accepted`; instants are milliseconds since 1970."""

    id: str
    agency: str
    way: Way
    received_ms: int
    events: int
    accepted: int
    duplicate: int = 0
    rejected: int = 0
    ticks: int = 0
    hash: str
    detail: dict[str, Any] = {}


class Receipts:
    """The receipts of an installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, receipts: list[Receipt]) -> None:
        """Keep new receipts, all or none."""
        rows = [
            {**msgspec.structs.asdict(each), "detail": orjson.dumps(msgspec.to_builtins(each.detail)).decode()}
            for each in receipts
        ]
        with self._database.writing() as connection:
            connection.execute(insert(RECEIPTS), rows)

    def of(self, receipt: str) -> Receipt | None:
        """Return the receipt of that id, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(RECEIPTS).where(RECEIPTS.c.id == receipt)).one_or_none()
        return _receipt(row) if row is not None else None

    def within(self, agency: str, begin_ms: int, end_ms: int) -> list[Receipt]:
        """Return an agency's receipts of [begin, end), oldest first."""
        wanted = (RECEIPTS.c.agency == agency) & RECEIPTS.c.received_ms.between(begin_ms, end_ms - 1)
        with self._database.reading() as connection:
            ordered = select(RECEIPTS).where(wanted).order_by(RECEIPTS.c.received_ms, RECEIPTS.c.id)
            return [_receipt(row) for row in connection.execute(ordered)]


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(**{**row._asdict(), "detail": orjson.loads(row.detail)})
