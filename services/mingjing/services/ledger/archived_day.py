"""What a day brought of one agency's events, as it lies in the archive."""

from datetime import timedelta

from mingjing.rules.desk_words import DESK
from mingjing.rules.events import TICK
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.instants import day_of
from mingjing.services.ledger.port import ArchivedDay
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where
from mingjing.streams.topics import ingest_topic

# The month of a partition is that of arrival in Kafka, moments after `ingested_ms`: a day on either side is enough.
_EVENTS = """
SELECT sum(n), count(), sum(mark * n), sum(mark), sum(late) FROM (
  SELECT halfMD5(concat(source, '\\0', event_id)) AS mark, count() AS n, countIf(at_ms < %(late)s) AS late
  FROM events FINAL
  WHERE {where} AND type != %(tick)s AND source != %(desk)s AND logged_on >= %(first)s AND logged_on <= %(last)s
    AND ingested_ms >= %(begin)s AND ingested_ms < %(end)s
  GROUP BY source, event_id
)
"""
_LETTERS = """
SELECT code, count(), countIf(topic = %(ingest)s) FROM dead_letters FINAL
WHERE {where} AND received_ms >= %(begin)s AND received_ms < %(end)s GROUP BY code ORDER BY code
"""


def archived_day(
    connection: Connection, scope: Scope, agency: str, begin_ms: int, end_ms: int, late_before_ms: int
) -> ArchivedDay:
    """Return what arrived of `agency` within [begin, end), without watermarks and people's steps with its cards."""
    # Two views of one agency: whoever may see the agency sees all of its day, wherever the events happened.
    where = Where.without_region(scope).equal("agency", agency)
    span = {"begin": begin_ms, "end": end_ms}
    days = {"first": day_of(begin_ms) - timedelta(days=1), "last": day_of(end_ms) + timedelta(days=1)}
    ours = {"tick": TICK, "desk": DESK}
    ((events, distinct, marks, each_once, late),) = connection.rows(
        _EVENTS.format(where=where.sql), {**where.params, **span, **days, **ours, "late": late_before_ms}
    )
    letters = connection.rows(
        _LETTERS.format(where=where.sql), {**where.params, **span, "ingest": ingest_topic(agency)}
    )
    return ArchivedDay(
        events=events,
        distinct=distinct,
        late=late,
        hash=f"{marks:016x}",
        distinct_hash=f"{each_once:016x}",
        letters={code: count for code, count, _ in letters},
        refused_on_kafka=sum(refused for _, _, refused in letters),
    )
