"""How large a spreadsheet is in truth, told before it is opened.

The reader of spreadsheets lays a dense grid from the first cell to the last: two cells
at opposite corners, in a file of a thousand bytes, ask for seventeen billion. And what
a ZIP declares of its sizes may be false. So every part is unpacked once, piece by
piece, and every cell's place is looked at. What the reader would pass over in
silence is found on the way: errors such as #N/A, and formulas whose value the file lacks.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 200
"""How many times its packed size a spreadsheet may be; real ones stay below 30."""
MAX_ROWS = 200_000
MAX_GRID = 10_000_000
"""Cells from the first to the last, empty ones with them: some hundred MiB while the file is read."""
_PIECE = 1 << 20
_BROKEN = "文件已损坏，不是完整的 .xlsx；请重新另存后再传"
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")
_VALUES = frozenset({"v", "is", "f"})
_WORKBOOK = "xl/workbook.xml"
MAX_VALUELESS = 100_000
_SHOWN = 200

Valueless = Mapping[tuple[int, int], str]
"""By row and column, from 1: the error that a cell has in place of a value, or the formula that has none (`=…`)."""


class BoundsExceeded(ValueError):
    """The file is larger than is read, or not what it says; the text says how to mend it."""


def check_bounds(path: Path) -> Valueless:
    """Return what of the first sheet has no value, if the .xlsx is whole and small enough to be opened.

    Raises BoundsExceeded if it is not. Memory stays small.
    """
    read: dict[str, _Part] = {}
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            most = min(MAX_UNPACKED, MAX_RATIO * path.stat().st_size)
            _no_larger(sum(each.file_size for each in parts), most)
            names = {_named(each.filename) for each in parts}
            if _WORKBOOK not in names or "content.xml" in names:
                raise BoundsExceeded("文件不是 .xlsx；请另存为 .xlsx 或 CSV 后再传")
            unpacked = 0
            for each in parts:
                name = _named(each.filename)
                reader = read.setdefault(name, _Part()) if name.endswith((".xml", ".rels")) else None
                with packed.open(each) as content:
                    while piece := content.read(_PIECE):
                        unpacked += len(piece)
                        _no_larger(unpacked, most)
                        if reader is not None:
                            reader.read(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as exc:
        raise BoundsExceeded(_BROKEN) from exc
    return _valueless_of_first_sheet(read)


def _named(part: str) -> str:
    return part.lower().replace("\\", "/").lstrip("/")


def _valueless_of_first_sheet(read: Mapping[str, "_Part"]) -> Valueless:
    if not any(each.valueless for each in read.values()):
        return {}
    sheets, related = read[_WORKBOOK].sheets, read.get("xl/_rels/workbook.xml.rels")
    target = related.targets.get(sheets[0], "") if related and sheets else ""
    found = read.get(_named(target) if target.startswith("/") else _named(f"xl/{target}"))
    if found is None:
        raise BoundsExceeded(_BROKEN)
    return found.valueless


def _no_larger(unpacked: int, most: int) -> None:
    if unpacked > most:
        raise BoundsExceeded(
            f"文件解压后达 {unpacked // 1024 // 1024} MiB，超过上限；请删去多余的工作表与格式，或另存为 CSV"
        )


def _sheet_is_xml(relationship: dict[str, str]) -> None:
    """Raise BoundsExceeded for a sheet under a name by which its cells would not be looked at."""
    if relationship.get("Type", "").endswith("/worksheet") and not relationship.get("Target", "").endswith(".xml"):
        raise BoundsExceeded(_BROKEN)


class _Part:
    """Reads one XML part; of a sheet it follows how far its cells with values reach, and which lack one.

    `sheets` are the relations by which a workbook names its sheets, `targets` what relations lead to.
    """

    def __init__(self) -> None:
        self._parser = ParserCreate()
        self._parser.StartElementHandler = self._begins
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._row = self._column = self._rows = self._columns = 0
        self._kind, self._texts, self._inside = "", {"f": "", "v": ""}, ""
        self.valueless: dict[tuple[int, int], str] = {}
        self.sheets: list[str] = []
        self.targets: dict[str, str] = {}

    def read(self, piece: bytes) -> None:
        try:
            self._parser.Parse(piece)
        except BoundsExceeded:
            raise
        except (ExpatError, ValueError, LookupError) as exc:
            raise BoundsExceeded(_BROKEN) from exc

    def _doctype(self, *_: object) -> None:
        raise BoundsExceeded("文件含有 DTD 定义；请在表格软件中重新另存后再传")

    def _begins(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._cell(attributes.get("r"))
            self._kind = attributes.get("t", "")
            if self._kind == "e":
                self._follow()
        elif name in _VALUES:
            self._filled()
            if name == "f":
                self._follow()
            self._inside = name
        elif name == "row":
            told = attributes.get("r", "")
            self._row, self._column = int(told) if told.isdecimal() else self._row + 1, 0
        elif name == "sheet":
            self.sheets += [told for key, told in attributes.items() if key.rpartition(":")[2] == "id"]
        elif name == "Relationship":
            _sheet_is_xml(attributes)
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _follow(self) -> None:
        """Read the texts of this cell, too: few are errors or formulas, and the others are not worth the time."""
        self._texts = {"f": "", "v": ""}
        self._parser.EndElementHandler = self._ends
        self._parser.CharacterDataHandler = self._says

    def _says(self, text: str) -> None:
        if len(self._texts.get(self._inside, text)) < _SHOWN:
            self._texts[self._inside] += text

    def _ends(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in self._texts:
            self._inside = ""
        elif name == "c":
            self._parser.EndElementHandler = self._parser.CharacterDataHandler = None
            value = self._texts["v"].strip()[:_SHOWN]
            if self._kind == "e":
                self._lacks(value or "#N/A")
            elif not value and self._kind != "str":
                self._lacks(f"={self._texts['f'][:_SHOWN]}")

    def _lacks(self, shown: str) -> None:
        self.valueless[self._row, self._column] = shown
        if len(self.valueless) > MAX_VALUELESS:
            raise BoundsExceeded(f"没有值的公式、错误值（如 {shown}）超过 {MAX_VALUELESS} 个；请改正公式后再传")

    def _cell(self, place: str | None) -> None:
        if place is None:
            self._column += 1
            return
        found = _PLACE.fullmatch(place)
        if found is None:
            raise BoundsExceeded(f"单元格位置 {place[:20]!r} 无法识别；请在表格软件中重新另存后再传")
        self._column = 0
        for letter in found[1].upper():
            self._column = self._column * 26 + ord(letter) - 64
        self._row = int(found[2])

    def _filled(self) -> None:
        if self._row <= self._rows and self._column <= self._columns:
            return
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        if self._rows > MAX_ROWS:
            raise BoundsExceeded(f"表格达第 {self._rows} 行，上限 {MAX_ROWS} 行；请另存为 CSV，CSV 不限行数")
        if self._rows * self._columns > MAX_GRID:
            raise BoundsExceeded(
                f"表格达 {self._rows} 行 {self._columns} 列，超过 {MAX_GRID} 格；请删去多余的内容，或另存为 CSV"
            )
