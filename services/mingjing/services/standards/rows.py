"""A row of an exchange table, as the events it stands for.

The same row gives the same events, with the same ids, however often it is sent; a row
that was changed at its source gives events of the same ids and later `recordedtime`,
of which the last stands.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from mingjing.rules.events import VOIDED
from mingjing.services.standards.codes import (
    case_number_fault,
    handle_item_fault,
    item_fault,
    region_fault,
    region_of,
    uscc_fault,
)
from mingjing.services.standards.standard import Column, Emission, ExchangeObject, Standard
from mingjing.services.standards.written_time import read_time

Row = Mapping[str, Any]
MOST_INTEGER = 2**63 - 1
"""What the columns of the archive hold, and JSON elsewhere."""
_MOST_SHOWN = 40
"""Characters of a cell that a sentence repeats."""


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


def translate(standard: Standard, form: ExchangeObject, row: Row, source: str) -> Translated:
    """Return the events of one row; `source` is the CloudEvents source of the agency's system.

    Cells that are empty or blank are absent. Unknown columns are refused by name.
    """
    remarks: list[Remark] = []
    cells = {name: value for name, value in row.items() if value is not None and str(value).strip()}
    for name in [each for each, value in cells.items() if isinstance(value, dict | list)]:
        remarks.append(Remark(name, "", f"列 {name} 应为一个值，此处是 JSON 的对象或数组；请展开成单独的列"))
        del cells[name]
    remarks += [
        Remark(name, str(cells[name]), f"{form.title}没有列 {name}；列为：{'、'.join(form.columns)}")
        for name in cells
        if name not in form.columns
    ]
    read = {
        name: value
        for name, column in form.columns.items()
        if (value := _cell(column, cells.get(name), standard, remarks)) is not None
    }
    remarks += _code_remarks(form, read)
    if any(each.refused for each in remarks):
        return Translated([], remarks)
    events = [
        _event(standard, form, emission, read, source, place)
        for place, emission in enumerate(form.events)
        if emission.time in read and _holds(emission.when, read)
    ]
    if not events:
        times = "、".join(dict.fromkeys(form.columns[each.time].title for each in form.events))
        remarks.append(Remark(form.events[0].time, "", f"此行没有任何时间（{times}），看不出发生了什么"))
    return Translated(sorted(events, key=_order), remarks)


def _order(event: dict[str, Any]) -> tuple[datetime, int]:
    return (datetime.fromisoformat(event["time"]), event["sequence"])


def _holds(conditions: Mapping[str, tuple[str, ...]], read: Row) -> bool:
    return all(str(read.get(column, "")) in values for column, values in conditions.items())


def _cell(column: Column, cell: Any, standard: Standard, remarks: list[Remark]) -> Any:
    if cell is None:
        if column.needed:
            remarks.append(Remark(column.name, "", f"{column.title}不能为空"))
        return None
    try:
        value = _READ[column.type](cell, standard)
    except ValueError as exc:
        remarks.append(Remark(column.name, str(cell), f"{column.title}：{exc}"))
        return None
    if column.codes and str(value) not in column.codes:
        known = "、".join(f"{code} {title}" for code, title in column.codes.items())
        remarks.append(Remark(column.name, str(cell), f"{column.title}的代码应为 {known}", refused=False))
    return value


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


def _event(
    standard: Standard, form: ExchangeObject, emission: Emission, read: Row, source: str, place: int
) -> dict[str, Any]:
    told = "/".join(str(_told(form.columns[each], read[each])) for each in (form.subject, *form.key) if each in read)
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{form.name}/{told}/{emission.type}",
        "source": source,
        "type": emission.type,
        "subject": str(read[form.subject]),
        "time": read[emission.time][0].isoformat(),
        "sequence": list(standard.objects).index(form.name) * 100 + place,
    }
    if form.recorded and form.recorded in read:
        event["recordedtime"] = read[form.recorded][0].isoformat()
    if form.void and _holds(form.void, read):
        return {**event, "id": f"{event['id']}/voided", "type": VOIDED, "corrects": event["id"]}
    for name, column in form.columns.items():
        if column.becomes and column.becomes != "agency" and name in read:
            event[column.becomes] = region_of(str(read[name])) if column.becomes == "region" else str(read[name])
    data = {
        field: _told(form.columns[column], read[column]) for field, column in emission.data.items() if column in read
    }
    return {**event, "data": data} if data else event


def _told(column: Column, value: Any) -> Any:
    if column.type == "time":
        moment, date_only = value
        return moment.date().isoformat() if date_only else moment.isoformat()
    return column.codes.get(str(value), value) if column.codes else value


def _integer(cell: Any, _: Standard) -> int:
    text = str(cell).strip()
    try:
        number = int(text)
    except ValueError:
        number = _whole(text)
    if abs(number) > MOST_INTEGER:
        raise ValueError(f"{_clipped(text)} 超过 64 位整数；请核对，编号一类请用文本列")
    return number


def _whole(text: str) -> int:
    """Return the integer that is written as a number with a point or an exponent, as spreadsheets do."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not number.is_integer():
        raise ValueError(f"{_clipped(text)} 不是整数")
    return int(number)


def _number(cell: Any, _: Standard) -> float:
    text = str(cell).strip()
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{_clipped(text)} 不是数字")
    return number


def _clipped(text: str) -> str:
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")


def _flag(cell: Any, _: Standard) -> bool:
    words = {"1": True, "是": True, "Y": True, "TRUE": True, "0": False, "否": False, "N": False, "FALSE": False}
    word = str(cell).strip().upper()
    if word not in words:
        raise ValueError(f"{cell!r} 应为 1/0、是/否 或 Y/N")
    return words[word]


_READ: dict[str, Callable[[Any, Standard], Any]] = {
    "text": lambda cell, _: str(cell).strip(),
    "integer": _integer,
    "number": _number,
    "flag": _flag,
    "time": lambda cell, standard: read_time(cell, standard.zone),
}
