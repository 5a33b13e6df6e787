"""What each source has sent of late."""

from zoneinfo import ZoneInfo

from mingjing.rules.desk_words import DESK
from mingjing.rules.events import TICK
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.instants import written
from mingjing.services.ledger.port import Feed
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where

_AHEAD_MS = 5 * 60 * 1000
"""An event further ahead of its arrival has a wrong clock and does not say when its source last spoke."""

# Counted over the latest days in which anything arrived, so that a replay of an old log has feeds too.
_EVENTS = """
SELECT source, agency, count(), maxIf(at_ms, at_ms <= ingested_ms + %(ahead)s)
FROM events FINAL
WHERE {where} AND type != %(tick)s AND source != %(desk)s AND logged_on > (SELECT max(logged_on) FROM events) - %(days)s
GROUP BY source, agency
"""
# A letter so broken that it names no source is the topic's it came by.
_LETTERS = """
SELECT if(source = '', topic, source) AS sender, agency, count()
FROM dead_letters FINAL
WHERE {where} AND received_ms > (SELECT max(received_ms) FROM dead_letters) - %(span)s
GROUP BY sender, agency
"""


def feeds(connection: Connection, scope: Scope, days: int, zone: ZoneInfo) -> list[Feed]:
    """Return every source that has sent within the latest `days` of arrivals, by agency and name."""
    where = Where(scope)
    sent = connection.rows(
        _EVENTS.format(where=where.sql), {**where.params, "ahead": _AHEAD_MS, "tick": TICK, "desk": DESK, "days": days}
    )
    where = Where.without_region(scope)
    refused = connection.rows(_LETTERS.format(where=where.sql), {**where.params, "span": days * 86_400_000})
    events = {(agency, source): (count, last) for source, agency, count, last in sent}
    letters = {(agency, source): count for source, agency, count in refused}
    return [
        Feed(
            source=source,
            agency=agency or None,
            events=events.get((agency, source), (0, 0))[0],
            dead_letters=letters.get((agency, source), 0),
            last_event_at=written(events.get((agency, source), (0, 0))[1], zone),
        )
        for agency, source in sorted(events.keys() | letters.keys())
    ]
