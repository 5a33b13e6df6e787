"""From records to rows of one table; what does not fit is set aside with its reason."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.tables import Place, Row, Table
from mingjing.services.ledger.writing import write
from mingjing.services.sink.source import Record

T = TypeVar("T")


class Refusal(msgspec.Struct, frozen=True):
    """A record that can never be written, and why."""

    record: Record
    reason: str


class Taken(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A record and what it says."""

    record: Record
    said: T

    @property
    def place(self) -> Place:
        """Return where the record lies."""
        return Place(self.record.partition, self.record.offset, self.record.logged_ms)

    @property
    def body(self) -> str:
        """Return the record as it was sent; ValueError when it is not UTF-8 throughout."""
        return self.record.value.decode()


def decoded(records: Iterable[Record], decoder: msgspec.json.Decoder[T], refusals: list[Refusal]) -> list[Taken[T]]:
    """Return what each record says; those that say nothing we know go to `refusals`."""
    taken = []
    for record in records:
        try:
            taken.append(Taken(record, decoder.decode(record.value)))
        except (msgspec.DecodeError, ValueError) as exc:
            refusals.append(Refusal(record, str(exc)))
    return taken


def inserted(
    connection: Connection,
    table: Table,
    taken: Iterable[Taken[T]],
    row: Callable[[Taken[T]], Row],
    refusals: list[Refusal],
) -> list[Taken[T]]:
    """Write a row for each and return those that were written; the rest go to `refusals`."""
    fitting, rows = [], []
    for each in taken:
        try:
            rows.append(row(each))
        except ValueError as exc:
            refusals.append(Refusal(each.record, str(exc)))
        else:
            fitting.append(each)
    refused = {each.index: each.reason for each in write(connection, table, rows)}
    refusals += [Refusal(fitting[index].record, reason) for index, reason in refused.items()]
    return [each for index, each in enumerate(fitting) if index not in refused]
