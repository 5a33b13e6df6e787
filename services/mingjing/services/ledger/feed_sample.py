"""What an agency has sent of late: its sources, and some of its cases whole, to judge its feed by."""

from zoneinfo import ZoneInfo

from mingjing.rules.desk_words import DESK
from mingjing.rules.events import TICK
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.feeds import feeds
from mingjing.services.ledger.port import FeedSample
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where

DAYS = 30
"""Days of arrivals, back from the latest, that are looked at."""

_CASES = """
SELECT case_key FROM events
WHERE {where} AND type != %(tick)s AND source != %(desk)s AND logged_on > (SELECT max(logged_on) FROM events) - %(days)s
GROUP BY case_key ORDER BY max(logged_ms) DESC, case_key LIMIT %(cases)s
"""
_BODIES = """
SELECT body FROM events FINAL WHERE case_key IN %(keys)s AND source != %(desk)s
ORDER BY case_key, topic_partition, topic_offset
"""


def feed_sample(connection: Connection, scope: Scope, agency: str, cases: int, zone: ZoneInfo) -> FeedSample:
    """Return the sources of an agency and every event of the `cases` it last spoke of."""
    sources = [each for each in feeds(connection, scope, DAYS, zone) if each.agency == agency]
    where = Where(scope).equal("agency", agency)
    ours = {"tick": TICK, "desk": DESK}
    keys = connection.rows(_CASES.format(where=where.sql), {**where.params, **ours, "days": DAYS, "cases": cases})
    bodies = connection.rows(_BODIES, {"keys": tuple(key for (key,) in keys), **ours}) if keys else []
    return FeedSample(sources=sources, bodies=[body.encode() for (body,) in bodies])
