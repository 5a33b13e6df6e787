"""Events of a case as rows of an exchange standard: the way back.

What the standard has no column for is left out; reading the rows again gives the
events that it does have columns for, at the same instants.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from mingjing.services.standards.standard import Column, Emission, ExchangeObject, Standard

Cells = dict[str, str]


def rows_of(standard: Standard, events: Iterable[Mapping[str, Any]]) -> dict[str, list[Cells]]:
    """Return the rows of each object for the events of one case, given in legal order as CloudEvents.

    Cells are text; instants are told in the standard's zone to the second.
    """
    rows: dict[str, list[Cells]] = {name: [] for name in standard.objects}
    for event in events:
        for name, form in standard.objects.items():
            for cells in _cells(standard, form, event):
                _merge(rows[name], cells)
    return {name: found for name, found in rows.items() if found}


def _cells(standard: Standard, form: ExchangeObject, event: Mapping[str, Any]) -> Iterator[Cells]:
    for emission in form.events:
        if emission.type != event["type"]:
            continue
        cells = {form.subject: str(event["subject"]), emission.time: _told(standard, event["time"])}
        for column in form.columns.values():
            if column.becomes and event.get(column.becomes):
                cells[column.name] = str(event[column.becomes])
        data = event.get("data", {})
        for field, column_name in emission.data.items():
            if field in data and column_name != emission.time:
                cells[column_name] = _written(standard, form.columns[column_name], data[field])
        if _fits(emission, cells):
            yield cells
            return


def _fits(emission: Emission, cells: Cells) -> bool:
    """Whether the cells are such a row, after the code that says so is put where nothing else says it."""
    return all(cells.setdefault(column, values[0]) in values for column, values in emission.when.items())


def _written(standard: Standard, column: Column, value: Any) -> str:
    if column.type == "time" and isinstance(value, str) and "T" in value:
        return _told(standard, value)
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return next((code for code, meaning in column.codes.items() if meaning == text), text)


def _merge(rows: list[Cells], cells: Cells) -> None:
    """Add to the last row that has room for every cell, else begin a new one."""
    for row in reversed(rows):
        if all(row.get(name, value) == value for name, value in cells.items()) and cells.keys() - row.keys():
            row.update(cells)
            return
    rows.append(cells)


def _told(standard: Standard, time: str) -> str:
    return datetime.fromisoformat(time).astimezone(standard.zone).strftime("%Y-%m-%d %H:%M:%S")
