"""Which enterprises do cases name, how often was each inspected, and by whom?"""

from collections.abc import Sequence
from typing import Any, cast

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.enterprise import (
    EnterpriseAgency,
    EnterpriseCounts,
    EnterpriseFilter,
    EnterprisePage,
    Order,
)
from mingjing.services.ledger.latest import latest
from mingjing.services.ledger.paging import bounded, closed, opened
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where
from mingjing.services.ledger.wires import OPEN

_COUNTS = """
SELECT enterprise, count() AS cases, countIf(state IN %(open)s), countIf(matter = 'inspection') AS inspections,
       uniqExactIf(agency, matter = 'inspection'), countIf(matter = 'penalty'),
       countIf(matter = 'complaint') AS complaints, sum(monitor) AS reflections,
       countIf(answered = 1), countIf(answered = 2), min(opened_ms), max(last_event_ms) AS recent
FROM ({cases}) GROUP BY enterprise
"""
# All codes are of one length, and keys of a fixed length are counted in two thirds of the time.
_MOST = """
SELECT toFixedString(enterprise, 18) AS code, {most} AS most FROM enterprise_cases WHERE {where}
GROUP BY code HAVING {having} ORDER BY most DESC, code DESC LIMIT {limit}
"""
_AGENCIES = """
SELECT agency, count(), countIf(matter = 'inspection') AS inspections, countIf(matter = 'penalty'),
       max(last_event_ms) AS recent
FROM ({cases}) GROUP BY agency ORDER BY inspections DESC, recent DESC, agency
"""
_CASE = "enterprise, case_key, gone, matter, agency, region, state, monitor, answered, opened_ms, last_event_ms"
_PLACES: dict[Order, int] = {"cases": 1, "inspections": 3, "complaints": 6, "recent": 11}
"""Where in a row of `_COUNTS` the number stands by which a list is ordered."""

_AT_MOST: dict[Order, str] = {
    "cases": "count()",
    "inspections": "countIf(matter = 'inspection')",
    "complaints": "countIf(matter = 'complaint')",
    "recent": "max(last_event_ms)",
}
"""What is never below that number, counted over every version of every case, which asks for no settling."""

_AHEAD = 2
"""How many pages are counted exactly at once: few enterprises are so often written anew that they push others off."""

_AFTER_CODES = "~"
"""Comes after every character of a code."""

Place = tuple[int, str]
"""Where an enterprise stands in a list: its number, then its code; the greatest first."""


def page(
    connection: Connection, scope: Scope, wanted: EnterpriseFilter, limit: int, cursor: str | None
) -> EnterprisePage:
    """Return a page of enterprises.

    Those that may belong on it are found by what their numbers cannot exceed, and only these are counted
    exactly, until nobody is left who could still come before the last of the page.
    """
    kind = f"enterprises by {wanted.order}"
    after, limit = opened(cursor, kind), bounded(limit)
    found: dict[Place, EnterpriseCounts] = {}
    bound: Place | None = None
    size = _AHEAD * (limit + 1)
    while True:
        near = _nearest(connection, scope, wanted, bound, size)
        for row in _counted(connection, scope, [code for _, code in near]):
            counts = _counts(row)
            place = (cast("int", row[_PLACES[wanted.order]]), counts.enterprise)
            if (after is None or place < after) and (counts.reflections or not wanted.monitoring):
                found[place] = counts
        keys = sorted(found, reverse=True)
        if len(near) < size or (len(keys) > limit and keys[limit] >= near[-1]):
            return EnterprisePage([found[key] for key in keys[:limit]], closed(keys, limit, kind))
        bound, size = near[-1], size * 2


def _nearest(
    connection: Connection, scope: Scope, wanted: EnterpriseFilter, bound: Place | None, size: int
) -> list[Place]:
    """Return which enterprises may come first of those below `bound`, each with the most that its number can be."""
    where = Where(scope).equal("gone", 0)
    ways = [where.beside().among("enterprise", wanted.codes)] if wanted.codes else []
    if wanted.text is not None:
        begins = where.beside().at_least("enterprise", wanted.text)
        ways.append(begins.below(("enterprise",), (wanted.text + _AFTER_CODES,)))
    if ways:
        where.want(f"({' OR '.join(each.sql for each in ways)})")
    if wanted.monitoring:
        reflecting = where.beside().equal("gone", 0).equal("monitor", 1)
        where.within("enterprise", f"SELECT enterprise FROM enterprise_cases WHERE {reflecting.sql}")  # noqa: S608
    having = where.beside().below(("most", "code"), bound)
    rows = connection.rows(
        _MOST.format(most=_AT_MOST[wanted.order], where=where.sql, having=having.sql, limit=size), where.params
    )
    return [(most, code) for code, most in rows]


def _counted(connection: Connection, scope: Scope, codes: Sequence[str]) -> list[tuple[object, ...]]:
    """Return the exact figures of those of the enterprises that cases in scope name."""
    if not codes:
        return []
    cases, params = _cases_of(scope, codes)
    return connection.rows(_COUNTS.format(cases=cases), params | {"open": OPEN})


def _cases_of(scope: Scope, codes: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Return the query of the cases in scope that name one of the enterprises, and its values."""
    where = Where(scope).equal("gone", 0)
    named = where.beside().among("enterprise", codes)
    return latest(_CASE, "enterprise_cases", "enterprise, case_key", named, where), where.params


def one(connection: Connection, scope: Scope, code: str) -> EnterpriseCounts | None:
    """Return what is counted of one enterprise."""
    rows = _counted(connection, scope, [code])
    return _counts(rows[0]) if rows else None


def agencies(connection: Connection, scope: Scope, code: str) -> list[EnterpriseAgency]:
    """Return which agencies have dealt with an enterprise."""
    found, params = _cases_of(scope, [code])
    return [
        EnterpriseAgency(agency=agency, cases=cases, inspections=inspections, penalties=penalties, last_ms=last)
        for agency, cases, inspections, penalties, last in connection.rows(_AGENCIES.format(cases=found), params)
    ]


def _counts(row: tuple[object, ...]) -> EnterpriseCounts:
    return EnterpriseCounts(**dict(zip(EnterpriseCounts.__struct_fields__, row, strict=True)))  # type: ignore[arg-type]
