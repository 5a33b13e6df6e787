"""What an owner says: its docket's words and its dead letters, in the order in which it found them."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

import msgspec

from mingjing.rules.desk_words import DESK
from mingjing.rules.events import Fact
from mingjing.streams import metrics
from mingjing.streams.batches import Record
from mingjing.streams.calls import Calls, LastCalls
from mingjing.streams.dead_letters import DeadLetter, packed
from mingjing.streams.dockets import Docket
from mingjing.streams.outlet import Outgoing
from mingjing.streams.tallies import tick_bytes
from mingjing.streams.topics import CARD_ACTIONS, DEAD_LETTERS, TALLIES, fixed_partitions
from mingjing.streams.trace import put_on, told_with
from mingjing.streams.words import Speaker


class Outlet(Protocol):
    """The way out to the log; see `outlet.FaustOutlet`."""

    def put(self, topic: str, partition: int, records: Sequence[Outgoing]) -> Awaitable[None]:
        """Append records in their order; the future is done once all are durable, and raises if they are not."""
        ...


class Telling:
    """What the owner of a partition has said and does not know yet to have been heard.

    `letters` are said with the next `say`, the cards of which come of the records `folded`.
    Where the clock `follows` the events and not the time of day, the owner of cases also
    says to all subjects, and to the desk beside it, how far it has judged; `since` is the
    instant that an earlier owner had said, and `calls` are those that it knew.
    """

    def __init__(
        self,
        partition: int,
        docket: Docket,
        partitions: int,
        outlet: Outlet,
        *,
        follows: bool,
        since: int,
        calls: Calls,
    ) -> None:
        self.calls = LastCalls(calls)
        self.letters: list[DeadLetter] = []
        self.folded: list[Sequence[Record]] = []
        self._docket = docket
        self._speaker = Speaker(partition, partitions)
        self._ticks = follows and docket.ticks
        self._outlet = outlet
        self._ticked = since
        self._on_their_way: list[Awaitable[None]] = []

    def note(self, case_key: str, fact: Fact, record: Record) -> None:
        """Note who called: a case has been heard of by `fact`, as `record` has it. What our desk says is no call."""
        if self._docket.draws and fact.source != DESK:
            self.calls.note(case_key, record.value or b"")

    def taken(self) -> list[Awaitable[None]]:
        """Return what is done once all that was said is on the log, and forget it."""
        on_their_way, self._on_their_way = self._on_their_way, []
        return on_their_way

    def say(self, found: object, now: int) -> None:
        """Put what a judge found on its way, without waiting: what is put first is on the log first."""
        cards, tallies = (getattr(found, name, ()) for name in ("cards", "tallies"))  # a desk says neither
        speaker = self._speaker
        if cards:
            put_on(cards, self.folded, self.calls.of)
        if tallies and (traces := told_with(tallies, cards, self.folded)):
            speaker = msgspec.structs.replace(speaker, traces=traces)
        self.folded.clear()
        words = self._docket.speak(found, speaker, now)
        for topic, partition, records in words.records:
            self._send(topic, partition, records)
        self.letters += words.letters
        if self._ticks and now > self._ticked:
            self._ticked = now
            tick = tick_bytes(self._speaker.partition, now)
            for partition in range(self._speaker.partitions):
                self._send(TALLIES, partition, [(None, tick)])
            self._send(CARD_ACTIONS, self._speaker.partition, [(None, tick)])
        if self.letters:
            partition = self._speaker.partition % fixed_partitions(DEAD_LETTERS)
            self._send(DEAD_LETTERS, partition, [(None, packed(letter)) for letter in self.letters])
            metrics.DEAD_LETTERS.labels("engine_fault").inc(len(self.letters))
            self.letters = []

    def _send(self, topic: str, partition: int, records: Sequence[Outgoing]) -> None:
        self._on_their_way.append(self._outlet.put(topic, partition, records))
