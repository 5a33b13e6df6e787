"""Gather, write, note the progress, commit; in this order, for ever.

A ledger that was lost, or put back from yesterday's copy, holds less than was
committed. Whenever partitions come, the pump therefore asks it how far it has
got, and reads again what it lacks.

Nothing is committed before it is in the ledger, so a stop at any instant costs
repetition and never a record; every table settles repetitions by its key.
While the ledger is away the batch is held in memory and offered again, further
and further apart, and the consumer keeps its partitions. A record that the
ledger will never take becomes a dead letter, which is delivered before the
commit as well.
"""

import time
from collections.abc import Callable
from typing import Protocol

import structlog

from mingjing.services.ledger.errors import LedgerUnavailable
from mingjing.services.sink.metrics import PumpMetrics
from mingjing.services.sink.source import Reached, Record, Source
from mingjing.services.sink.taking import Refusal
from mingjing.services.sink.writers import TopicWriter

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0

log = structlog.get_logger()


class Letters(Protocol):
    """Takes what could not be written."""

    def post(self, refusals: list[Refusal]) -> None:
        """Deliver a dead letter for each; return once all are acknowledged."""


class LedgerPort(TopicWriter, Protocol):
    """Writes records, and knows how far it has got."""

    def reached(self) -> Reached:
        """Return up to where each topic is in the ledger; LedgerUnavailable: ask again."""


class Pump:
    """Moves records from a source to a writer until it is told to stop."""

    def __init__(
        self,
        source: Source,
        writer: LedgerPort,
        letters: Letters,
        metrics: PumpMetrics,
        stopping: Callable[[], bool],
    ) -> None:
        self._source = source
        self._writer = writer
        self._sure = False
        self._letters = letters
        self._metrics = metrics
        self._stopping = stopping

    def run(self) -> None:
        """Pump until `stopping`; a batch not yet written then is left uncommitted."""
        while not self._stopping():
            records = self._source.gather()
            self._metrics.alive()
            self._note_change()
            if not self._sure:
                records = self._lasting(self._agreed, records)
            if records and self._lasting(self._written, records):
                self._source.commit(records)
                self._metrics.behind(self._source.lag())

    def _lasting(self, step: Callable[[list[Record]], list[Record]], records: list[Record]) -> list[Record]:
        """Return what `step` makes of `records`, however long the ledger is away; none when told to stop before."""
        pause = _FIRST_PAUSE_S
        while not self._stopping():
            self._note_change()
            try:
                return step(records)
            except LedgerUnavailable as exc:
                self._metrics.away()
                log.warning("ledger away, batch held", records=len(records), again_in_s=pause, reason=str(exc))
                self._source.hold(pause)
                self._metrics.behind(self._source.lag() + len(records))
                pause = min(pause * 2, _LONGEST_PAUSE_S)
        return []

    def _note_change(self) -> None:
        if self._source.changed_hands():
            self._writer.forget()
            self._sure = False

    def _agreed(self, records: list[Record]) -> list[Record]:
        """Return those of `records` that follow on what the ledger holds; what it lacks comes again."""
        again = self._source.reread(self._writer.reached())
        self._sure = True
        return [each for each in records if (each.topic, each.partition) not in again]

    def _written(self, records: list[Record]) -> list[Record]:
        begun = time.perf_counter()
        refusals = self._writer.write(records)
        if refusals:
            self._letters.post(refusals)
            for each in refusals:
                record = each.record
                log.error(
                    "row refused", topic=record.topic, partition=record.partition, offset=record.offset, why=each.reason
                )
        self._metrics.written(records, refusals=len(refusals), seconds=time.perf_counter() - begun)
        return records
