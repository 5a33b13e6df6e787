"""A cell of an exchange table as its column has it, read from whatever was written there."""

import math
from collections.abc import Callable
from typing import Any

from mingjing.services.standards.standard import Column, Standard
from mingjing.services.standards.written_time import read_time

MOST_INTEGER = 2**63 - 1
"""What the columns of the archive hold, and JSON elsewhere."""
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"))
_MOST_SHOWN = 40
"""Characters of a cell that a sentence repeats."""


class NoValue(str):
    """What stands in a cell of a spreadsheet that has no value: an error, or a formula that nobody computed."""

    __slots__ = ()


def read_cell(column: Column, cell: Any, standard: Standard) -> Any:
    """Return what the cell says; of a time the instant, and whether it is a date only. Raises ValueError saying why.

    What a spreadsheet shows where a formula failed says nothing, in whatever column.
    """
    fault = _lacking(cell) if isinstance(cell, str) else None
    if fault is not None:
        raise ValueError(fault)
    return _READ[column.type](cell, standard)


def _lacking(cell: str) -> str | None:
    """Return why a text is no value of a cell, or None."""
    text = cell.strip()
    if text in _ERRORS:
        return f"{text} 是表格公式的错误值；请改正公式，或填入值（没有的留空）"
    if isinstance(cell, NoValue):
        return f"{_clipped(text)} 是公式，文件里没有它的值；请在表格软件中打开并保存，或粘贴为值"
    return None


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
