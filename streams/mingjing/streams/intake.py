"""Intake: what agencies put on `ingest.<agency>` becomes events of cases, or dead letters.

Pure, but for the clock it is handed; `app` gives it batches and sends what it says.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

from mingjing.rules.events import TICK, Event
from mingjing.streams import metrics
from mingjing.streams.batches import LOG_APPEND_TIME, Received, Record
from mingjing.streams.clock import FEED, feed_name
from mingjing.streams.dead_letters import packed, refused
from mingjing.streams.outlet import Outgoing
from mingjing.streams.ports import Principals, WallClock
from mingjing.streams.topics import CASE_EVENTS, DEAD_LETTERS, fixed_partitions, partition_of
from mingjing.streams.trace import of_headers
from mingjing.streams.vouch import Refusal, Stamp, vouch
from mingjing.streams.wire import event_bytes

_OF_RIGHTS = frozenset(("foreign_agency", "foreign_source", "unknown_type"))
"""Refusals that the register of agencies decides on."""

Outgoings = dict[tuple[str, int], list[Outgoing]]
"""Records to send, in their order, by topic and partition."""


class Intake:
    """Vouches for the records of ingest topics.

    Live, the moment of ingest is when the broker took the record in: reading it
    again, or days later, gives the same event, and a backlog of intake draws no
    card for what had come in in time. Where the broker did not say, it is the
    `wall_clock`'s. Without a wall clock time is the events': a source's latest
    watermark, or the event's own time where that is later or no watermark has come.
    """

    def __init__(self, principals: Principals, *, secret: bytes, partitions: int, wall_clock: WallClock | None) -> None:
        self._principals = principals
        self._secret = secret
        self._partitions = partitions
        self._wall_clock = wall_clock
        self._watermarks: dict[tuple[str, int, str], datetime] = {}
        self._dead_letter_partitions = fixed_partitions(DEAD_LETTERS)

    def sort(self, records: Iterable[Record]) -> Outgoings:
        """Return what is to be sent for records, each ingest partition's in its order.

        A watermark goes to every partition of case-events, in its place among the
        events.
        """
        outgoing: defaultdict[tuple[str, int], list[Outgoing]] = defaultdict(list)
        vouched = 0
        for record in records:
            event = self._vouch(record)
            if isinstance(event, Refusal):
                agency = self._agency_of(record)
                letter = packed(refused(record, event, agency))
                outgoing[DEAD_LETTERS, record.partition % self._dead_letter_partitions].append((record.key, letter))
                metrics.DEAD_LETTERS.labels(event.code).inc()
            elif event.casekey is None:
                feed = (record.topic, record.partition, event.source)
                self._watermarks[feed] = max(event.time, self._watermarks.get(feed, event.time))
                event.data = {**event.data, FEED: feed_name(record.topic, record.partition)}
                tick = event_bytes(event)
                for partition in range(self._partitions):
                    outgoing[CASE_EVENTS, partition].append((None, tick))
            else:
                if event.traceparent is None:
                    event.traceparent = of_headers(cast("Received", record).headers)
                case_key = event.casekey
                partition = partition_of(case_key, self._partitions)
                outgoing[CASE_EVENTS, partition].append((case_key.encode(), event_bytes(event)))
                vouched += 1
        metrics.EVENTS_VOUCHED.inc(vouched)
        return outgoing

    def _vouch(self, record: Record) -> Event | Refusal:
        event = self._vouch_as_known(record)
        # A gateway may have let in a moment ago what nobody has told us of yet.
        if isinstance(event, Refusal) and event.code in _OF_RIGHTS:
            self._principals.renewed()
            return self._vouch_as_known(record)
        return event

    def _vouch_as_known(self, record: Record) -> Event | Refusal:
        principal = self._principals.of_topic(record.topic)
        if principal is None:
            return Refusal(
                code="foreign_agency",
                place="$",
                message=f"通道 {record.topic} 未登记给任何部门；请先在 agencies.yaml 登记该部门，再重新提交",
            )
        raw = record.value or b""
        if self._wall_clock is not None:
            return vouch(raw, principal, Stamp(secret=self._secret, at=_taken_in(record, self._wall_clock)))
        event = vouch(raw, principal, Stamp(secret=self._secret))
        if isinstance(event, Event) and event.type != TICK:
            # By what its own feed had said before it: how far others have been read is an accident of the moment.
            heard = self._watermarks.get((record.topic, record.partition, event.source))
            event.ingestedtime = event.ingestedtime if heard is None else max(event.time, heard)
        return event

    def _agency_of(self, record: Record) -> str | None:
        principal = self._principals.of_topic(record.topic)
        return principal.agency if principal else None


def _taken_in(record: Record, wall_clock: WallClock) -> datetime:
    if record.timestamp_type == LOG_APPEND_TIME:
        return datetime.fromtimestamp(record.timestamp / 1000, UTC)
    return wall_clock.now()
