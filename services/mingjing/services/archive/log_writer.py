"""`tallies`, `card-actions` → log_records."""

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.instants import day_of
from mingjing.services.ledger.tables import Row, Table
from mingjing.services.sink.source import Record
from mingjing.services.sink.taking import Refusal, Taken, inserted

LOG_RECORDS = Table(
    "log_records", ("topic", "case_key", "topic_partition", "topic_offset", "logged_on", "logged_ms", "body")
)


class LogWriter:
    """Writes each record as it lies on its log, watermarks included; nothing succeeds anything."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(self, records: list[Record]) -> list[Refusal]:
        """See `sink.writers.TopicWriter`."""
        refusals: list[Refusal] = []
        inserted(self._connection, LOG_RECORDS, [Taken(each, None) for each in records], _row, refusals)
        return refusals

    def forget(self) -> None:
        """Nothing is remembered."""


def _row(taken: Taken[None]) -> Row:
    record = taken.record
    return (
        *(record.topic, (record.key or b"").decode(), record.partition, record.offset),
        *(day_of(record.logged_ms), record.logged_ms, taken.body),
    )
