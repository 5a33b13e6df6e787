"""What one SSE response is made of: catching up, then following.

A client that stands where the ring still reaches is served from the ring; one
that stands further back is read to from Kafka first; one whose place is gone
is told to load the page again (`event: resync`) and follows from now on.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Protocol

import msgspec

from mingjing.services.api import metrics
from mingjing.services.api.feed.entry import Entry, Record, entry_of
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.vector import Vector, encode
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.api.feed.wire import Wire

RETRY = b"retry: 2000\n\n"
"""Browsers come back two seconds after a stream broke."""


class Gone(Exception):
    """The topic no longer holds the asked offsets, never held them, or cannot be read now."""


class CardLog(Protocol):
    """The `cards` topic, to be read again from somewhere."""

    def read_from(self, offsets: Sequence[int]) -> AsyncGenerator[tuple[list[Record], tuple[int, ...]], None]:
        """Yield records from `offsets` on, in batches, each with the offsets to be read next.

        Ends only when closed. Raises Gone when that is not possible, also
        when it would be so much that loading the page again is the better way.
        """
        ...


class RunningLog(CardLog, Protocol):
    """A log that keeps a hub fed while the process serves."""

    async def start(self) -> None:
        """Begin to follow the topic, and return without waiting for it."""
        ...

    async def stop(self) -> None:
        """Stop following and disconnect."""
        ...


async def stream(
    hub: Hub, log: CardLog, wanted: Wanted, start: Vector | None, *, keep_alive_s: float, wire: Wire | None = None
) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of one SSE response, from `start` or from now on, until the hub ends.

    Once it follows, what is new is written to the `wire` where that is laid, and not yielded.
    """
    yield RETRY
    gone = False
    if start is not None:
        catching_up = _CatchingUp(hub, wanted, start)
        try:
            async with aclosing(catching_up.chunks(log)) as chunks:
                async for chunk in chunks:
                    yield chunk
            start = catching_up.position
        except Gone:
            gone, start = True, None
        if hub.ended:
            return  # perhaps short of the ring: what comes next here would leave a gap
    listener = hub.listen(wanted, start, wire)
    if gone:
        metrics.FEED_RESUMES.labels("resync").inc()
        listener.lose("gone")
    try:
        async for chunk in listener.chunks(keep_alive_s):
            yield chunk
    finally:
        hub.leave(listener)


class _CatchingUp:
    """Reads one client forward from Kafka to where the ring takes over."""

    def __init__(self, hub: Hub, wanted: Wanted, start: Vector) -> None:
        self.position = start
        self._hub = hub
        self._wanted = wanted
        self._newest: dict[str, tuple[int, int, int]] = {}

    async def chunks(self, log: CardLog) -> AsyncGenerator[bytes, None]:
        """Yield the messages between the client's place and the ring, where `position` then stands; or raise Gone."""
        if not self._hub.same_feed(self.position):
            raise Gone("a vector of another feed")
        if self._hub.holds(self.position):
            metrics.FEED_RESUMES.labels("ring").inc()
            return
        metrics.FEED_RESUMES.labels("kafka").inc()
        joined = False
        while not joined and not self._hub.ended:
            async with aclosing(self._read(log)) as chunks:
                async for chunk in chunks:
                    yield chunk
            # Closing the reader took a while, in which the ring may have moved on.
            joined = self._joined()

    async def _read(self, log: CardLog) -> AsyncGenerator[bytes, None]:
        async with aclosing(log.read_from(self.position.offsets)) as batches:
            async for records, reached in batches:
                frames = b"".join(self._frames(records))
                self.position = Vector(self.position.epoch, reached)
                if frames:
                    yield frames
                if self._joined() or self._hub.ended:
                    return

    def _joined(self) -> bool:
        if not self._hub.same_feed(self.position):
            raise Gone("the topic was made anew meanwhile")
        return self._hub.joins(self.position)

    def _frames(self, records: list[Record]) -> list[bytes]:
        epoch, stand = self.position.epoch, list(self.position.offsets)
        frames = []
        for record in records:
            stand[record.partition] = record.offset + 1
            entry = self._new(record)
            if entry is not None and self._wanted.has(entry.head):
                frames.append(entry.frame(encode(epoch, stand), self._wanted.confided()))
        return frames

    def _new(self, record: Record) -> Entry | None:
        try:
            entry = entry_of(record, self._hub.kind)
        except msgspec.DecodeError:
            return None  # the hub reported it when it came
        head = entry.head
        if self._newest.get(head.about, (-1, -1, -1)) >= head.ver:
            return None
        self._newest[head.about] = head.ver
        return entry
