"""A world for owners to be tried in: one partition, its log, what is durable, and an archive. No sockets, no time.

What an owner puts out arrives when it is told to; what had gone wrong stays so until it is told to be well.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import orjson

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact, micros
from mingjing.rules.gone import is_page
from mingjing.rules.last_words import LastWord, last_words
from mingjing.rules.zone import DAY
from mingjing.streams.absent import WAITED
from mingjing.streams.clock import LiveClock
from mingjing.streams.dockets import CASES
from mingjing.streams.outlet import Outgoing
from mingjing.streams.owner import Owner
from mingjing.streams.ports import ArchiveAway
from mingjing.streams.state import Ring, recover
from mingjing.streams.topics import CARDS, STATE
from mingjing.streams.wire import fact_in

from .conftest import _case_event as case_event
from .conftest import rulebook

MORNING = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
BOOK = rulebook()
AGAIN = 0.1
PAUSE = 0.1
SLOTS = 8
"""So few that a ring goes round within a story."""

EVENTS = 40
_NEVER = 1 << 62


def told(chance: Random) -> list[Any]:
    """Return a log of five cases, each from one of two feeds, that were read as it came; some events came twice.

    Of those that came twice some came again long after.
    """
    at = MORNING
    feeds: tuple[list[tuple[datetime, str, str]], ...] = ([], [])
    for _ in range(EVENTS):
        at += timedelta(days=1) if chance.random() < PAUSE else timedelta(minutes=chance.randrange(30))
        case = chance.randrange(5)
        feeds[case % 2].append((at, chance.choice(["opened", "closed", "noted"]), str(case)))
    log: list[Any] = []
    while any(feeds):
        at, type_, case = chance.choice([feed for feed in feeds if feed]).pop(0)
        log.append(case_event(len(log), type_, at.isoformat(), case=case))
        if chance.random() < AGAIN:
            again = chance.choice([log[-1], chance.choice(log)])
            log.append(type(again)(offset=len(log), key=again.key, value=again.value))
    return log


class Caught(AssertionError):
    """What no schedule may come to has come about."""


class Faults(msgspec.Struct, frozen=True):
    """What is wrong with a world; nothing, where the owner is on trial and not the harness."""

    acks_early: bool = False
    """What was folded is committed before it is durable."""
    forgets_fence: bool = False
    """Every owner writes as the first generation did."""
    loses: bool = False
    """The first card's record after each take-over is confirmed and does not arrive."""
    doubles: bool = False
    """Every record arrives twice."""
    forgets_state: bool = False
    """The newest record of state is not read by the next owner."""
    loses_marks: bool = False
    """No page of the cases that are gone is in the state."""
    forgets_archive: bool = False
    """The archive knows nothing of a case that is gone."""


SOUND = Faults()


class Way:
    """An owner's way out: what it puts arrives when the schedule says so, in its order on each topic."""

    def __init__(self, disk: dict[str, list[Outgoing]], faults: Faults) -> None:
        self._disk = disk
        self._faults = faults
        self._lost = False
        self._lanes: defaultdict[str, deque[tuple[Outgoing, asyncio.Future[None] | None]]] = defaultdict(deque)

    def put(self, topic: str, _partition: int, records: Sequence[Outgoing]) -> asyncio.Future[None]:
        arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lanes[topic] += [(record, None) for record in records[:-1]]
        self._lanes[topic].append((records[-1], arrival))
        return arrival

    def deliver(self, turn: int) -> bool:
        """Let the next record of one topic arrive; False if nothing is on its way."""
        waiting = [topic for topic, lane in sorted(self._lanes.items()) if lane]
        if not waiting:
            return False
        topic = waiting[turn % len(waiting)]
        record, arrival = self._lanes[topic].popleft()
        if self._faults.loses and topic == CARDS and not self._lost:
            self._lost = True
        else:
            self._disk[topic] += [record] * (2 if self._faults.doubles else 1)
        if arrival is not None and not arrival.done():
            arrival.set_result(None)
        return True


