"""Which enterprises do cases name, how often was each inspected, and by whom?"""

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.enterprise import (
    EnterpriseAgency,
    EnterpriseCounts,
    EnterpriseFilter,
    EnterprisePage,
    Order,
)
from mingjing.services.ledger.paging import bounded, closed, opened
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where
from mingjing.services.ledger.wires import OPEN

_COUNTS = """
SELECT enterprise, count() AS cases, countIf(state IN %(open)s), countIf(matter = 'inspection') AS inspections,
       uniqExactIf(agency, matter = 'inspection'), countIf(matter = 'penalty'),
       countIf(matter = 'complaint') AS complaints, sum(monitor) AS reflections,
       countIf(answered = 1), countIf(answered = 2), min(opened_ms), max(last_event_ms) AS recent
FROM case_enterprises FINAL WHERE {where} GROUP BY enterprise
"""
_PAGE = "{counts} HAVING {having} ORDER BY {order} DESC, enterprise DESC LIMIT {limit}"
_AGENCIES = """
SELECT agency, count(), countIf(matter = 'inspection') AS inspections, countIf(matter = 'penalty'),
       max(last_event_ms) AS recent
FROM case_enterprises FINAL WHERE {where} GROUP BY agency ORDER BY inspections DESC, recent DESC, agency
"""
_PLACES: dict[Order, int] = {"cases": 1, "inspections": 3, "complaints": 6, "recent": 11}
"""Where in a row of `_COUNTS` the number stands by which a list is ordered."""


def page(
    connection: Connection, scope: Scope, wanted: EnterpriseFilter, limit: int, cursor: str | None
) -> EnterprisePage:
    """Return a page of enterprises."""
    kind = f"enterprises by {wanted.order}"
    where = Where(scope).unlike("enterprise", "").begins("enterprise", wanted.text)
    after = opened(cursor, kind)
    having = [
        "reflections > 0" if wanted.monitoring else "1",
        f"({wanted.order}, enterprise) < (%(after_n)s, %(after)s)" if after else "1",
    ]
    limit = bounded(limit)
    rows = connection.rows(
        _PAGE.format(
            counts=_COUNTS.format(where=where.sql), having=" AND ".join(having), order=wanted.order, limit=limit + 1
        ),
        where.params | {"open": OPEN} | ({"after_n": after[0], "after": after[1]} if after else {}),
    )
    keys = [(row[_PLACES[wanted.order]], row[0]) for row in rows]
    return EnterprisePage([_counts(row) for row in rows[:limit]], closed(keys, limit, kind))


def one(connection: Connection, scope: Scope, code: str) -> EnterpriseCounts | None:
    """Return what is counted of one enterprise."""
    where = _of(scope, code)
    rows = connection.rows(_COUNTS.format(where=where.sql), where.params | {"open": OPEN})
    return _counts(rows[0]) if rows else None


def agencies(connection: Connection, scope: Scope, code: str) -> list[EnterpriseAgency]:
    """Return which agencies have dealt with an enterprise."""
    where = _of(scope, code)
    return [
        EnterpriseAgency(agency=agency, cases=cases, inspections=inspections, penalties=penalties, last_ms=last)
        for agency, cases, inspections, penalties, last in connection.rows(
            _AGENCIES.format(where=where.sql), where.params
        )
    ]


def _of(scope: Scope, code: str) -> Where:
    return Where(scope).of_enterprise(code).equal("enterprise", code)


def _counts(row: tuple[object, ...]) -> EnterpriseCounts:
    return EnterpriseCounts(**dict(zip(EnterpriseCounts.__struct_fields__, row, strict=True)))  # type: ignore[arg-type]
