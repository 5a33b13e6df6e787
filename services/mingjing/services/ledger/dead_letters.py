"""What could not be used, whose it was and why."""

import orjson

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.paging import bounded, closed, opened
from mingjing.services.ledger.port import LetterFilter, Page
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where

_LIST = "dead-letters"


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