class Shelf:
    """The archive of a world: it has got as far as the owners have read, and is there at every other outage."""

    def __init__(self, world: "World", faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self.away = False

    def facts_of(self, _partition: int, case_key: str, last_offset: int) -> list[Fact]:
        if self.away:
            raise ArchiveAway("it is away")
        if self._faults.forgets_archive:
            return []
        archived = self._world.log[: last_offset + 1]
        return [fact_in(each.value) for each in archived if each.key == case_key.encode()]

    def cards_of(self, _partition: int, case_key: str, last_offset: int, until: int) -> list[LastWord] | None:
        cards = self._world.disk[CARDS]
        if self.away or len(cards) < until:
            return None
        theirs = [value or b"" for key, value in cards if key == case_key.encode()]
        return last_words([each for each in theirs if orjson.loads(each)["ver"][0] <= last_offset])


class World:
    """One partition, its log, what is durable, and the owners that come and go."""

    def __init__(self, log: list[Any], faults: Faults) -> None:
        self.log = log
        self._faults = faults
        self.stamps = _stamps(log)
        self.disk: defaultdict[str, list[Outgoing]] = defaultdict(list)
        self.committed = 0
        self._stale: list[Way] = []
        self._generation = 0
        self._form = 0
        self._unreadable = 0
        self.archive = Shelf(self, faults)
        self._take_over()

    def _take_over(self) -> None:
        durable: dict[bytes, bytes] = {}
        for key, value in self.disk[STATE][: -1 if self._faults.forgets_state else None]:
            assert key is not None
            if value is None:
                durable.pop(key, None)
            else:
                durable[key] = value
        recovered = recover(durable.items(), self._form)
        if recovered.foreign:
            self._unreadable = self.committed
        if self.committed > max(recovered.end + 1, self._unreadable):
            raise Caught("something was committed that is not durable")
        engine = Engine(BOOK, now=recovered.now)
        kept = [key for key in recovered.cases if not (self._faults.loses_marks and is_page(key))]
        changes = {key: recovered.changes[key] for key in kept if key in recovered.changes}
        engine.restore_all({key: recovered.cases[key] for key in kept}, changes)
        self._generation = max(self._generation, recovered.generation) + 1
        if self._faults.forgets_fence:
            recovered, self._generation = msgspec.structs.replace(recovered, generation=0), 1
        self.way = Way(self.disk, self._faults)
        ring = Ring(recovered, self._generation, slots=SLOTS)
        self.owner = Owner(
            0,
            engine,
            LiveClock(),
            ring,
            self.way,
            docket=CASES,
            partitions=1,
            end=recovered.end,
            die=_die,
            archive=self.archive,  # type: ignore[arg-type]  # all that an owner asks of it
            cards_end=self._cards_end,
            waited_to=recovered.marks.get(WAITED, -1),
            save_every_s=0,
        )
        self._next = min(self.committed, recovered.end + 1)
        if self._next < self.committed:
            self.owner.repeat(self.committed, {})

    async def move(self, kind: str, turn: int) -> None:
        if kind == "turn":
            await asyncio.sleep(0)
        elif kind in {"crash", "stall", "upgrade"}:
            self._end(kind)
        else:
            getattr(self, f"_{kind}")(turn)

    def _deliver(self, turn: int) -> None:
        self.way.deliver(turn)

    def _vouch(self, turn: int) -> None:
        # What is still to come on the log says up to when all is on it.
        known = turn % min(len(self.log), self.owner.end + 4)
        until = min(self.stamps[known:])
        if until < _NEVER:
            self.owner.rise(until - 1, known)
            self.owner.settle()

    def _retire(self, _turn: int) -> None:
        self.owner.leaving.retire(0)

    def _forget(self, _turn: int) -> None:
        self.owner.leaving.forget(-2 * DAY)

    def _outage(self, _turn: int) -> None:
        self.archive.away = not self.archive.away

    def _late(self, turn: int) -> None:
        for way in self._stale:
            way.deliver(turn)

    def _end(self, kind: str) -> None:
        if kind == "stall":
            self._stale.append(self.way)
        if kind == "upgrade":
            self._form += 1
        self.owner.close()
        self._take_over()

    async def _cards_end(self) -> int:
        return len(self.disk[CARDS])

    async def finish(self) -> None:
        """Fold the rest, let all deadlines pass, and let everything arrive."""
        self.archive.away = False
        while self._next < len(self.log):
            self._fold(2)
        while self.owner.absent:
            self.way.deliver(0)
            await asyncio.sleep(0)
        self.owner.rise(micros(MORNING + timedelta(days=60)), len(self.log))
        done = self.owner.settle()
        while not done.done():
            for way in [self.way, *self._stale]:
                way.deliver(0)
            await asyncio.sleep(0)
        for way in self._stale:
            while way.deliver(0):
                pass

    def _fold(self, turn: int) -> None:
        batch = self.log[self._next : self._next + 1 + turn % 3]
        if batch:
            self._next += len(batch)
            self.owner.fold(batch, lambda: self._commit(batch[-1].offset + 1))
            if self._faults.acks_early:
                self._commit(batch[-1].offset + 1)
            self.owner.settle()

    def _commit(self, offset: int) -> None:
        self.committed = max(self.committed, offset)


def _stamps(log: list[Any]) -> list[int]:
    """Return when each record came in first; what comes again holds no clock."""
    first = dict(reversed([(record.value, record.offset) for record in log]))
    return [fact_in(each.value).stamp if first[each.value] == each.offset else _NEVER for each in log]


def _die(exc: Exception) -> None:
    raise AssertionError from exc


def told_cards(disk: dict[str, list[Outgoing]]) -> list[dict[str, Any]]:
    return [orjson.loads(value or b"") for _, value in disk[CARDS]]


def latest(cards: list[dict[str, Any]]) -> dict[str, tuple[str, str, str]]:
    """Return each card as whoever keeps the greatest `ver` sees it."""
    return {
        card["card_id"]: (card["case_key"], card["status"], card["violated_at"])
        for card in sorted(cards, key=lambda card: card["ver"])
    }
