"""The clock of a partition: timers fire against it alone, and it only rises.

Live, it follows soundings: the instant up to which everything that came in, on
whatever topic, has become an event of a case, once that has been folded. So a worker
that was away fires no deadline that an event still waiting somewhere has met. The
stamps of events do not move it: one topic may have been read far ahead of another.

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

    def on_tick(self, feed: str, source: str, watermark: int) -> int | None:
        """Return the clock after a source has said on a feed that it is complete up to `watermark`."""
        ...

    def on_wall(self, read_at: int, *, caught_up: bool) -> int | None:
        """Return the clock once a sounding has vouched for `read_at`.

        `caught_up`: all is folded that lay on the log at some moment after the sounding.
        """
        ...


class LiveClock:
    """The soundings."""

    reads_wall = True

    def __init__(self) -> None:
        self.marks: dict[str, int] = {}
        self.unheard: set[str] = set()

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
