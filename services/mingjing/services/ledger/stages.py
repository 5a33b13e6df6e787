"""How do cards stand among people, what waits for whom, and what became of this action?"""

from collections.abc import Sequence
from typing import Any

import orjson

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where


def latest(connection: Connection, scope: Scope, card_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the latest record of each card that people know of."""
    if not card_ids:
        return {}
    where = Where(scope).among("card_id", card_ids)
    rows = connection.rows(
        f"SELECT card_id, body FROM card_stages FINAL WHERE {where.sql}",  # noqa: S608  # only column names
        where.params,
    )
    return {card_id: orjson.loads(body) for card_id, body in rows}


def counts(connection: Connection, scope: Scope) -> dict[str, int]:
    """Return how many cards stand in each stage."""
    where = Where(scope)
    rows = connection.rows(
        f"SELECT stage, count() FROM card_stages FINAL WHERE {where.sql} GROUP BY stage",  # noqa: S608  # only column names
        where.params,
    )
    return dict(sorted(rows))


def outcome(connection: Connection, scope: Scope, card_id: str, action_id: str) -> dict[str, Any] | None:
    """Return the record that answered an action; of several, for the card was folded anew, the accepting one."""
    if card_id not in latest(connection, scope, [card_id]):
        return None
    rows = connection.rows(
        "SELECT body FROM card_stage_log FINAL WHERE card_id = %(card)s AND action_id = %(action)s "
        "ORDER BY accepted DESC, topic_partition, topic_offset LIMIT 1",
        {"card": card_id, "action": action_id},
    )
    return orjson.loads(rows[0][0]) if rows else None
