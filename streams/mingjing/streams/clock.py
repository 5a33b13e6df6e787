"""The clock of a partition: timers fire against it alone, and it only rises.

Live, it follows soundings: the instant up to which everything that came in, on
whatever topic, has become an event of a case, once that has been folded. So a worker
that was away fires no deadline that an event still waiting somewhere has met. The
stamps of events do not move it: one topic may have been read far ahead of another.

In event time, nothing but watermarks moves it. A feed is one partition of an
agency's ingest topic; a source says on each of them up to when it is complete.
The clock stands still until every feed has been heard, and then at the smallest
watermark: so no event is ever late because another feed was read faster.

But a feed that fell silent would hold every deadline of the installation for ever.
It is **idle** once others have gone on for `IDLE` without it, by the times at which
the broker took their watermarks in, and is then passed by; all silent together are
no reason to move. What an idle feed brings after all is late: it withdraws what it
disproves. Broker times lie on the log, so whoever folds it again passes by the same
feeds at the same watermark.
"""

from collections.abc import Collection
from typing import Protocol

IDLE = 10 * 60 * 1_000_000
"""Microseconds that others go on before a feed, or a source of a feed, is passed by."""

FEED = "feed"
"""Where intake notes, in a tick's data, the ingest partition that it came in on."""


HEARD = "heard "
BEGUN = "begun"
"""Under which an event-time clock keeps, beside watermarks, when it heard them, and when it heard the first."""


class PartitionClock(Protocol):
    """Says to which instant the engine's clock may rise; None = no reason to move it."""

    reads_wall: bool

    @property
    def marks(self) -> dict[str, int]:
        """What the next owner is to know."""
        ...

    @property
    def unheard(self) -> set[str]:
        """The feeds that the clock waits for."""
        ...

    @property
    def idle(self) -> set[str]:
        """The feeds that the clock passes by."""
        ...

    def on_tick(self, feed: str, source: str, watermark: int, heard_at: int) -> int | None:
        """Return the clock after a source has said on a feed that it is complete up to `watermark`.

        `heard_at` is when the broker took that in, in microseconds.
        """
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
        self.idle: set[str] = set()

    def on_tick(self, feed: str, source: str, watermark: int, heard_at: int) -> int | None:  # noqa: ARG002  # of the other clock
        """Return None: a sender does not move the time of day."""
        return None

    def on_wall(self, read_at: int, *, caught_up: bool) -> int | None:
        """Return `read_at` where no event of before it can still be waiting."""
        return read_at if caught_up else None


class EventTimeClock:
    """The smallest watermark of those that are not idle, once each of `feeds` has been heard or is idle, too.

    `marks` are what an earlier owner had heard: the watermark of each source on each feed,
    under the same name after `HEARD` when that was, and under `BEGUN` when the first was.
    """

    reads_wall = False

    def __init__(self, feeds: Collection[str], marks: dict[str, int]) -> None:
        self._heard = {name.removeprefix(HEARD): at for name, at in marks.items() if name.startswith(HEARD)}
        self._watermarks = {name: marks[name] for name in self._heard}
        self._begun = marks.get(BEGUN)
        self._now = max(self._heard.values(), default=0)
        self._unheard = set(feeds) - {_feed_of(name) for name in self._heard}

    @property
    def marks(self) -> dict[str, int]:
        """What the next owner is to know."""
        if self._begun is None:
            return {}
        return {**self._watermarks, **{HEARD + name: at for name, at in self._heard.items()}, BEGUN: self._begun}

    @property
    def unheard(self) -> set[str]:
        """The feeds that the clock waits for."""
        return set() if self._passes_by(self._begun) else self._unheard

    @property
    def idle(self) -> set[str]:
        """The feeds that the clock passes by, and the sources of feeds by both names."""
        silent = self._unheard if self._passes_by(self._begun) else set[str]()
        return silent | {name for name, at in self._heard.items() if self._passes_by(at)}

    def on_tick(self, feed: str, source: str, watermark: int, heard_at: int) -> int | None:
        """Return the smallest watermark, or None while a feed is unheard; a source's own never falls."""
        mark = f"{feed} {source}"
        self._watermarks[mark] = max(watermark, self._watermarks.get(mark, watermark))
        self._heard[mark] = heard_at
        self._unheard.discard(feed)
        self._now = max(self._now, heard_at)
        if self._begun is None:
            self._begun = heard_at
        if self._unheard and not self._passes_by(self._begun):
            return None
        return min(self._watermarks[name] for name, at in self._heard.items() if not self._passes_by(at))

    def _passes_by(self, heard_at: int | None) -> bool:
        return heard_at is not None and self._now - heard_at > IDLE

    def on_wall(self, read_at: int, *, caught_up: bool) -> int | None:  # noqa: ARG002  # of the other clock
        """Return None: the time of day is not the time of these events."""
        return None


def feed_name(topic: str, partition: int) -> str:
    """Return the name of the feed that a partition of an ingest topic is."""
    return f"{topic}/{partition}"


def _feed_of(mark: str) -> str:
    return mark.partition(" ")[0]
