"""What was handed in, and what became of it."""

from operator import attrgetter
from typing import Any, Literal

import msgspec
import orjson
from sqlalchemy import Row, delete, select

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


_COLUMNS = tuple(column.name for column in RECEIPTS.columns)
_kept = attrgetter(*_COLUMNS[:-1])
"""Everything of a receipt that is written as it is: all but `detail`, which stands last."""
_ADDED = {
    style: f"INSERT INTO receipts ({', '.join(_COLUMNS)}) VALUES ({', '.join([mark] * len(_COLUMNS))})"  # noqa: S608
    for style, mark in (("qmark", "?"), ("pyformat", "%s"))
}
"""By how a driver marks parameters: SQLAlchemy's own insert asks more of every row than the database does."""
_DAY_MS = 86_400_000
_FORGOTTEN_AT_ONCE = 1000
"""Receipts forgotten when others are kept: years of them go little by little, and nobody waits for it."""
_KEPT_BETWEEN = _FORGOTTEN_AT_ONCE // 2
_MS_BETWEEN = 60_000
"""Looking for what is old takes longer than keeping what is new: it is done once for so many, or after a minute."""


class Receipts:
    """The receipts of an installation, each kept for `kept_days`; None keeps them for ever."""

    def __init__(self, database: Database, kept_days: int | None = None) -> None:
        self._database = database
        self._kept_days = kept_days
        self._looked_ms = 0
        self._kept_since = 0

    def add(self, receipts: list[Receipt]) -> None:
        """Keep new receipts, all or none. First some of those that are too old by the newest of them are forgotten."""
        rows = [(*_kept(each), orjson.dumps(msgspec.to_builtins(each.detail)).decode()) for each in receipts]
        if self._kept_days is not None:
            self._forget(max(each.received_ms for each in receipts), len(receipts), self._kept_days)
        self._database.write(_ADDED, rows)

    def _forget(self, newest_ms: int, kept: int, kept_days: int) -> None:
        """Let some of the old ones go, unless that was done just now; two threads that both do it do no harm."""
        self._kept_since += kept
        if self._kept_since < _KEPT_BETWEEN and newest_ms - self._looked_ms < _MS_BETWEEN:
            return
        self._kept_since, self._looked_ms = 0, newest_ms
        old = RECEIPTS.c.received_ms < newest_ms - kept_days * _DAY_MS
        some = select(RECEIPTS.c.id).where(old).order_by(RECEIPTS.c.received_ms).limit(_FORGOTTEN_AT_ONCE)
        with self._database.writing() as connection:
            connection.execute(delete(RECEIPTS).where(RECEIPTS.c.id.in_(some)))

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
