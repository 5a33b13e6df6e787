"""An assessment as a workbook: scores are formulas over the points of every line, each card a link."""

import io

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from mingjing.services.reports.assessing import AssessmentDocument, Result
from mingjing.services.reports.forms.words import NOTHING, standing_of
from mingjing.services.reports.forms.xlsx_form import MADE
from mingjing.services.reports.forms.xlsx_sheets import Styles, printed, tall

_SCORES = ("名次", "代码", "部门", "得分", "等次", "基础得分", "计入满分", "折合系数", "奖励与扣减", "说明")
_LINES = ("代码", "部门", "部分", "项目", "满分", "得分", "计入", "算式", "扣分的牌")
_CARDS = ("代码", "部门", "项目", "牌")
_WHY_WIDTH = 70
_ROWS = 1_000_000
"""Cards on one sheet: Excel takes 1,048,576 rows, and a province may have more."""

_FULL = "B2"
"""Where the full mark stands on the sheet of scores."""


def assessment_xlsx(document: AssessmentDocument, console: str) -> bytes:
    """Return the workbook: scores, the lines they come from, the cards that cost points, and what it rests on."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": document.title, "author": "明镜电子监察", "created": MADE.replace(tzinfo=None)})
    styles = Styles(book)
    scores, lines = (book.add_worksheet(name) for name in ("得分", "逐项"))
    last = _lines(lines, styles, document)
    _scores(book, scores, styles, document, last)
    _cards(book, styles, document, console)
    _origin(book, styles, document)
    book.close()
    return written.getvalue()


def _lines(sheet: Worksheet, styles: Styles, document: AssessmentDocument) -> int:
    """Write one row for each agency and line, and return the number of the last row as a formula names it."""
    sheet.write_row(0, 0, _LINES, styles.head)
    row = 0
    for result in document.results:
        for line in result.assessed.lines:
            row += 1
            sheet.write_row(row, 0, (result.assessed.agency, result.title, line.part, line.title), styles.cell)
            sheet.write_row(row, 4, (float(line.full), float(line.points)), styles.mean)
            sheet.write(row, 6, "是" if line.counted else "否", styles.cell)
            sheet.write(row, 7, line.why, styles.text)
            tall(sheet, row, line.why, _WHY_WIDTH)
            sheet.write(row, 8, len(line.cards), styles.count)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 3, 22)
    sheet.set_column(4, 6, 8)
    sheet.set_column(7, 7, _WHY_WIDTH)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(row, 1), len(_LINES) - 1)
    printed(sheet, 0)
    return row + 1


def _scores(
    book: xlsxwriter.Workbook, sheet: Worksheet, styles: Styles, document: AssessmentDocument, last: int
) -> None:
    sheet.write(0, 0, document.title, styles.title)
    sheet.write(1, 0, "满分", styles.head)
    sheet.write(1, 1, float(document.full), styles.mean)
    sheet.write(1, 2, f"{document.formula}　{document.version}　{'、'.join(document.basis)}", styles.note)
    sheet.write_row(3, 0, _SCORES, styles.head)
    for row, result in enumerate(document.results, start=4):
        _score(sheet, styles, row, result, last)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 2, 24)
    sheet.set_column(3, 8, 11)
    sheet.set_column(9, 9, 60)
    sheet.freeze_panes(4, 3)
    printed(sheet)
    ranked = sum(each.assessed.rank is not None for each in document.results)
    if ranked:
        chart = book.add_chart({"type": "bar"})
        shown = min(ranked, 30)
        chart.add_series(
            {
                "name": ["得分", 3, 3],
                "categories": ["得分", 4, 2, 3 + shown, 2],
                "values": ["得分", 4, 3, 3 + shown, 3],
                "fill": {"color": "#262626"},
            }
        )
        chart.set_title({"name": "得分（排名前三十）"})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"min": 0})
        chart.set_legend({"none": True})
        chart.set_size({"width": 760, "height": 120 + 18 * shown})
        place = 6 + len(document.results)
        sheet.insert_chart(place, 2, chart, {"description": "各部门得分的条形图"})


def _score(sheet: Worksheet, styles: Styles, row: int, result: Result, last: int) -> None:
    assessed = result.assessed
    code = xl_rowcol_to_cell(row, 1)

    def of_lines(column: str, *more: str) -> str:
        conditions = ",".join((f"逐项!$A$2:$A${last}", code, *more))
        return f"SUMIFS(逐项!${column}$2:${column}${last},{conditions})"

    counted = (f"逐项!$G$2:$G${last}", '"是"')
    earned, full, factor, beyond = (xl_rowcol_to_cell(row, column) for column in (5, 6, 7, 8))
    lines = assessed.lines
    values = (
        sum(float(each.points) for each in lines if each.counted and each.full),
        sum(float(each.full) for each in lines if each.counted),
        float(assessed.factor),
        sum(float(each.points) for each in lines if not each.full),
    )
    sheet.write(row, 0, "—" if assessed.rank is None else assessed.rank, styles.cell)
    sheet.write_row(row, 1, (assessed.agency, result.title), styles.cell)
    sheet.write(row, 4, assessed.grade or "不评等次", styles.cell)
    sheet.write(row, 9, standing_of(assessed), styles.text)
    if not assessed.lines:
        sheet.write(row, 3, NOTHING, styles.cell)
        return
    formula = f"=MAX(0,ROUND(({earned}+{beyond})*{factor},2))"
    sheet.write_formula(row, 3, formula, styles.mean, float(assessed.score))
    above = f"逐项!$E$2:$E${last}"
    sheet.write_formula(row, 5, f"={of_lines('F', *counted, above, chr(34) + '>0' + chr(34))}", styles.mean, values[0])
    sheet.write_formula(row, 6, f"={of_lines('E', *counted)}", styles.mean, values[1])
    sheet.write_formula(row, 7, f"=IF({full}=0,0,ROUND({_FULL}/{full},4))", styles.factor, values[2])
    sheet.write_formula(row, 8, f"={of_lines('F', above, '0')}", styles.mean, values[3])


def _cards(book: xlsxwriter.Workbook, styles: Styles, document: AssessmentDocument, console: str) -> None:
    """Write every card with its link, which is a formula: a sheet holds no more than 65,530 links of the other sort."""
    known = [
        (result.assessed.agency, result.title, line.title, card)
        for result in document.results
        for line in result.assessed.lines
        for card in line.cards
    ]
    for begin in range(0, max(1, len(known)), _ROWS):
        sheet = book.add_worksheet(f"扣分的牌 {begin // _ROWS + 1}" if begin else "扣分的牌")
        sheet.write_row(0, 0, _CARDS, styles.head)
        for row, (*cells, card) in enumerate(known[begin : begin + _ROWS], start=1):
            sheet.write_row(row, 0, cells, styles.cell)
            sheet.write_formula(row, 3, f'=HYPERLINK("{console}/cards?card={card}","{card}")', styles.cell, card)
        sheet.set_column(0, 2, 24)
        sheet.set_column(3, 3, 40)
        sheet.freeze_panes(1, 0)
        printed(sheet, 0)


def _origin(book: xlsxwriter.Workbook, styles: Styles, document: AssessmentDocument) -> None:
    sheet = book.add_worksheet("依据")
    origin = document.origin
    rows = [
        ("考评", document.title),
        ("计分办法", f"{document.formula}　{document.version}"),
        ("依据", "、".join(document.basis)),
        ("状态", "已冻结" if origin.frozen else "未冻结，数字仍会随迟到的报送变化"),
        ("口径", origin.definitions),
        *((f"{month} 第 {number} 版", origin.hashes[month]) for month, number in sorted(origin.revisions.items())),
        *((f"版本 {name}", version) for name, version in sorted(origin.versions.items())),
    ]
    for row, (name, text) in enumerate(rows):
        sheet.write(row, 0, name, styles.head)
        sheet.write_string(row, 1, str(text), styles.cell)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
