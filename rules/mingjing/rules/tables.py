"""Tables: what rules look up, such as tariffs, discretion bands, rosters and posts.

A row holds from `valid_from` to `valid_to`, both days included; without them
it has always held and holds until further notice.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import msgspec

from mingjing.rules.yaml_page import Node, YamlPage, nearest

COLUMN_TYPES = ("text", "number", "date", "flag", "texts")
VALIDITY = ("valid_from", "valid_to")
MOST_ROWS = 20_000
"""Rows one table may have; more than this is a register, which belongs in a system of its own."""


class Column(msgspec.Struct, frozen=True):
    """One column: its Chinese title and its type, one of COLUMN_TYPES."""

    title: str
    type: str


class Row(msgspec.Struct, frozen=True):
    """One row: its cells by column, and the first and last day (ordinals) on which it holds."""

    cells: Mapping[str, Any]
    first: int
    last: int


class Table:
    """A named list of rows; immutable. Cells left empty are absent, numbers are exact decimals."""

    def __init__(self, name: str, title: str, version: str, columns: Mapping[str, Column], rows: list[Row]) -> None:
        self.name = name
        self.title = title
        self.version = version
        self.columns = columns
        self.rows = tuple(rows)
        turns = {row.first for row in rows} | {row.last + 1 for row in rows}
        self._turns = sorted(turns)
        self._in_force = lru_cache(maxsize=64)(self._between_turns)

    def in_force(self, day: int) -> list[Mapping[str, Any]]:
        """Return the rows that hold on a day (an ordinal), in the order of the file; not to be changed."""
        return self._in_force(self.turn(day))

    def turn(self, day: int) -> int:
        """Return which stretch of days this is, by its number: within one the same rows hold."""
        return bisect_right(self._turns, day)

    def _between_turns(self, turn: int) -> list[Mapping[str, Any]]:
        if turn == 0:
            return []
        day = self._turns[turn - 1]
        return [row.cells for row in self.rows if row.first <= day <= row.last]

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def parse_table(text: str, file: str) -> Table:
    """Return the table a YAML text states; PackRefused with every fault, each at its place."""
    page = YamlPage(text, file)
    page.refuse()
    top = page.mapping(
        page.root,
        ("table", "title", "version", "basis", "note", "columns", "key", "rows"),
        ("table", "title", "version", "columns", "rows"),
    )
    columns = {name: _column(page, node) for name, node in page.entries(top.get("columns")).items()}
    for name in VALIDITY:
        if name in columns:
            page.fault(top["columns"], f"column {name!r} is there in every table; leave it out of `columns`")
    key = page.texts(top.get("key"))
    for name, node in zip(key, page.items(top.get("key")), strict=True):
        if name not in columns:
            page.fault(node, f"{name!r} is not a column{nearest(name, columns)}")
    nodes = page.items(top.get("rows"))
    if len(nodes) > MOST_ROWS:
        page.fault(top["rows"], f"a table has at most {MOST_ROWS} rows; this one has {len(nodes)}")
    rows = [_row(page, node, columns) for node in nodes]
    _refuse_doubles(page, key, rows, nodes)
    page.refuse()
    return Table(page.text(top["table"]), page.text(top["title"]), page.text(top["version"]), columns, rows)


def _column(page: YamlPage, node: Node) -> Column:
    found = page.mapping(node, ("title", "type"), ("title", "type"))
    return Column(page.text(found.get("title")), page.word(found.get("type"), COLUMN_TYPES, "text"))


def _row(page: YamlPage, node: Node, columns: Mapping[str, Column]) -> Row:
    found = page.mapping(node, (*columns, *VALIDITY))
    cells = {name: _cell(page, found[name], columns[name].type) for name in columns if name in found}
    first, last = (page.date(found.get(name)) for name in VALIDITY)
    if first is not None and last is not None and last < first:
        page.fault(found["valid_to"], f"valid_to {last} lies before valid_from {first}")
    cells |= {name: day and day.isoformat() for name, day in zip(VALIDITY, (first, last), strict=True)}
    return Row(
        {name: value for name, value in cells.items() if value not in (None, "", [])},
        (first or date.min).toordinal(),
        (last or date.max).toordinal(),
    )


def _cell(page: YamlPage, node: Node, kind: str) -> Any:
    if kind == "texts":
        return page.texts(node)
    text = page.text(node)
    if kind == "flag":
        return page.flag(node, default=False)
    if kind == "date" and text:
        day = page.date(node)
        return day and day.isoformat()
    return _number(page, node, text) if kind == "number" and text else text


def _number(page: YamlPage, node: Node, text: str) -> int | Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        page.fault(node, f"{text!r} is not a number")
        return None
    return int(found) if found == found.to_integral_value() else found


def _refuse_doubles(page: YamlPage, key: list[str], rows: list[Row], nodes: list[Node]) -> None:
    """Refuse two rows of one key that hold on one day: a lookup would have two answers."""
    if not key:
        return
    seen: dict[str, list[tuple[Row, Node]]] = {}
    for row, node in zip(rows, nodes, strict=True):
        name = "、".join(str(row.cells.get(each, "")) for each in key)
        for other, place in seen.get(name, ()):
            if row.first <= other.last and other.first <= row.last:
                page.fault(
                    node, f"{'、'.join(key)} {name} holds already on these days: line {place.start_mark.line + 1}"
                )
                break
        seen.setdefault(name, []).append((row, node))
