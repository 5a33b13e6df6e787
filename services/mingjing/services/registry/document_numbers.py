"""Numbers of documents (发文字号): one after another within an office, a kind and a year."""

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import DOCUMENT_NUMBERS


class DocumentNumbers:
    """The numbers that were given; none is given twice or taken back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, issuer: str, kind: str, year: int, step: str, *, now_ms: int) -> int:
        """Return the number of the document of `kind` that goes with a step; it is given when first asked for."""
        while True:
            try:
                return self._given(issuer, kind, year, step, now_ms)
            except IntegrityError:  # somebody took the same number between our look and our writing
                continue

    def _given(self, issuer: str, kind: str, year: int, step: str, now_ms: int) -> int:
        table = DOCUMENT_NUMBERS.c
        ours = (table.issuer == issuer) & (table.kind == kind)
        with self._database.writing() as connection:
            held = connection.execute(select(table.n).where(ours & (table.step == step))).scalar_one_or_none()
            if held is not None:
                return int(held)
            last = connection.execute(select(func.max(table.n)).where(ours & (table.year == year))).scalar_one()
            n = (last or 0) + 1
            row = {"issuer": issuer, "kind": kind, "year": year, "n": n, "step": step, "given_ms": now_ms}
            connection.execute(insert(DOCUMENT_NUMBERS).values(row))
        return n
