"""The rows that could not be used, given back as a spreadsheet: mend them there and upload the file again."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter

from mingjing.services.standards.rows import Remark
from mingjing.services.uploads.sheet import Line

NOTES = ("行号", "列", "原值", "原因与改法")


def without_notes(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return a header without what a sheet of returned rows adds: mended there, they are read as the file they were."""
    return header[: -len(NOTES)] if header[-len(NOTES) :] == NOTES else header


class ErrorSheet:
    """Writes row after row in constant memory. Every cell is text, so none can be a formula."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.count = 0
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
        self._sheet = self._book.add_worksheet("退回的行")
        self._wrong = self._book.add_format({"bg_color": "#fbe3e1", "font_color": "#8a1c14"})
        self._note = self._book.add_format({"text_wrap": True, "font_color": "#8a1c14", "valign": "top"})
        self._header = tuple(header)
        bold = self._book.add_format({"bold": True, "bottom": 1})
        for place, title in enumerate((*self._header, *NOTES)):
            self._sheet.write_string(0, place, title, bold)
        self._sheet.set_column(0, len(self._header) - 1, 16)
        self._sheet.set_column(len(self._header), len(self._header) + 2, 12)
        self._sheet.set_column(len(self._header) + 3, len(self._header) + 3, 60)
        self._sheet.freeze_panes(1, 0)

    def add(self, line: Line, remarks: Sequence[Remark], columns: Sequence[str]) -> None:
        """Write a row as it came, its wrong cells marked, and what is wrong with each; `columns` are the standard's."""
        self.count += 1
        wrong = {remark.column for remark in remarks}
        for place, (cell, column) in enumerate(zip(line.cells, columns, strict=False)):
            self._sheet.write_string(self.count, place, _text(cell), self._wrong if column in wrong else None)
        notes = (
            str(line.number),
            "\n".join(each.column for each in remarks),
            "\n".join(each.value for each in remarks),
            "\n".join(each.message for each in remarks),
        )
        for place, note in enumerate(notes, len(self._header)):
            self._sheet.write_string(self.count, place, note[:32_767], self._note)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)
