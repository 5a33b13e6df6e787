"""Blocks of columns in Native format: number of columns and rows, then each name, type and values."""

from collections.abc import Sequence
from typing import NamedTuple

from mingjing.services.stack.trial_store import wire
from mingjing.services.stack.trial_store.layout import Unmeasured, skip_column

_BARE = "DateTime"


class Column(NamedTuple):
    """A column's name and type."""

    name: str
    kind: str


def is_zoned(column: Column) -> bool:
    """Return whether the engine will leave the column's time zone out of its blocks."""
    return column.kind.startswith(_BARE + "(")


def without_rows(columns: Sequence[Column]) -> bytes:
    """Return the block that says only what columns there are."""
    head = wire.varint(len(columns)) + wire.varint(0)
    return head + b"".join(wire.text(column.name) + wire.text(column.kind) for column in columns)


def read_block(reader: wire.Reader) -> tuple[int, int, bytes]:
    """Read a client's block and return its columns' number, its rows' number and its bytes.

    Unmeasured is raised for a type whose end cannot be found; the stream is lost then.
    """
    reader.mark()
    columns, rows = reader.varint(), reader.varint()
    for _ in range(columns):
        reader.skip(reader.varint())
        skip_column(reader, reader.text(), rows)
    return columns, rows, reader.since_mark()


def with_zones(block: bytes, columns: Sequence[Column]) -> bytes:
    """Return a block of the engine with the time zones its columns have.

    A block of a type whose layout is not known is returned as it is.
    """
    reader = wire.Reader.over(block)
    parts, copied = [], 0
    reader.varint()  # columns
    rows = reader.varint()
    try:
        for column in columns:
            reader.skip(reader.varint())  # name
            begin = reader.at
            kind = reader.text()
            if kind == _BARE and is_zoned(column):
                parts += [block[copied:begin], wire.text(column.kind)]
                copied = reader.at
            skip_column(reader, kind, rows)
    except Unmeasured:
        return block
    return b"".join([*parts, block[copied:]])
