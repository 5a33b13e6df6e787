"""The blank form of an object: a spreadsheet with the columns, what each means, and lists to choose codes from."""

from io import BytesIO

import xlsxwriter

from mingjing.services.standards.standard import Column, ExchangeObject, Standard

_HINTS = {"time": "2026-03-06 10:00:00", "integer": "整数", "number": "数字", "flag": "是 或 否", "text": "文本"}
_ROWS = 10_000
"""Rows below the header in which codes can be chosen from a list."""


def blank_form(standard: Standard, form: ExchangeObject) -> bytes:
    """Return the form as .xlsx: the sheet to fill in, and one that explains each column."""
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        needed = book.add_format({"bold": True, "bottom": 1, "font_color": "#b3201b"})
        plain = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(form.title[:31])
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(form.columns.values()):
            sheet.set_column(place, place, 20, text)
            sheet.write_string(0, place, column.title, needed if column.needed else plain)
            sheet.write_comment(0, place, _hint(column))
            if column.codes:
                sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": list(column.codes)})
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 2, 22)
        notes.set_column(3, 3, 70)
        for place, title in enumerate(("列", "标准列名", "必填", "怎样填")):
            notes.write_string(0, place, title, plain)
        for row, column in enumerate(form.columns.values(), 1):
            told = (column.title, column.name, "是" if column.needed else "", _hint(column))
            for place, each in enumerate(told):
                notes.write_string(row, place, each)
        notes.write_string(len(form.columns) + 2, 0, f"{standard.title} · {form.name}")
    return packed.getvalue()


def _hint(column: Column) -> str:
    codes = "；".join(f"{code} {title}" for code, title in column.codes.items())
    return f"代码：{codes}" if codes else _HINTS[column.type]
