"""The owner of a partition: the one that may change the verdict of its cases.

An owner folds records, says at once what it found, and saves its state soon after:
cards and facts are on the log before the state is, the state before the records are
acked, and only acked records are committed. So committed ≤ durable state ≤ emitted,
and after a crash anywhere the next owner says again, in the same words, what may
not have been heard, and nothing else.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from mingjing.rules.engine import CaseAway, EngineFault
from mingjing.rules.events import TICK, Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.streams import metrics
from mingjing.streams.absent import Absent, CardsEnd, Past, Waiting, came_at, marked, no_cards
from mingjing.streams.anew import rise_by_deadlines
from mingjing.streams.batches import Record
from mingjing.streams.clock import FEED, PartitionClock
from mingjing.streams.dead_letters import engine_fault, held_fault
from mingjing.streams.dockets import Docket
from mingjing.streams.gauges import Gauges
from mingjing.streams.leaving import Leaving
from mingjing.streams.packing import state_records
from mingjing.streams.ports import Archive, Judge
from mingjing.streams.stage import Stage
from mingjing.streams.state import Ring
from mingjing.streams.telling import Outlet, Telling
from mingjing.streams.wire import fact_in

MAX_UNSAVED = 20_000
"""Records folded ahead of what is durable; beyond it a partition waits for its state to be saved."""

MAX_BEHIND = 1_000_000
"""Microseconds that a live clock may fall behind the wall while no deadline is due: cards are issued by it."""

SAVE_EVERY_S = 0.1
"""Under load a state record is written this often: one for all that changed meanwhile, not one for every batch."""


class Owner:
    """Folds, times and saves one partition of a docket, of as many as `partitions`.

    `end` is the offset folded already; records up to it are skipped. `durable` is the
    offset up to which (exclusive) all that was folded has been said and saved. Cases leave
    by way of `leaving`, and come back from the `archive`; `cards_end` is as `Absent` asks it. Up to
    `waited_to` an earlier owner had folded all but what waited.

    `die` is called with the error when something cannot be made durable: what was
    folded is then ahead of the log, and only a new process is in step with it again.
    """

    def __init__(
        self,
        partition: int,
        judge: Judge,
        clock: PartitionClock,
        ring: Ring,
        outlet: Outlet,
        *,
        docket: Docket,
        partitions: int,
        end: int,
        die: Callable[[Exception], None],
        archive: Archive | None = None,
        cards_end: CardsEnd = no_cards,
        waited_to: int = -1,
        save_every_s: float = SAVE_EVERY_S,
    ) -> None:
        self.partition, self.end = partition, end
        self._docket = docket
        self._judge = judge
        self._clock = clock
        self._ring = ring
        self._outlet = outlet
        self._die = die
        self._save_every_s = save_every_s
        self._saved_at = float("-inf")
        self._gauges = Gauges(docket, partition)
        self._at_folding, self._at_saying, self._at_packing = (
            Stage(docket.log, stage) for stage in ("fold", "say", "pack")
        )
        self._absent = Absent(partition, archive, self._back, die, cards_end)
        self.leaving = Leaving(judge, self._changed)
        self._acks: list[tuple[int, Callable[[], object]]] = []
        self._telling = Telling(
            partition, docket, partitions, outlet, follows=not clock.reads_wall, since=judge.now, calls=ring.calls
        )
        self._unsaved = 0
        self._awaited: tuple[int, int] | None = None
        self._dirty_since: float | None = None
        self._saving: asyncio.Task[None] | None = None
        self._repeats, self.repeats_to = False, 0
        self._behind, self._waited_to = False, waited_to
        self.durable = end + 1

    @property
    def overfull(self) -> bool:
        """Whether so much is folded and not durable that the next batch should wait."""
        return self._unsaved >= MAX_UNSAVED

    @property
    def absent(self) -> int:
        """How many cases have left, were heard of again and wait for the archive."""
        return len(self._absent)

    @property
    def holds_enough(self) -> bool:
        """Whether so much waits for the archive, and for what waits for it, that no more should be read."""
        return self._absent.holds_enough(self.end)

    @property
    def clock(self) -> PartitionClock:
        """What the timers of the partition fire against."""
        return self._clock

    def repeat(self, until: int, issues: Mapping[str, int]) -> None:
        """Be told that an earlier owner had folded up to `until` (exclusive), and at which instants it issued cards."""
        self._repeats, self.repeats_to = True, until
        self._judge.date_back(issues)

    def fold(self, records: Sequence[Record], ack: Callable[[], object]) -> None:
        """Fold a batch in the order of its offsets; `ack` is called once it is durable.

        A record that cannot be judged becomes a dead letter and stops nothing.
        """
        folded = 0
        self._telling.folded.append(records)
        self._behind = records[0].offset <= self._waited_to
        with self._at_folding:
            for record in records:
                if record.offset <= self.end:
                    continue
                folded += self._fold_one(record)
                self.end = record.offset
        self._docket.folded.inc(folded)
        self._unsaved += len(records)
        self._acks.append((self.end, ack))
        self._touch()
        self._catch_up()

    def is_due(self, wall: int) -> bool:
        """Whether a timer waits for a time of day that `wall` has reached, or the clock has fallen behind it."""
        wake = self._judge.next_wake
        return self._clock.reads_wall and ((wake is not None and wake <= wall) or self._judge.now < wall - MAX_BEHIND)

    def rise(self, vouched: int, highwater: int) -> None:
        """Let timers fire up to `vouched` once all is folded up to `highwater`, which was read after the sounding."""
        if self._awaited is None:
            self._awaited = (vouched, highwater)
        self._catch_up()

    def _catch_up(self) -> None:
        if self._awaited is None:
            return
        vouched, highwater = self._awaited
        now = self._clock.on_wall(vouched, caught_up=self.end + 1 >= highwater)
        if now is None:
            return
        self._awaited = None
        wake = self._judge.next_wake
        fires = wake is not None and wake <= now
        if self._repeats:
            rise_by_deadlines(self._judge, now)
            self._repeats = False
        else:
            if wake is not None and fires:
                metrics.DEADLINE_LATENESS.observe((now - wake) / 1e6)
            self._judge.advance(now)
        if fires:
            self._touch()

    def settle(self) -> asyncio.Task[None]:
        """Say what was found, the facts of cases with their state; return the only task, which makes all durable."""
        self._emit(facts=False)
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_all(), name=f"save {self.partition}")
        return self._saving

    def adopt(self, rulebook: Rulebook) -> None:
        """Judge by another rulebook from now on; what was found so far is said as it was found."""
        self._judge.adopt(rulebook)
        self._changed()

    def close(self) -> None:
        """Stop saving: the partition has, or will have, another owner. Nothing more is acked."""
        self._absent.close()
        if self._saving is not None:
            self._saving.cancel()
        self._gauges.close()

    def measure(self, highwater: int | None) -> None:
        """Publish the partition's metrics."""
        self._gauges.of_judge(self._judge)
        self._gauges.of_owner(
            absent=len(self._absent),
            unheard=len(self._clock.unheard),
            idle=len(self._clock.idle),
            to_repeat=self.repeats_to - self.end - 1,
            state=self._ring.size,
            lag=None if highwater is None else highwater - self.end - 1,
        )

    def _fold_one(self, record: Record) -> int:
        """Return 1 for an event that was folded, 0 for any other record."""
        fact: Fact | None = None
        try:
            fact = fact_in(record.value or b"")
            if fact.type == TICK:
                now = self._clock.on_tick(fact.data[FEED], fact.source, fact.at, record.timestamp * 1000)
                if now is not None:
                    self._judge.advance(now)
                return 0
            if record.key is None:
                raise ValueError("the event was never given a case key")  # noqa: TRY301  # one way out for all
            case_key = record.key.decode()
            self._take(case_key, fact, record.offset)
            self._telling.note(case_key, fact, record)
        except MemoryError:
            raise
        except Exception as exc:  # noqa: BLE001  # whatever one event does, the others must be judged
            self._telling.letters.append(engine_fault(record, exc, fact))
            return 0
        return 1

    def _take(self, case_key: str, fact: Fact, offset: int) -> None:
        if len(self._absent) and self._absent.joins(case_key, fact, offset, self._judge.now):
            return
        try:
            self._judge.fold(case_key, fact, offset, self._came(fact, self._judge.now) if self._behind else None)
        except CaseAway as away:
            self._absent.park(fact, offset, self._judge.now, away)

    def _came(self, fact: Fact, now: int) -> int:
        return came_at(fact, now, stamped=self._clock.reads_wall and self._docket.ticks)

    def _back(self, case_key: str, past: Past, waiting: Waiting) -> None:
        """Take a case back with its `past`, and fold what has waited for it."""
        for fact, offset, now in waiting:
            try:
                self._judge.recall(case_key, *past, offset=offset)
                self._judge.fold(case_key, fact, offset, self._came(fact, now))
            except EngineFault as exc:
                self._telling.letters.append(held_fault(self.partition, fact, exc.reason))
        self._changed()

    def _changed(self) -> None:
        self._touch()
        self.settle()

    def _touch(self) -> None:
        if self._dirty_since is None:
            self._dirty_since = time.monotonic()

    def _emit(self, *, facts: bool) -> None:
        """Put what was found on its way, without waiting."""
        with self._at_saying:
            self._telling.say(self._judge.take(self._ring.generation, facts=facts), self._judge.now)

    async def _save_all(self) -> None:
        try:
            while self._dirty_since is not None:
                early = self._saved_at + self._save_every_s - time.monotonic()
                if early > 0:
                    await asyncio.sleep(early)
                await self._save()
        except Exception as exc:  # noqa: BLE001  # any failure leaves us out of step with the log
            self._die(exc)

    async def _save(self) -> None:
        # Everything that is saved together is taken before the first await: the agent
        # goes on folding while it is on its way out.
        self._emit(facts=True)
        left = self.leaving.saving()
        since, self._dirty_since = self._dirty_since, None
        # What waits for the archive is in no state record: it will have to be read again.
        waits = self._absent.first
        end = self.end if waits is None else min(self.end, waits - 1)
        marks = marked(self._clock.marks, end, max(self.end, self._waited_to))
        acks = [ack for last, ack in self._acks if last <= end]
        self._acks = [each for each in self._acks if each[0] > end]
        on_their_way = self._telling.taken()
        self._unsaved = 0
        self._saved_at = time.monotonic()
        with self._at_packing:
            records = state_records(self._judge, self._ring, marks, end, self._telling.calls.known)
        metrics.STATE_BYTES.labels(self._docket.log).inc(sum(len(value or b"") for _, value in records))
        for each in on_their_way:
            await each
        if since is not None:
            metrics.SAY_SECONDS.observe(time.monotonic() - since)
        await self._outlet.put(self._docket.state, self.partition, records)
        self.durable = end + 1
        self.leaving.saved(left)
        for ack in acks:
            ack()
        if since is not None:
            metrics.SETTLE_SECONDS.observe(time.monotonic() - since)
