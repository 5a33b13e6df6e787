"""Whole cases out of the archive, one after the other, for those who judge the past anew."""

from collections.abc import Iterator
from typing import Any

import orjson

from mingjing.rules.events import TICK
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where

CASES_A_READ = 500


def archived(
    connection: Connection, scope: Scope, since_ms: int, until_ms: int, *, at_once: int = CASES_A_READ
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield (case key, every event of it) for the cases in scope with an event in [since, until), by their keys.

    Events come in the order in which they were archived, those sent twice twice; instants are epoch
    milliseconds. As many as `at_once` cases are in memory.
    """
    after = ""
    while True:
        where = Where(scope)
        keys = [
            key
            for (key,) in connection.rows(
                "SELECT DISTINCT case_key FROM events WHERE case_key > %(after)s "  # noqa: S608  # only column names
                "AND at_ms >= %(since)s AND at_ms < %(until)s AND type != %(tick)s "
                f"AND case_key IN (SELECT case_key FROM case_facts WHERE {where.sql}) "
                f"ORDER BY case_key LIMIT {at_once}",
                {"after": after, "since": since_ms, "until": until_ms, "tick": TICK, **where.params},
            )
        ]
        if not keys:
            return
        found: dict[str, list[dict[str, Any]]] = {key: [] for key in keys}
        for key, body in connection.rows(
            "SELECT case_key, body FROM events FINAL WHERE case_key IN %(keys)s "
            "ORDER BY case_key, topic_partition, topic_offset",
            {"keys": tuple(keys)},
        ):
            found[key].append(orjson.loads(body))
        yield from found.items()
        after = keys[-1]
