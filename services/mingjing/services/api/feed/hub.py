"""The fan-out of one process: every new card to every stream that wants it.

The hub renders a card's message once, asks once for all who want the same whether
they want it, and hands them the same bytes (see `crowd`). Who names cases is asked
about records of these alone, so a case page costs nothing while others' cases go on.
It lives on the event loop; only `latest`, `newest_issued_at`, `position` and
`listeners` may be read from other threads.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
import structlog

from mingjing.services.api import metrics
from mingjing.services.api.feed.crowd import Crowd
from mingjing.services.api.feed.entry import CARDS, Entry, Head, Kind, Record, entry_of
from mingjing.services.api.feed.listener import Listener
from mingjing.services.api.feed.ring import Ring
from mingjing.services.api.feed.vector import NOWHERE, Vector
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.api.feed.wire import Wire

RING = 20_000
QUEUE = 1_000

_log = structlog.get_logger(__name__)


class Hub:
    """Takes the records of one feed in the order they are read and serves them to listeners.

    `heard` is told of each record that is passed on.

    `position` is None until the reader of the topic has opened the hub;
    `ready` is set once that reader has caught up with the topic's end.
    """

    def __init__(
        self,
        kind: Kind = CARDS,
        *,
        ring: int = RING,
        queue: int = QUEUE,
        heard: Callable[[Head], None] | None = None,
    ) -> None:
        self.kind = kind
        self._heard = heard
        self.ready = asyncio.Event()
        self.newest_issued_at: datetime | None = None
        self.ended = False
        self._capacity = ring
        self._bound = queue
        self._ring = Ring(ring, ())
        self._position: Vector | None = None
        self._begin: tuple[int, ...] = ()
        self._listeners: dict[Listener, Crowd] = {}
        self._crowds: dict[Wanted, Crowd] = {}
        self._naming: dict[str | None, list[Crowd]] = {}
        self._ahead: set[Listener] = set()

    @property
    def position(self) -> Vector | None:
        """Where the hub stands: the offsets it will read next."""
        return self._position

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    @property
    def present(self) -> Vector:
        """The position of a hub that is known to be open; RuntimeError if it is not."""
        if self._position is None:
            raise RuntimeError("the hub was used before a reader opened it")
        return self._position

    def open(self, start: Vector, begin: Sequence[int]) -> None:
        """Begin at `start` with an empty ring; whoever is listening has lost the thread and must resync.

        `begin` holds the lowest offsets the topic still has.
        """
        self._ring = Ring(self._capacity, start.offsets)
        self._position = start
        self._begin = tuple(begin)
        self._hand_out()
        for listener in self._listeners:
            listener.lose("feed_restarted")

    def take(self, record: Record) -> None:
        """Pass one record on, unless a newer record of its card has been passed on before."""
        position = self.present
        offsets = list(position.offsets)
        offsets[record.partition] = record.offset + 1
        position = self._position = Vector(position.epoch, tuple(offsets))
        try:
            entry = entry_of(record, self.kind)
        except msgspec.DecodeError:
            # Only our own workers write here; the position moves on so that one bad record stops nobody.
            _log.exception("unreadable_card", partition=record.partition, offset=record.offset)
            metrics.FEED_CARDS.labels("unreadable").inc()
            return
        if not self._ring.append(entry):
            metrics.FEED_CARDS.labels("stale").inc()
            return
        metrics.FEED_CARDS.labels("passed").inc()
        if entry.head.issued_at is not None:
            issued_at = datetime.fromisoformat(entry.head.issued_at)
            self.newest_issued_at = max(issued_at, self.newest_issued_at or issued_at)
        if self._heard is not None:
            self._heard(entry.head)
        self._pass_on(entry, position)

    def _pass_on(self, entry: Entry, position: Vector) -> None:
        near = self._near(entry.head.case_key)
        if not near and not self._ahead:
            return
        vector = position.encode()
        frame = entry.frame(vector)
        for crowd in near:
            if crowd.members and crowd.wanted.has(entry.head):
                confided = crowd.wanted.confided()
                withheld = confided.names(entry.head.case_key)
                crowd.add(entry.frame(vector, confided) if withheld else frame, len(self._listeners))
        for listener in tuple(self._ahead):
            listener.offer(entry, frame)
            if not listener.ahead:
                self._ahead.remove(listener)
                self._join(listener)

    def _near(self, case_key: str) -> list[Crowd]:
        """Return who may want a record of the case: those who name it, and those who name none."""
        return [*self._naming.get(None, ()), *self._naming.get(case_key, ())]

    def _hand_out(self) -> None:
        for crowd in self._crowds.values():
            crowd.hand_out()

    def _join(self, listener: Listener) -> None:
        """Have a listener get what its crowd gets from now on, and nothing of what it has had."""
        crowd = self._listeners[listener]
        crowd.hand_out()
        crowd.members.add(listener)

    def holds(self, start: Vector) -> bool:
        """Return whether a client standing at `start` can be served from the ring alone."""
        position = self.present
        return self.same_feed(start) and start.within(self._ring.floor, position.offsets)

    def same_feed(self, start: Vector) -> bool:
        """Return whether `start` was given out for this feed and not for one before it."""
        position = self.present
        return start.epoch == position.epoch and len(start.offsets) == len(position.offsets)

    def joins(self, start: Vector) -> bool:
        """Return whether nothing between `start` and the ring is missing; `start` may be ahead of the hub."""
        return self.same_feed(start) and all(low <= at for low, at in zip(self._ring.floor, start.offsets, strict=True))

    def after(self, progress: Mapping[int, int]) -> Vector:
        """Return from where a stream continues a page read at `progress` (offsets by partition).

        What the topic no longer or not yet has is left out: a client can always
        resume here. `NOWHERE` until the hub is open.
        """
        if self._position is None:
            return NOWHERE
        epoch, present = self._position
        offsets = (
            max(low, min(progress.get(partition, 0), high))
            for partition, (low, high) in enumerate(zip(self._begin, present, strict=True))
        )
        return Vector(epoch, tuple(offsets))

    def listen(self, wanted: Wanted, start: Vector | None, wire: Wire | None = None) -> Listener:
        """Return a new listener, from `start` (for which `joins` must hold) or from now on; pair it with `leave`."""
        backlog = self._ring.since(start.offsets) if start is not None else ()
        crowd = self._crowds.get(wanted) or self._gathered(wanted)
        listener = Listener(
            wanted,
            bound=self._bound,
            position=lambda: self.present,
            settle=crowd.hand_out,
            settled=lambda: not crowd.gathers,
            law=lambda: (self.kind.law(), wanted.confided()),
            wire=wire or Wire(),
            start=start,
            backlog=backlog,
        )
        if self.ended:
            listener.end()
        self._listeners[listener] = crowd
        crowd.size += 1
        if listener.ahead:
            self._ahead.add(listener)
        else:
            self._join(listener)
        metrics.FEED_LISTENERS.inc()
        return listener

    def _gathered(self, wanted: Wanted) -> Crowd:
        crowd = self._crowds[wanted] = Crowd(wanted)
        for name in _names(wanted):
            self._naming.setdefault(name, []).append(crowd)
        return crowd

    def _scatter(self, crowd: Crowd) -> None:
        del self._crowds[crowd.wanted]
        for name in _names(crowd.wanted):
            self._naming[name].remove(crowd)
            if not self._naming[name]:
                del self._naming[name]

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        crowd = self._listeners.pop(listener, None)
        if crowd is not None:
            crowd.members.discard(listener)
            self._ahead.discard(listener)
            crowd.size -= 1
            if not crowd.size:
                self._scatter(crowd)
            metrics.FEED_LISTENERS.dec()

    def latest(self, card_id: str) -> bytes | None:
        """Return the newest JSON of a card, while the ring holds it."""
        entry = self._ring.latest(card_id)
        return entry.json if entry is not None else None

    def end(self) -> None:
        """End every stream, now and from now on: the process is going down."""
        self.ended = True
        self._hand_out()
        for listener in self._listeners:
            listener.end()


def _names(wanted: Wanted) -> Iterable[str | None]:
    """Return the cases a listener names, None alone for one who names none."""
    return wanted.cases or (None,)
