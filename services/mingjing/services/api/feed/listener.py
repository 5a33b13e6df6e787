"""One open stream: what waits to be sent to it, and where it will then stand."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from itertools import islice

import orjson

from mingjing.services.api import metrics
from mingjing.services.api.feed.entry import Entry
from mingjing.services.api.feed.piece import Piece
from mingjing.services.api.feed.vector import Vector, encode
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.api.feed.wire import Wire

_BATCH = 200


def standing(vector: str) -> bytes:
    """Return the message that moves a client's Last-Event-ID and shows nothing."""
    return b"".join((b"id: ", vector.encode("ascii"), b"\n\n"))


def resync(vector: Vector, reason: str) -> bytes:
    """Return the message that asks a client to load the page again and reopen from its `feed`."""
    text = vector.encode()
    body = orjson.dumps({"reason": reason, "feed": text})
    return b"".join((b"event: resync\ndata: ", body, b"\n", standing(text)))


class Listener:
    """A bounded queue between the hub and one client.

    It is given pieces of whole messages, the same bytes as others of its crowd; `settle`
    has the crowd hand out what it still gathers, before the client is told where it stands,
    and `settled` says whether there is nothing of the kind.
    `backlog` is what the ring held for a client that stands at `start`. Such a
    client may also stand ahead of this process, when a faster one served it; the
    hub's cards below `start` are then skipped, and until the hub has passed
    `start` everywhere the ids are rendered for this client alone.
    A client too slow for its queue loses the queue and is told to resync, and so is one whose queue was
    made by another `law` than that of now: it may tell what is not told any more.
    While nothing is queued and nothing is being sent, a piece goes straight to the `wire`.
    """

    def __init__(
        self,
        wanted: Wanted,
        *,
        bound: int,
        position: Callable[[], Vector],
        settle: Callable[[], None],
        settled: Callable[[], bool],
        law: Callable[[], object],
        wire: Wire,
        start: Vector | None = None,
        backlog: Sequence[Entry] = (),
    ) -> None:
        self._wanted = wanted
        self._bound = bound
        self._position = position
        self._settle = settle
        self._settled = settled
        self._law = law
        self._wire = wire
        self._start = start
        self._backlog = backlog
        self._ahead = start.offsets if start is not None else None
        self._queue: list[bytes] = []
        self._queued_by: object = None
        self._waiting = 0
        self._wake = asyncio.Event()
        self._lost: str | None = None
        self._over = False
        self._silent = False

    @property
    def ahead(self) -> bool:
        """Whether the client stands ahead of the hub: it must be offered each entry by itself."""
        return self._ahead is not None

    def offer(self, entry: Entry, frame: bytes) -> None:
        """Queue a new entry if it is wanted; `frame` is its message at the hub's present position."""
        if self._ahead is not None:
            if entry.offset < self._ahead[entry.partition]:
                return
            frame = entry.frame(self._stand(), self._wanted.confided())
        if self._wanted.has(entry.head):
            self.give(Piece((frame,)))

    def give(self, piece: Piece) -> None:
        """Write a piece to the wire, or queue it."""
        if self._silent and not self._wake.is_set() and self._wire.take(piece.chunk):
            return
        if self._waiting + piece.count > self._bound:
            self.lose("slow_client")
            return
        if not self._queue:
            self._queued_by = self._law()
        self._queue.append(piece.text)
        self._waiting += piece.count
        self._wake.set()

    def lose(self, reason: str) -> None:
        """Drop what is queued; the client will be told to load the page again."""
        self._drop()
        self._lost = reason
        self._ahead = None
        metrics.FEED_LOST.labels(reason).inc()
        self._wake.set()

    def end(self) -> None:
        """End the stream once what is queued has been sent."""
        self._over = True
        self._wake.set()

    async def chunks(self, keep_alive_s: float) -> AsyncGenerator[bytes, None]:
        """Yield whole messages until the stream ends; a comment each time that nothing was for `keep_alive_s`."""
        for batch in self._replay():
            yield batch
        self._settle()
        if not self._wake.is_set():
            yield standing(self._stand())
        while True:
            if not await self._woken(keep_alive_s):
                # Who has not been told of everything yet may not be told to stand after it.
                yield b": keep-alive\n" + (standing(self._stand()) if self._settled() else b"\n")
                continue
            self._wake.clear()
            if ready := self._ready():
                yield ready
            if self._over:
                return

    async def _woken(self, within_s: float) -> bool:
        """Wait until there is something to yield; False if there was nothing for so long."""
        self._silent = True
        try:
            async with asyncio.timeout(within_s):
                await self._wake.wait()
        except TimeoutError:
            return self._wake.is_set()
        finally:
            self._silent = False
        return True

    def _ready(self) -> bytes:
        """Take everything queued, as one piece."""
        if self._queue and self._queued_by != self._law():
            self.lose("law_changed")
        if self._lost is not None:
            self._settle()
            reason, self._lost = self._lost, None
            self._drop()
            return resync(self._position(), reason)
        # One piece, as mostly, goes on as it is, without a copy for every listener.
        ready = self._queue[0] if len(self._queue) == 1 else b"".join(self._queue)
        self._drop()
        return ready

    def _drop(self) -> None:
        self._queue.clear()
        self._waiting = 0

    def _replay(self) -> Iterator[bytes]:
        """Yield the backlog in batches, each message leaving the reader exactly after itself."""
        if self._start is None:
            return
        epoch, stand = self._start.epoch, list(self._start.offsets)
        backlog = iter(self._backlog)
        self._backlog = ()
        while batch := list(islice(backlog, _BATCH)):
            frames = []
            for entry in batch:
                stand[entry.partition] = entry.offset + 1
                if self._wanted.has(entry.head):
                    frames.append(entry.frame(encode(epoch, stand), self._wanted.confided()))
            if frames:
                yield b"".join(frames)

    def _stand(self) -> str:
        """Return where the client stands once it has had everything the hub has seen."""
        vector = self._position()
        if self._ahead is None:
            return vector.encode()
        if all(ours <= hubs for ours, hubs in zip(self._ahead, vector.offsets, strict=True)):
            self._ahead = None
            return vector.encode()
        return encode(vector.epoch, map(max, self._ahead, vector.offsets))
