"""What a workbook's formulas come to, computed from its cells alone, as a spreadsheet program would.

Knows the functions that our workbooks use, and no other: an unknown one raises NameError.
"""

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from math import nan
from typing import Any

import openpyxl

_REFERENCE = re.compile(
    r"(?P<text>\"[^\"]*\")"
    r"|(?:(?P<sheet>[^\W\d]\w*)!)?\$?(?P<first>[A-Z]{1,2})\$?(?P<top>\d+)(?::\$?(?P<last>[A-Z]{1,2})\$?(?P<bottom>\d+))?"
    r"|(?P<differs><>)|(?P<at>[<>]=)|(?P<same>=)"
)


class Number(float):
    """A number by which one may divide: by zero it is no number, which IF then leaves out."""

    def __truediv__(self, other: float) -> float:
        return float(self) / other if other else nan


class Text(str):
    """A text that may stand where a number is wanted: what comes of it is no number, which IF then leaves out."""

    __slots__ = ()

    def __sub__(self, _: object) -> float:
        return nan

    def __ge__(self, other: object) -> bool:
        return not isinstance(other, str) or str.__ge__(self, other)  # a text is greater than any number


def computed(book: openpyxl.Workbook) -> dict[tuple[str, str], Any]:
    """Return the value of every formula of the workbook, by sheet and place."""
    found: dict[tuple[str, str], Any] = {}

    def value(sheet: str, place: str) -> Any:
        held = book[sheet][place].value
        if book[sheet][place].data_type != "f":
            return Number(held) if isinstance(held, int | float) else Text("" if held is None else held)
        if (sheet, place) not in found:
            made = eval(_python(str(held)[1:], sheet), {"__builtins__": {}}, names(value))  # noqa: S307  # our own formulas
            found[sheet, place] = Number(made) if isinstance(made, int | float) else Text(made)
        return found[sheet, place]

    for sheet in book.sheetnames:
        for row in book[sheet].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    value(sheet, cell.coordinate)
    return found


def names(value: Callable[[str, str], Any]) -> dict[str, Any]:
    """Return what formulas may call; `value` is that of a cell."""

    def column(sheet: str, first: str, top: int, last: str, bottom: int) -> list[Any]:
        assert first == last, "our ranges are columns"
        return [value(sheet, f"{first}{row}") for row in range(top, bottom + 1)]

    def met(cell: Any, wanted: Any) -> bool:
        if isinstance(wanted, str) and wanted.startswith(">"):
            return isinstance(cell, float) and cell > float(wanted[1:])
        return bool(cell == wanted)

    def sumifs(total: list[Any], *conditions: Any) -> float:
        pairs = list(zip(conditions[::2], conditions[1::2], strict=True))
        rows = range(len(total))
        return sum(total[row] for row in rows if all(met(cells[row], wanted) for cells, wanted in pairs))

    return {
        "V": value,
        "R": column,
        "SUM": lambda cells: sum(_numbers(cells)),
        "SUMIFS": sumifs,
        "IF": lambda condition, yes, no: yes if condition else no,
        "OR": lambda *conditions: any(conditions),
        "N": lambda cell: cell if isinstance(cell, float) else Number(0),
        "MAX": max,
        "HYPERLINK": lambda _, said: said,
        "ROUND": lambda number, places: float(
            Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        ),
    }


def _numbers(cells: list[Any]) -> Iterator[float]:
    return (cell for cell in cells if isinstance(cell, float))


def _python(formula: str, sheet: str) -> str:
    def written(found: re.Match[str]) -> str:
        if found["text"] or found["at"]:
            return found[0]
        if found["differs"]:
            return "!="
        if found["same"]:
            return "=="
        of = found["sheet"] or sheet
        if found["last"]:
            return f"R({of!r},{found['first']!r},{found['top']},{found['last']!r},{found['bottom']})"
        return f"V({of!r},{found['first'] + found['top']!r})"

    return _REFERENCE.sub(written, formula)
