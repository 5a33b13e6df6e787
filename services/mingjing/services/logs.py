"""Event logs of any origin as facts, by a mapping that says which column is what."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mingjing.rules.events import Fact
from mingjing.rules.yaml_page import nearest
from mingjing.services.log_cells import Cells
from mingjing.services.log_instants import instant_of, iso_of
from mingjing.services.log_mapping import LogMapping
from mingjing.services.log_numbers import number_of
from mingjing.services.log_rows import JSON, LogRefused, kind_of, rows

OTHER_DELIMITERS = {";": "';'", "\t": '"\\t"', "|": "'|'"}
"""What may stand between the cells of a table but a comma, as a mapping writes it."""

SPARSE = JSON | {"xes"}
"""Logs whose events have only the attributes that they state; in a table every row has every column."""


def read_log(path: Path, mapping: LogMapping) -> Iterator[tuple[str, Fact]]:
    """Yield (case, fact) for each row in the order of the file, or for each event that a row tells of.

    Of the events of a whole case those happened whose cells are filled. An empty cell is absent;
    a row that `where` leaves out may lack a case, an event or a time. Where the mapping gives no id,
    the row's number is the id and the file's name the source; a row without order takes its place in
    the file.
    Raises LogRefused naming the row and column of the first value that cannot be read, a
    column of the mapping that no row has, and a log without a row.
    """
    named, kept, parts = mapping.named, mapping.data, mapping.parts
    cells = Cells(mapping.case_data)
    unseen = named.union(kept or (), mapping.dates, mapping.numbers)
    number = 0
    row: dict[str, Any] = {}
    for number, row in enumerate(rows(path, mapping.delimiter, mapping.encoding), start=1):
        if unseen:
            unseen = unseen.difference(row)
            if unseen and kind_of(path) not in SPARSE:
                raise _no_column(f"{path.name} row {number}", unseen, row)
        for part in _happened(path, number, row, parts) if mapping.events else parts:
            fact = _wanted(path, number, row, part, cells)
            if fact is not None:
                if kept is not None:
                    fact.data = {name: value for name, value in fact.data.items() if name in named or name in kept}
                yield str(row[mapping.case]), fact
    if not number:
        raise LogRefused(f"{path.name}: there is no event in it")
    if unseen:
        raise _no_column(f"{path.name} row 1 to {number}", unseen, row)


def _happened(path: Path, number: int, row: Mapping[str, Any], parts: Sequence[LogMapping]) -> list[LogMapping]:
    """Return those of the events that a row may tell of which happened; LogRefused where none did that is wanted."""
    found = [part for part in parts if row.get(part.time) not in (None, "")]
    if not found and not _left_out(row, parts[0], (dict(row), {})):
        columns = ", ".join(repr(part.time) for part in parts)
        raise LogRefused(
            f"{path.name} row {number}: none of columns {columns} says when anything happened; fill one, or leave "
            f"such rows out by where: 'has(data.{parts[0].time})'"
        )
    return found


def _wanted(path: Path, number: int, row: dict[str, Any], mapping: LogMapping, cells: Cells) -> Fact | None:
    """Return the fact of a row, None for one that the mapping leaves out; LogRefused for one nobody can read."""
    try:
        for column in (mapping.case, mapping.event, mapping.time):
            if row.get(column) in (None, ""):
                raise _no_cell(path, number, column, row, mapping)
        fact = _fact(path, number, row, mapping, cells.of(str(row[mapping.case]), _read(path, number, row, mapping)))
    except LogRefused:
        if _left_out(row, mapping, cells.of(str(row.get(mapping.case)), row)):
            return None
        raise
    return fact if mapping.where is None or mapping.where.holds(fact) else None


def _left_out(row: Mapping[str, Any], mapping: LogMapping, cells: tuple[dict[str, Any], dict[str, Any]]) -> bool:
    """Whether a row that nobody can read is none of those that are wanted, whatever its instant."""
    if mapping.where is None or not mapping.timeless:
        return False
    event = mapping.told or str(row.get(mapping.event) or "")
    return not mapping.where.holds(Fact(id="", source="", type=event, at=0, stamp=0, data=cells[0], case_data=cells[1]))


def _no_cell(path: Path, number: int, column: str, row: Mapping[str, Any], mapping: LogMapping) -> LogRefused:
    """Return why a row without one of the cells that it needs is refused, and how such rows are left out."""
    place, prefix = f"{path.name} row {number}", mapping.case_data
    empty = f"{place}: column {column!r} is empty" if column in row else str(_no_column(place, {column}, row))
    if column not in row and kind_of(path) not in SPARSE:
        return LogRefused(empty)
    room, name = ("case", column.removeprefix(prefix)) if prefix and column.startswith(prefix) else ("data", column)
    said = f"{room}.{name}" if name.isidentifier() else f'{room}["{name}"]'
    return LogRefused(f"{empty}; rows without it are left out by where: 'has({said})'")


def _no_column(place: str, unseen: Collection[str], row: Mapping[str, Any]) -> LogRefused:
    column = min(unseen)
    told = f"{place}: there is no column {column!r}{nearest(column, row)}; columns are {', '.join(row)}"
    between = next((each for each in OTHER_DELIMITERS if len(row) == 1 and each in next(iter(row))), None)
    return LogRefused(
        told
        if between is None
        else f"{told}; say in the mapping what is between: delimiter: {OTHER_DELIMITERS[between]}"
    )


def _fact(
    path: Path, number: int, row: dict[str, Any], mapping: LogMapping, cells: tuple[dict[str, Any], dict[str, Any]]
) -> Fact:
    at = _instant(path, number, mapping.time, row, mapping)
    stated = ((name, row.get(column)) for name, column in mapping.columns.items())
    envelope = {name: str(value) for name, value in stated if value not in (None, "")}
    times = {
        name: _instant(path, number, mapping.columns[name], row, mapping)
        for name in ("recorded", "ingested")
        if envelope.pop(name, None)
    }
    return Fact(
        id=envelope.pop("id", str(number)) + (f"/{mapping.told}" if mapping.told else ""),
        source=envelope.pop("source", path.name),
        type=mapping.told or str(row[mapping.event]),
        at=at,
        stamp=times.get("ingested", at),
        recorded_at=times.get("recorded"),
        sequence=_order(path, number, row, mapping) * (len(mapping.events) or 1) + mapping.place,
        data=cells[0],
        case_data=cells[1],
        **envelope,
    )


def _order(path: Path, number: int, row: dict[str, Any], mapping: LogMapping) -> int:
    if mapping.order is None:
        return number
    written = row.get(mapping.order)
    try:
        return int(written)  # type: ignore[arg-type]  # anything else is told below
    except (TypeError, ValueError):
        pass
    try:
        order = float(written)  # type: ignore[arg-type]  # as above
        if order.is_integer():
            return int(order)
    except (TypeError, ValueError, OverflowError):
        pass
    raise LogRefused(f"{path.name} row {number}: column {mapping.order!r} = {written!r} is not a whole number")


def _instant(path: Path, number: int, column: str, row: dict[str, Any], mapping: LogMapping) -> int:
    with _at(path, number, column):
        return instant_of(str(row[column]), mapping.time_format, mapping.zone)


def _read(path: Path, number: int, row: Mapping[str, Any], mapping: LogMapping) -> Mapping[str, Any]:
    """Return the row with its further dates as ISO, and its numbers as numbers."""
    if not (mapping.dates or mapping.numbers):
        return row
    found = dict(row)
    for column in mapping.dates:
        if row.get(column) not in (None, ""):
            with _at(path, number, column):
                found[column] = iso_of(str(row[column]), mapping.time_format, mapping.zone)
    for column in mapping.numbers:
        if isinstance(cell := row.get(column), str) and cell:
            with _at(path, number, column):
                found[column] = number_of(cell, mapping.decimal)
    return found


@contextmanager
def _at(path: Path, number: int, column: str) -> Iterator[None]:
    """Name the place of what nobody can read."""
    try:
        yield
    except ValueError as exc:
        raise LogRefused(f"{path.name} row {number}: column {column!r}: {exc}") from exc
