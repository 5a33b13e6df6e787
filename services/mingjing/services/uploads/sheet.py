"""A table in a file, read within limits: its header, then its rows with their numbers.

CSV is streamed, whatever its size. XLSX must be unpacked to be read, so its
bounds are looked at first and a bomb is refused before it is opened.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import msgspec
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from mingjing.services.standards.cells import NoValue
from mingjing.services.uploads.xlsx_bounds import BoundsExceeded, Valueless, check_bounds

MAX_COLUMNS = 200
MAX_CELL = 32_767
"""Characters of one cell, as spreadsheets have it."""
_SNIFF = 64 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = (",", "\t", ";", "，")


class SheetRefused(ValueError):
    """The file cannot be read as a table; the text says why and how to mend it."""


class Line(msgspec.Struct, frozen=True):
    """A row as it stands in the file; `number` is what a spreadsheet shows beside it (the header is 1)."""

    number: int
    cells: tuple[Any, ...]


class Sheet(msgspec.Struct, frozen=True):
    """A table: the header's cells and where the rows come from. `encoding` is None for a spreadsheet."""

    header: tuple[str, ...]
    lines: Iterator[Line]
    encoding: str | None


def open_sheet(path: Path) -> Sheet:
    """Return the first table of the file; rows without any filled cell are passed over.

    The kind is told by the content, not by the name. Raises SheetRefused at once for
    a file that is no table, and while reading for a row that breaks the limits.
    """
    with path.open("rb") as file:
        begins = file.read(8)
    if begins.startswith(b"PK\x03\x04"):
        return _spreadsheet(path)
    if begins.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRefused("这是旧版 .xls 文件；请另存为 .xlsx 或 CSV 后再传")
    return _csv(path)


def _csv(path: Path) -> Sheet:
    encoding = _encoding(path)
    rows = _csv_rows(path, encoding)
    header = _header(next(rows, []))
    return Sheet(header, _lines(rows, len(header)), encoding)


def _encoding(path: Path) -> str:
    """Return the first encoding in which the whole file reads; the file is read through once for it."""
    for encoding in _ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    if b"\0" in piece:
                        raise SheetRefused("文件不是文本（含有零字节）；请存为 UTF-8 或 GB18030 的 CSV，或 .xlsx")
                    decoder.decode(piece)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetRefused("文件既不是 UTF-8 也不是 GB18030 编码；请在 Excel 中另存为“CSV UTF-8（逗号分隔）”")


def _csv_rows(path: Path, encoding: str) -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        first = file.read(_SNIFF).partition("\n")[0]
        file.seek(0)
        delimiter = max(_DELIMITERS, key=first.count)
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        begun = 1
        try:
            for cells in rows:
                yield cells
                begun = rows.line_num + 1
        except csv.Error as exc:
            where = f"文本第{begun}行起的一行"
            raise SheetRefused(f"CSV 引号不成对或分隔有误（{where}：{exc}）；请检查这一行的引号后重传") from exc


def _spreadsheet(path: Path) -> Sheet:
    try:
        valueless = check_bounds(path)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        sheet = workbook.get_sheet_by_index(0)
    except BoundsExceeded as exc:
        raise SheetRefused(str(exc)) from exc
    except (CalamineError, IndexError, ValueError) as exc:
        raise SheetRefused(f"不是可读的 .xlsx 文件（{exc}）；请重新另存后再传") from exc
    rows = _shown(sheet, valueless)
    header = _header(next(rows, []))
    return Sheet(header, _lines(rows, len(header)), None)


def _shown(sheet: CalamineSheet, valueless: Valueless) -> Iterator[Sequence[Any]]:
    """Yield the rows, with what stands in the cells that have no value: the reader takes them for empty ones."""
    if not valueless:
        yield from sheet.iter_rows()
        return
    first = sheet.start[1] + 1 if sheet.start else 1
    at: dict[int, dict[int, NoValue]] = {}
    for (row, column), shown in valueless.items():
        at.setdefault(row, {})[column - first] = NoValue(shown)
    end = sheet.end[0] + 1 if sheet.end else 0
    for number, cells in enumerate(chain(sheet.iter_rows(), repeat((), max(at) - end)), 1):
        yield _laid_over(cells, at[number]) if number in at else cells


def _laid_over(cells: Sequence[Any], shown: Mapping[int, NoValue]) -> Sequence[Any]:
    laid = [*cells, *[""] * (max(shown) + 1 - len(cells))]
    for place, what in shown.items():
        if place >= 0:
            laid[place] = what
    return laid


def _header(cells: Sequence[Any]) -> tuple[str, ...]:
    header = [str(cell).strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise SheetRefused("第1行应为列名，此处为空；请按模板填写")
    if len(header) > MAX_COLUMNS:
        raise SheetRefused(f"表格有 {len(header)} 列，上限 {MAX_COLUMNS} 列；请按模板填写")
    twice = sorted({each for each in header if not each or header.count(each) > 1})
    if twice:
        raise SheetRefused(f"第1行的列名重复或空缺：{'、'.join(each or '（空）' for each in twice)}")
    return tuple(header)


def _lines(rows: Iterator[Sequence[Any]], width: int) -> Iterator[Line]:
    for number, cells in enumerate(rows, 2):
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        if any(str(cell).strip() for cell in cells[width:]):
            raise SheetRefused(f"第{number}行的单元格多于列名（{width}列）；请检查是否有未加引号的逗号")
        long = next((place for place, cell in enumerate(cells) if len(str(cell)) > MAX_CELL), None)
        if long is not None:
            raise SheetRefused(f"第{number}行第{long + 1}列超过 {MAX_CELL} 字；请缩短")
        yield Line(number, tuple(cells[:width]))
