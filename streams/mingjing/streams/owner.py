"""The owner of a partition: the one that may change the verdict of its cases.

An owner folds records at once and settles them soon after: cards and facts are
on the log before the state is, the state before the records are acked, and only
acked records are committed. So committed ≤ durable state ≤ emitted, and after a
crash anywhere the next owner says again, in the same words, what may not have
been heard, and nothing else.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
import orjson

from mingjing.rules.card import Card
from mingjing.rules.events import TICK, Event, fact_of, micros
from mingjing.streams import metrics
from mingjing.streams.batches import Record
from mingjing.streams.clock import FEED, PartitionClock
from mingjing.streams.dead_letters import DeadLetter, engine_fault, packed
from mingjing.streams.outlet import Outgoing
from mingjing.streams.ports import Judge
from mingjing.streams.state import Ring
from mingjing.streams.topics import CARDS, CASE_FACTS, DEAD_LETTERS, STATE, fixed_partitions

log = logging.getLogger(__name__)

MAX_UNSETTLED = 5_000
"""Records folded ahead of what is durable; beyond it a partition waits for its settlement."""

_decode: Callable[[bytes], Event] = msgspec.json.Decoder(Event).decode


class Outlet(Protocol):
    """The way out to the log; see `outlet.FaustOutlet`."""

    async def send(self, topic: str, partition: int, records: Sequence[Outgoing]) -> None:
        """Append records in their order; return once all are durable, raise if they are not."""
        ...


class Owner:
    """Folds, times and settles one partition. `end` is the offset folded already; records up to it are skipped.

    `die` is called with the error when a settlement fails: what was folded is then
    ahead of what is durable, and only a new process is in step with the log again.
    """

    def __init__(
        self,
        partition: int,
        judge: Judge,
        clock: PartitionClock,
        ring: Ring,
        outlet: Outlet,
        *,
        end: int,
        die: Callable[[Exception], None],
    ) -> None:
        self.partition = partition
        self.end = end
        self._judge = judge
        self._clock = clock
        self._ring = ring
        self._outlet = outlet
        self._die = die
        self._acks: list[Callable[[], object]] = []
        self._letters: list[DeadLetter] = []
        self._unsettled = 0
        self._dirty_since: float | None = None
        self._settling: asyncio.Task[None] | None = None

    @property
    def overfull(self) -> bool:
        """Whether so much is folded and not durable that the next batch should wait."""
        return self._unsettled >= MAX_UNSETTLED

    def fold(self, records: Sequence[Record], ack: Callable[[], object]) -> None:
        """Fold a batch in the order of its offsets; `ack` is called once it is durable.

        A record that cannot be judged becomes a dead letter and stops nothing.
        """
        folded = 0
        for record in records:
            if record.offset <= self.end:
                continue
            folded += self._fold_one(record)
            self.end = record.offset
        metrics.EVENTS_FOLDED.inc(folded)
        self._unsettled += len(records)
        self._acks.append(ack)
        self._touch()

    def is_due(self, wall: int) -> bool:
        """Whether a timer waits for a time of day that `wall` has reached."""
        wake = self._judge.next_wake
        return self._clock.reads_wall and wake is not None and wake <= wall

    def rise(self, read_at: int, highwater: int) -> None:
        """Let timers fire up to `read_at` by the wall, if all is folded up to `highwater`, read after it."""
        now = self._clock.on_wall(read_at, caught_up=self.end + 1 >= highwater)
        if now is None:
            return
        wake = self._judge.next_wake
        if wake is not None and wake <= now:
            metrics.DEADLINE_LATENESS.observe((now - wake) / 1e6)
        self._judge.advance(now)
        self._touch()

    def settle(self) -> asyncio.Task[None]:
        """Return the task that makes everything folded so far durable; there is never more than one."""
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle_all(), name=f"settle {self.partition}")
        return self._settling

    def close(self) -> None:
        """Stop settling: the partition has, or will have, another owner. Nothing more is acked."""
        if self._settling is not None:
            self._settling.cancel()
        for gauge in (metrics.OPEN_CASES, metrics.PARTITION_CLOCK, metrics.UNHEARD_FEEDS, metrics.LAG):
            gauge.remove(str(self.partition))

    def measure(self, highwater: int | None) -> None:
        """Publish the partition's gauges."""
        label = str(self.partition)
        metrics.OPEN_CASES.labels(label).set(self._judge.open_cases)
        metrics.PARTITION_CLOCK.labels(label).set(self._judge.now / 1e6)
        metrics.UNHEARD_FEEDS.labels(label).set(len(self._clock.unheard))
        if highwater is not None:
            metrics.LAG.labels(label).set(max(0, highwater - self.end - 1))

    def _fold_one(self, record: Record) -> int:
        """Return 1 for an event that was folded, 0 for any other record."""
        event: Event | None = None
        try:
            event = _decode(record.value or b"")
            if event.type == TICK:
                self._rise_to(self._clock.on_tick(event.data[FEED], event.source, micros(event.time)))
                return 0
            fact = fact_of(event)
            if event.casekey is None:
                raise ValueError("the event was never given a case key")  # noqa: TRY301  # one way out for all
            self._rise_to(self._clock.on_event(fact.stamp))
            self._judge.fold(event.casekey, fact, record.offset)
        except MemoryError:
            raise
        except Exception as exc:  # noqa: BLE001  # whatever one event does, the others must be judged
            self._letters.append(
                engine_fault(
                    record,
                    str(exc) or type(exc).__name__,
                    agency=event.agency if event else None,
                    source=event.source if event else None,
                    event_id=event.id if event else None,
                )
            )
            return 0
        return 1

    def _rise_to(self, now: int | None) -> None:
        if now is not None and now > self._judge.now:
            self._judge.advance(now)

    def _touch(self) -> None:
        if self._dirty_since is None:
            self._dirty_since = time.monotonic()

    async def _settle_all(self) -> None:
        try:
            while self._dirty_since is not None:
                since, self._dirty_since = self._dirty_since, None
                await self._settle_once()
                metrics.SETTLE_SECONDS.observe(time.monotonic() - since)
        except Exception as exc:  # noqa: BLE001  # any failure leaves us out of step with the log
            self._die(exc)

    async def _settle_once(self) -> None:
        # Everything of this settlement is taken before the first await: the agent
        # goes on folding while it is on its way out.
        acks, self._acks = self._acks, []
        letters, self._letters = self._letters, []
        self._unsettled = 0
        drawn = self._judge.take(self._ring.generation)
        for fault in drawn.faults:
            log.error("a held event could not be judged and was left out of its case: %s", fault)
        changed = {case_key: self._judge.dump(case_key) for case_key in self._judge.changed()}
        records = list(
            self._ring.write(
                changed, self._judge.dump, end=self.end, now=self._judge.now, marks=dict(self._clock.marks)
            )
        )
        facts = [(fact["case_key"].encode(), orjson.dumps(fact, option=orjson.OPT_SORT_KEYS)) for fact in drawn.facts]
        await asyncio.gather(
            self._outlet.send(CARDS, self.partition, [_outgoing(card) for card in drawn.cards]),
            self._outlet.send(CASE_FACTS, self.partition, facts),
            self._send_letters(letters),
        )
        await self._outlet.send(STATE, self.partition, records)
        for ack in acks:
            ack()
        for card in drawn.cards:
            if card.status == "standing":
                metrics.CARDS_DRAWN.labels(card.level).inc()
            else:
                metrics.CARDS_TAKEN_BACK.labels(card.status).inc()

    async def _send_letters(self, letters: list[DeadLetter]) -> None:
        if letters:
            partition = self.partition % fixed_partitions(DEAD_LETTERS)
            await self._outlet.send(DEAD_LETTERS, partition, [(None, packed(letter)) for letter in letters])
            metrics.DEAD_LETTERS.labels("engine_fault").inc(len(letters))


def _outgoing(card: Card) -> Outgoing:
    return card.case_key.encode(), orjson.dumps(msgspec.to_builtins(card), option=orjson.OPT_SORT_KEYS)
