"""The sheet of a workbook on single mechanisms: each figure, and what a split one is made of below it."""

import xlsxwriter

from mingjing.services.reports.document import Efficiency
from mingjing.services.reports.forms.words import silent
from mingjing.services.reports.forms.xlsx_sheets import Styles, cell_value, figure_cells, printed, tall

_HEAD = ("制度", "指标", "分子", "分母", "本期", "单位", "上期", "去年同期", "n", "口径", "依据")
_TEXT_WIDTH = 46


def mechanisms_sheet(book: xlsxwriter.Workbook, styles: Styles, report: Efficiency) -> None:
    """Write the sheet; a figure of nothing stays blank, so that a nought is only where something was counted."""
    sheet = book.add_worksheet("制度")
    sheet.write_row(0, 0, _HEAD, styles.head)
    row = 0
    for line in report.mechanisms:
        row += 1
        sheet.write_row(row, 0, (line.mechanism, line.title), styles.cell)
        if silent(line):
            sheet.write_row(row, 2, ("", "", ""), styles.cell)
        else:
            figure_cells(sheet, styles, row, 2, line.form, line.now, wide=True)
        sheet.write(row, 5, "" if line.form == "ratio" else line.unit, styles.cell)
        for column, before in ((6, line.previous), (7, line.year_before)):
            sheet.write(row, column, cell_value(line.form, before), styles.of(line.form))
        sheet.write(row, 8, line.now.n, styles.count)
        texts = (f"待有：{line.awaits}" if line.awaits else line.sentence, line.basis)
        sheet.write_row(row, 9, texts, styles.text)
        tall(sheet, row, max(texts, key=len), _TEXT_WIDTH)
        for part in line.parts:
            row += 1
            sheet.write(row, 0, "", styles.cell)
            sheet.write_string(row, 1, f"　其中：{part.title}", styles.cell)
            sheet.write_row(row, 2, ("", ""), styles.cell)
            sheet.write(row, 4, part.count, styles.count)
            sheet.write(row, 5, line.unit, styles.cell)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 8, 11)
    sheet.set_column(9, 10, _TEXT_WIDTH)
    sheet.freeze_panes(1, 2)
    printed(sheet, head=0)
