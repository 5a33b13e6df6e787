"""Gather, write, note the progress, commit; in this order, for ever.

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
from mingjing.services.sink.source import Record, Source
from mingjing.services.sink.taking import Refusal
from mingjing.services.sink.writers import TopicWriter

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0

log = structlog.get_logger()


class Letters(Protocol):
    """Takes what could not be written."""

    def post(self, refusals: list[Refusal]) -> None:
        """Deliver a dead letter for each; return once all are acknowledged."""


class Pump:
    """Moves records from a source to a writer until it is told to stop."""

    def __init__(
        self, source: Source, writer: TopicWriter, letters: Letters, metrics: PumpMetrics, stopping: Callable[[], bool]
    ) -> None:
        self._source = source
        self._writer = writer
        self._letters = letters
        self._metrics = metrics
        self._stopping = stopping

    def run(self) -> None:
        """Pump until `stopping`; a batch not yet written then is left uncommitted."""
        while not self._stopping():
            records = self._source.gather()
            self._metrics.alive()
            if records and self._written(records):
                self._source.commit(records)
                self._metrics.lag.set(self._source.lag())

    def _written(self, records: list[Record]) -> bool:
        """Write `records`, however long it takes; False when told to stop before they were."""
        pause = _FIRST_PAUSE_S
        while not self._stopping():
            if self._source.changed_hands():
                self._writer.forget()
            try:
                self._write(records)
            except LedgerUnavailable as exc:
                self._metrics.away()
                log.warning("ledger away, batch held", records=len(records), again_in_s=pause, reason=str(exc))
                self._source.hold(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                return True
        return False

    def _write(self, records: list[Record]) -> None:
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
