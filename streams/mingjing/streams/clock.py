"""The clock of a partition: timers fire against it alone, and it only rises.

Live, it stands at the ingest stamp of the record being folded while there is a
backlog: a worker that was away fires deadlines where they would have fired, and
never before an event that was on the log in time. The time of day counts only
once everything has been folded that lay on the log when it was read.

In event time, nothing but watermarks moves it. A feed is one partition of an
agency's ingest topic; a source says on each of them up to when it is complete.
The clock stands still until every feed has been heard, and then at the smallest
watermark: so no event is ever late because another feed was read faster.
"""

from collections.abc import Collection
from typing import Protocol

FEED = "feed"
"""Where intake notes, in a tick's data, the ingest partition that it came in on."""


class PartitionClock(Protocol):
    """Says to which instant the engine's clock may rise; None = no reason to move it."""

    marks: dict[str, int]
    unheard: set[str]
    reads_wall: bool

    def on_event(self, stamp: int) -> int | None:
        """Return the clock at the folding of an event ingested at `stamp`."""
        ...

    def on_tick(self, feed: str, source: str, watermark: int) -> int | None:
        """Return the clock after a source has said on a feed that it is complete up to `watermark`."""
        ...

    def on_wall(self, read_at: int, *, caught_up: bool) -> int | None:
        """Return the clock at `read_at` by the wall.

        `caught_up`: all is folded that lay on the log at some moment after `read_at`.
        """
        ...


class LiveClock:
    """Ingest stamps during a backlog, the time of day without one."""

    reads_wall = True

    def __init__(self) -> None:
        self.marks: dict[str, int] = {}
        self.unheard: set[str] = set()

    def on_event(self, stamp: int) -> int | None:
        """Return the stamp: by then the event was known, and every earlier deadline had passed."""
        return stamp

    def on_tick(self, feed: str, source: str, watermark: int) -> int | None:  # noqa: ARG002  # of the other clock
        """Return None: a sender does not move the time of day."""
        return None

    def on_wall(self, read_at: int, *, caught_up: bool) -> int | None:
        """Return `read_at` where no event of before it can still be waiting."""
        return read_at if caught_up else None


class EventTimeClock:
    """The smallest watermark, once each of `feeds` has been heard; `marks` are those an earlier owner had heard."""

    reads_wall = False

    def __init__(self, feeds: Collection[str], marks: dict[str, int]) -> None:
        self.marks = dict(marks)
        self.unheard = set(feeds) - {_feed_of(mark) for mark in marks}

    def on_event(self, stamp: int) -> int | None:  # noqa: ARG002  # of the other clock
        """Return None: an event says nothing of the events still to come."""
        return None

    def on_tick(self, feed: str, source: str, watermark: int) -> int | None:
        """Return the smallest watermark, or None while a feed is unheard; a source's own never falls."""
        mark = f"{feed} {source}"
        self.marks[mark] = max(watermark, self.marks.get(mark, watermark))
        self.unheard.discard(feed)
        return None if self.unheard else min(self.marks.values())

    def on_wall(self, read_at: int, *, caught_up: bool) -> int | None:  # noqa: ARG002  # of the other clock
        """Return None: the time of day is not the time of these events."""
        return None


def feed_name(topic: str, partition: int) -> str:
    """Return the name of the feed that a partition of an ingest topic is."""
    return f"{topic}/{partition}"


def _feed_of(mark: str) -> str:
    return mark.partition(" ")[0]
