"""On whose call does a card rest that no call drew?"""

import orjson

from mingjing.rules.subject import is_subject
from mingjing.services.ledger.cards import one
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.scope import Scope
from mingjing.streams.topics import TALLIES
from mingjing.streams.trace import is_trace

_TOLD = """
SELECT body FROM {records} PREWHERE {of_log}case_key = %(case)s
WHERE {of_event} IN %(ids)s AND position(body, '"traceparent":"') > 0
ORDER BY topic_offset
"""
_OF_CASES = {"records": "events", "of_log": "", "of_event": "event_id"}
_OF_SUBJECTS = {
    "records": "log_records",
    "of_log": "topic = %(log)s AND ",
    "of_event": "visitParamExtractString(body, 'id')",  # a tally is written by us, its id before all that is nested
}


def trace(connection: Connection, scope: Scope, card_id: str) -> str | None:
    """Return the trace context of a card in scope; None where nothing it rests on bears one, or it is not known yet.

    One that a deadline drew has none of its own: then it is that of the latest of its evidence that bears one, for
    of what moved the clock that was the last.
    """
    card = one(connection, scope, card_id)
    if card is None:
        return None
    own: str | None = card.get("traceparent")
    if own is not None or not card["evidence"]:
        return own
    rows = connection.rows(
        _TOLD.format(**(_OF_SUBJECTS if is_subject(card["case_key"]) else _OF_CASES)),
        {"log": TALLIES, "case": card["case_key"], "ids": tuple(each["id"] for each in card["evidence"])},
    )
    bodies = (orjson.loads(body) for (body,) in rows)
    told = {(said["source"], said["id"]): said.get("traceparent") for said in bodies}
    found = (told.get((each["source"], each["id"])) for each in reversed(card["evidence"]))
    return next((each for each in found if is_trace(each)), None)
