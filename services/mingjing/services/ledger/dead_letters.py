"""What could not be used, whose it was and why."""

from typing import Any

import orjson

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.paging import bounded, closed, opened
from mingjing.services.ledger.port import LetterFilter, LetterGroup, Page
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where

_LIST = "dead-letters"
MAX_GROUPS = 500


def page(connection: Connection, scope: Scope, wanted: LetterFilter, limit: int, cursor: str | None) -> Page:
    """Return a page of letters, newest received first."""
    where = (
        Where.without_region(scope)
        .equal("agency", wanted.agency)
        .equal("code", wanted.code)
        .below(("received_ms", "letter_id"), opened(cursor, _LIST))
    )
    limit = bounded(limit)
    rows = connection.rows(
        f"SELECT received_ms, letter_id, body FROM dead_letters FINAL WHERE {where.sql} "  # noqa: S608  # only names
        f"ORDER BY received_ms DESC, letter_id DESC LIMIT {limit + 1}",
        where.params,
    )
    items = [orjson.loads(body) for _, _, body in rows[:limit]]
    return Page(items, closed([(ms, ident) for ms, ident, _ in rows], limit, _LIST))


def one(connection: Connection, scope: Scope, letter: str) -> dict[str, Any] | None:
    """Return a letter, or None when there is none of that id in `scope`."""
    where = Where.without_region(scope).equal("letter_id", letter)
    rows = connection.rows(
        f"SELECT body FROM dead_letters FINAL WHERE {where.sql} LIMIT 1",  # noqa: S608  # only names
        where.params,
    )
    return orjson.loads(rows[0][0]) if rows else None


def groups(connection: Connection, scope: Scope, wanted: LetterFilter) -> list[LetterGroup]:
    """Return letters by code and agency, the most first."""
    where = Where.without_region(scope).equal("agency", wanted.agency).equal("code", wanted.code)
    rows = connection.rows(
        f"SELECT code, agency, count() AS letters, max(received_ms) FROM dead_letters FINAL WHERE {where.sql} "  # noqa: S608  # only names
        f"GROUP BY code, agency ORDER BY letters DESC, code, agency LIMIT {MAX_GROUPS}",
        where.params,
    )
    return [
        LetterGroup(code=code, agency=agency or None, count=count, newest_ms=newest)
        for code, agency, count, newest in rows
    ]
