"""Tallies on their way: from the owner of a case to the owner of a subject.

The owner of a case puts what the case tells on `tallies`, keyed by the subject,
beside the cards it draws and before its state is saved: it is said at least once,
and the same words again are the same tally. In event time the owner also says up
to when it has judged, so that the clock of the subjects can follow.
"""

from collections import defaultdict
from collections.abc import Iterable

from mingjing.rules.events import TICK, Event, instant
from mingjing.rules.tally import Tally
from mingjing.streams.clock import FEED, feed_name
from mingjing.streams.outlet import Outgoing
from mingjing.streams.topics import CASE_EVENTS, partition_of
from mingjing.streams.trace import Traces, with_trace
from mingjing.streams.wire import event_bytes, fact_bytes

NONE: Traces = {}

OWNER = "urn:mingjing:owner"
"""Source of the watermarks that owners of cases put on `tallies`."""


def by_partition(tallies: Iterable[Tally], partitions: int, traces: Traces = NONE) -> dict[int, list[Outgoing]]:
    """Return the records of tallies, in their order, by the partition of their subject; `traces` are put on theirs."""
    found: defaultdict[int, list[Outgoing]] = defaultdict(list)
    for tally in tallies:
        told = with_trace(tally_bytes(tally), traces.get(tally.fact.key))
        found[partition_of(tally.case_key, partitions)].append((tally.case_key.encode(), told))
    return found


def tally_bytes(tally: Tally) -> bytes:
    """Return a tally as an event of its subject; `recordedtime` numbers the words on one fact, from 1970 on."""
    return fact_bytes(tally.case_key, tally.fact)


def tick_bytes(partition: int, now: int) -> bytes:
    """Return the watermark by which the owner of a partition of cases says that it has judged up to `now`."""
    at = instant(now)
    return event_bytes(
        Event(
            id=str(now),
            source=OWNER,
            type=TICK,
            subject="clock",
            time=at,
            ingestedtime=at,
            data={FEED: feed_name(CASE_EVENTS, partition)},
        )
    )
