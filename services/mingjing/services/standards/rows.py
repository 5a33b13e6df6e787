"""A row of an exchange table, as the events it stands for.

The same row gives the same events, with the same ids, however often it is sent; a row
that was changed at its source gives events of the same ids and later `recordedtime`,
of which the last stands, and takes back what it says no longer (see `saying`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mingjing.rules.events import VOIDED
from mingjing.services.standards.cells import read_cell
from mingjing.services.standards.codes import case_number_fault, handle_item_fault, item_fault, region_fault, uscc_fault
from mingjing.services.standards.saying import (
    NOTHING_SAID,
    Said,
    events_of,
    holds,
    no_longer_said,
    operation_of,
    recorded_of,
)
from mingjing.services.standards.standard import Column, ExchangeObject, Standard
from mingjing.streams.faults import EARLIEST, LATEST, unseen_in

Row = Mapping[str, Any]


class Remark(msgspec.Struct, frozen=True):
    """One thing about a cell: what is wrong, which value, how to mend it. A `refused` one costs the row.

    `kind` is the sentence without the value, by which many are counted; empty where the message names no value.
    """

    column: str
    value: str
    message: str
    refused: bool = True
    kind: str = ""


class Translated(msgspec.Struct, frozen=True):
    """What became of a row: CloudEvents as JSON-like dicts, in legal order, none if a remark refused it."""

    events: list[dict[str, Any]]
    remarks: list[Remark]

    @property
    def refused(self) -> bool:
        """Whether the row could not be used."""
        return any(each.refused for each in self.remarks)


def translate(
    standard: Standard,
    form: ExchangeObject,
    row: Row,
    source: str,
    said: Said = NOTHING_SAID,
    before: Row | None = None,
) -> Translated:
    """Return the events of one row; `source` is the CloudEvents source of the agency's system.

    Cells that are empty or blank are absent. Unknown columns are refused by name. Where it is known
    what the row was `before`, exactly what it says no longer is taken back.
    """
    remarks: list[Remark] = []
    read = _read(standard, form, row, said, remarks)
    operation = operation_of(form, read, said)
    recorded = recorded_of(form, read, said)
    if operation != "I" and recorded is None:
        column = form.columns[form.recorded].title if form.recorded else "数据时间"
        remarks.append(Remark(form.recorded or "", "", f"改过、删去的行须填{column}，否则分不清它与原来所报孰先孰后"))
    remarks += _year_remarks(form, row, read)
    remarks += _unseen_remarks(form, read)
    remarks += _code_remarks(form, read)
    if any(each.refused for each in remarks):
        return Translated([], remarks)
    earlier = []
    if before is not None and operation == "U":
        was = msgspec.structs.replace(said, operation=None, recorded=recorded)
        earlier = _said_before(standard, form, before, source, was)
    if earlier and recorded is not None:
        events = [each for each in events_of(standard, form, read, source, said) if each["type"] != VOIDED]
        events += no_longer_said(earlier, events, recorded)
    else:
        events = events_of(standard, form, read, source, said)
    if not events:
        times = "、".join(dict.fromkeys(form.columns[each.time].title for each in form.events))
        remarks.append(Remark(form.events[0].time, "", f"此行没有任何时间（{times}），看不出发生了什么"))
    return Translated(events, remarks)


def _said_before(
    standard: Standard, form: ExchangeObject, before: Row, source: str, said: Said
) -> list[dict[str, Any]]:
    """Return the events of the row as it was; none of one that could not be used."""
    remarks: list[Remark] = []
    read = _read(standard, form, before, said, remarks)
    if any(each.refused for each in remarks):
        return []
    return events_of(standard, form, read, source, said)


def _read(standard: Standard, form: ExchangeObject, row: Row, said: Said, remarks: list[Remark]) -> dict[str, Any]:
    """Return what the filled cells say by their columns, and add to the `remarks` what is wrong with others."""
    cells = {name: value for name, value in row.items() if value is not None and str(value).strip()}
    for name in [each for each, value in cells.items() if isinstance(value, dict | list)]:
        remarks.append(Remark(name, "", f"列 {name} 应为一个值，此处是 JSON 的对象或数组；请展开成单独的列"))
        del cells[name]
    remarks += [
        Remark(name, str(cells[name]), f"{form.title}没有列 {name}；列为：{'、'.join(form.columns)}")
        for name in cells
        if name not in form.columns
    ]
    deleted = said.operation == "D" or (form.void != {} and holds(form.void, cells))
    asked = {form.subject, *(() if said.row in cells else form.key)}
    return {
        name: value
        for name, column in form.columns.items()
        if (value := _cell(column, cells.get(name), standard, remarks, needed=not deleted or name in asked)) is not None
    }


def _cell(column: Column, cell: Any, standard: Standard, remarks: list[Remark], *, needed: bool) -> Any:
    """Return what a cell says, None of an empty one; of a deleted row only what tells it apart is `needed`."""
    if cell is None:
        if column.needed and needed:
            remarks.append(Remark(column.name, "", f"{column.title}不能为空"))
        return None
    try:
        value = read_cell(column, cell, standard)
    except ValueError as exc:
        remarks.append(Remark(column.name, str(cell), f"{column.title}：{exc}"))
        return None
    if column.codes and str(value) not in column.codes:
        known = "、".join(f"{code} {title}" for code, title in column.codes.items())
        remarks.append(Remark(column.name, str(cell), f"{column.title}的代码应为 {known}", refused=False))
    return value


def _year_remarks(form: ExchangeObject, row: Row, read: Row) -> list[Remark]:
    """Return what is wrong with the years of the times that events would have; other times may be whatever they are."""
    return [
        Remark(
            name,
            str(row[name]),
            f"{form.columns[name].title}为 {row[name]}；只接受 {EARLIEST.year} 年至 {LATEST.year - 1} 年，没有的请留空",
        )
        for name in dict.fromkeys((*(each.time for each in form.events), form.recorded))
        if name is not None and name in read and not EARLIEST <= read[name][0] < LATEST
    ]


def _unseen_remarks(form: ExchangeObject, read: Row) -> list[Remark]:
    """Return which cells that tell one case or row from another hold characters that are not seen."""
    named = {name: str(read[name]) for name in dict.fromkeys((form.subject, *form.key)) if name in read}
    return [
        Remark(name, text, f"{form.columns[name].title}为 {text!r}，含看不见的字符 {unseen}；请去掉")
        for name, text in named.items()
        if (unseen := unseen_in(text)) is not None
    ]


def _code_remarks(form: ExchangeObject, read: Row) -> list[Remark]:
    found = []
    number = str(read.get(form.subject, ""))
    if number and (fault := case_number_fault(number)):
        found.append(_doubt(form.columns[form.subject], number, fault))
    for name, column in form.columns.items():
        check = _CHECKS.get(column.check or column.becomes or "")
        if check and name in read and (fault := check(str(read[name]))):
            found.append(_doubt(column, str(read[name]), fault))
    return found


def _doubt(column: Column, value: str, fault: str) -> Remark:
    return Remark(column.name, value, fault, refused=False, kind=f"{column.title}（{column.name}）不合编码规则")


_CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "item": item_fault,
    "handle-item": handle_item_fault,
    "region": region_fault,
    "agency": uscc_fault,
}
