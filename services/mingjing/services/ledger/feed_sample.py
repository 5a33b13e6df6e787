"""What an agency has sent of late: its sources, and some of its cases whole, to judge its feed by."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mingjing.rules.desk_words import DESK
from mingjing.rules.events import TICK
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.feeds import feeds
from mingjing.services.ledger.port import Arrivals, FeedSample
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where

DAYS = 30
"""Days of arrivals, back from the latest, that are looked at."""
RHYTHM_DAYS = 84
"""Four weeks of rhythm, up to when the agency was last heard eight weeks ago."""
LAG_DAYS = 7

_CASES = """
SELECT case_key FROM events
WHERE {where} AND type != %(tick)s AND source != %(desk)s AND logged_on > (SELECT max(logged_on) FROM events) - %(days)s
GROUP BY case_key ORDER BY max(logged_ms) DESC, case_key LIMIT %(cases)s
"""
_BODIES = """
SELECT body FROM events FINAL WHERE case_key IN %(keys)s AND source != %(desk)s
ORDER BY case_key, topic_partition, topic_offset
"""
# An event that is archived twice arrived once, and in one minute: no FINAL is needed.
_HOURS = """
SELECT intDiv(logged_ms, 3600000) AS hour, uniqExact(intDiv(logged_ms, 60000)), max(logged_ms)
FROM events
WHERE {where} AND type != %(tick)s AND source != %(desk)s
    AND logged_on >= toDate(%(since_day)s) AND logged_ms >= %(since)s
GROUP BY hour
"""
_LAG = """
SELECT count(), quantiles(0.5, 0.95)(toInt64(ingested_ms) - toInt64(at_ms))
FROM events
WHERE {where} AND type != %(tick)s AND source != %(desk)s
    AND logged_on >= toDate(%(since_day)s) AND logged_ms >= %(since)s
"""


def feed_sample(
    connection: Connection, scope: Scope, agency: str, cases: int, zone: ZoneInfo, now_ms: int
) -> FeedSample:
    """Return the sources of an agency, every event of the `cases` it last spoke of, and its arrivals up to now."""
    sources = [each for each in feeds(connection, scope, DAYS, zone) if each.agency == agency]
    where = Where(scope).equal("agency", agency)
    ours = {"tick": TICK, "desk": DESK}
    keys = connection.rows(_CASES.format(where=where.sql), {**where.params, **ours, "days": DAYS, "cases": cases})
    bodies = connection.rows(_BODIES, {"keys": tuple(key for (key,) in keys), **ours}) if keys else []
    return FeedSample(
        sources=sources,
        bodies=[body.encode() for (body,) in bodies],
        arrivals=_arrivals(connection, where, now_ms),
    )


def _arrivals(connection: Connection, where: Where, now_ms: int) -> Arrivals:
    def asked(query: str, days: int) -> list[tuple[Any, ...]]:
        since = now_ms - days * 86_400_000
        day = datetime.fromtimestamp(since / 1000, UTC).date() - timedelta(days=1)
        told = {"tick": TICK, "desk": DESK, "since": since, "since_day": day.isoformat()}
        return connection.rows(query.format(where=where.sql), {**where.params, **told})

    hours = asked(_HOURS, RHYTHM_DAYS)
    ((count, lags),) = asked(_LAG, LAG_DAYS)
    return Arrivals(
        hours={hour: minutes for hour, minutes, _ in hours},
        last_s=max((last // 1000 for _, _, last in hours), default=None),
        lag_s=round(lags[0] / 1000) if count else None,
        lag_most_s=round(lags[1] / 1000) if count else None,
    )
