"""The sheets of a workbook that hold figures: totals, and one line for each agency, region, item, post or window."""

from collections.abc import Mapping, Sequence

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from mingjing.services.reports.document import COLUMNS, LONGEST_LIST, Efficiency, GroupLine, IndicatorLine
from mingjing.services.reports.figure import Figure
from mingjing.services.reports.forms.words import moment

_TOTALS_HEAD = (
    *("类别", "指标", "分子", "分母", "本期", "单位", "上期", "去年同期", "比上期", "目标", "达标", "n"),
    *("口径", "依据"),
)
_TOP = 3
"""Row of the head of every figure sheet: title and origin stand above it."""

_NAME_WIDTH = 34
_TEXT_WIDTH = 46
_LINE_POINTS = 16
_DRAWN = 15
"""Of how many lines the cards are drawn, whatever the number of lines."""


class Styles:
    """The looks of one workbook."""

    yellow = "#F1C655"
    red = "#9C1431"

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        face = {
            "font_name": "Microsoft YaHei",
            "font_size": 10,
            "valign": "vcenter",
            "border": 1,
            "border_color": "#BFBFBF",
        }
        self.title = book.add_format({"font_name": "Microsoft YaHei", "font_size": 16, "bold": True})
        self.note = book.add_format({"font_name": "Microsoft YaHei", "font_size": 9, "font_color": "#595959"})
        self.head = book.add_format({**face, "bold": True, "bg_color": "#EDE7DD", "text_wrap": True})
        self.cell = book.add_format({**face})
        self.text = book.add_format({**face, "text_wrap": True})
        self.count = book.add_format({**face, "num_format": "#,##0"})
        self.rate = book.add_format({**face, "num_format": "0.00%"})
        self.mean = book.add_format({**face, "num_format": "0.00"})
        self.factor = book.add_format({**face, "num_format": "0.0000"})
        self.total = book.add_format({**face, "bold": True, "num_format": "#,##0", "top": 2})
        self.total_rate = book.add_format({**face, "bold": True, "num_format": "0.00%", "top": 2})
        self.total_mean = book.add_format({**face, "bold": True, "num_format": "0.00", "top": 2})

    def of(self, form: str, *, total: bool = False) -> object:
        """Return the style of a figure's value."""
        name = {"ratio": "rate", "mean": "mean", "sum": "mean"}.get(form, "count")
        if not total:
            return getattr(self, name)
        return self.total if name == "count" else getattr(self, f"total_{name}")


def totals_sheet(book: xlsxwriter.Workbook, styles: Styles, report: Efficiency) -> None:
    """Write the sheet of every indicator of the whole."""
    sheet = book.add_worksheet("总体")
    sheet.write(0, 0, report.title, styles.title)
    state = "已冻结" if report.origin.frozen else "未冻结"
    sheet.write(1, 0, f"{state}　统计于 {moment(report.origin.counted_ms)}　率均由分子、分母以公式算出", styles.note)
    sheet.write_row(_TOP, 0, _TOTALS_HEAD, styles.head)
    for row, line in enumerate(report.indicators, start=_TOP + 1):
        sheet.write_row(row, 0, (line.group, line.title), styles.cell)
        figure_cells(sheet, styles, row, 2, line.form, line.now, wide=True)
        sheet.write(row, 5, "" if line.form == "ratio" else line.unit, styles.cell)
        style = styles.of(line.form)
        for column, before in ((6, line.previous), (7, line.year_before)):
            sheet.write(row, column, cell_value(line.form, before), style)
        now, before_cell = xl_rowcol_to_cell(row, 4), xl_rowcol_to_cell(row, 6)
        sheet.write_formula(
            row, 8, f'=IF(OR({now}="",{before_cell}=""),"",{now}-{before_cell})', style, _difference(line)
        )
        _target(sheet, styles, row, line)
        sheet.write(row, 11, line.now.n, styles.count)
        texts = (f"待有：{line.awaits}" if line.awaits else line.sentence, line.basis)
        sheet.write_row(row, 12, texts, styles.text)
        tall(sheet, row, max(texts, key=len), _TEXT_WIDTH)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 11, 11)
    sheet.set_column(12, 13, _TEXT_WIDTH)
    sheet.freeze_panes(_TOP + 1, 2)
    printed(sheet)


def group_sheet(
    book: xlsxwriter.Workbook, styles: Styles, name: str, lines: Sequence[GroupLine], known: Mapping[str, IndicatorLine]
) -> None:
    """Write one line a group, three columns for what is divided, and a total in formulas.

    Where groups pass a gate, their rank stands first and why one has none stands last.
    """
    sheet = book.add_worksheet(name)
    sheet.write(0, 0, f"{name}一览", styles.title)
    ranked = any(line.gate for line in lines)
    if ranked:
        sheet.write(1, 0, "未通过数据质量关的部门列数字、不列名次，并写明原因", styles.note)
    shown = [known[ident] for ident in COLUMNS]
    places: dict[str, int] = {}
    head = ["名次", "代码", name] if ranked else ["代码", name]
    named = len(head) - 1
    for each in shown:
        places[each.id] = len(head)
        head += [each.title] if each.form == "count" else [f"{each.title} 分子", f"{each.title} 分母", each.title]
    sheet.set_column(named + 1, len(head) - 1, 10)
    if ranked:
        sheet.set_column(len(head), len(head), 48)
        head.append("不参与排名的原因")
    sheet.write_row(_TOP, 0, head, styles.head)
    for row, line in enumerate(lines, start=_TOP + 1):
        sheet.write_row(row, named - 1, (line.key, line.title), styles.cell)
        for each in shown:
            figure_cells(sheet, styles, row, places[each.id], each.form, line.figures[each.id])
        if ranked:
            sheet.write(row, 0, "—" if line.rank is None else line.rank, styles.cell)
            sheet.write(row, len(head) - 1, "；".join(line.gate.reasons) if line.gate else "", styles.text)
    _sums(sheet, styles, lines, shown, places)
    first, last = _TOP + 1, _TOP + len(lines)
    sheet.autofilter(_TOP, 0, last, len(head) - 1)
    sheet.freeze_panes(_TOP + 1, named + 1)
    sheet.set_column(0, 0, 6)
    sheet.set_column(named - 1, named - 1, max(len(line.key) for line in lines) + 4)
    sheet.set_column(named, named, _NAME_WIDTH)
    kept = places["promise_kept"] + 2
    sheet.conditional_format(first, kept, last, kept, {"type": "data_bar", "bar_color": "#8FB996"})
    if any(line.figures["reds"].value is not None for line in lines):
        _cards_chart(book, sheet, styles, (name, named), places, len(lines))
    printed(sheet)


def figure_cells(
    sheet: Worksheet, styles: Styles, row: int, column: int, form: str, figure: Figure, *, wide: bool = False
) -> None:
    """Write a figure: what is divided as numerator, denominator and formula, a `wide` count over their room."""
    if form in {"ratio", "mean"}:
        sheet.write(row, column, "" if figure.numerator is None else figure.numerator, styles.count)
        sheet.write(row, column + 1, "" if figure.denominator is None else figure.denominator, styles.count)
        above, below = xl_rowcol_to_cell(row, column), xl_rowcol_to_cell(row, column + 1)
        formula = f'=IF(N({below})=0,"",{above}/{below})'
        sheet.write_formula(row, column + 2, formula, styles.of(form), cell_value(form, figure))
        return
    if wide:
        sheet.write_row(row, column, ("", ""), styles.count)
    sheet.write(row, column + 2 if wide else column, cell_value(form, figure), styles.of(form))


def cell_value(form: str, figure: Figure | None) -> float | str:
    """Return what a cell holds of a figure: a share of one where it is divided, nothing where there is none."""
    if figure is None or figure.value is None:
        return ""
    if form == "ratio" and figure.denominator:
        return (figure.numerator or 0) / figure.denominator
    if form == "mean" and figure.denominator:
        return (figure.numerator or 0) / figure.denominator
    return figure.value


def _difference(line: IndicatorLine) -> float | str:
    now, before = cell_value(line.form, line.now), cell_value(line.form, line.previous)
    return "" if isinstance(now, str) or isinstance(before, str) else now - before


def _target(sheet: Worksheet, styles: Styles, row: int, line: IndicatorLine) -> None:
    if line.target is None:
        sheet.write_row(row, 9, ("", ""), styles.cell)
        return
    sheet.write(row, 9, line.target / 100, styles.rate)
    now, target = xl_rowcol_to_cell(row, 4), xl_rowcol_to_cell(row, 9)
    reached = "" if line.now.value is None else ("是" if line.now.value >= line.target else "否")
    sheet.write_formula(row, 10, f'=IF({now}="","",IF({now}>={target},"是","否"))', styles.cell, reached)


def _sums(
    sheet: Worksheet,
    styles: Styles,
    lines: Sequence[GroupLine],
    shown: Sequence[IndicatorLine],
    places: Mapping[str, int],
) -> None:
    row, first, last = _TOP + 1 + len(lines), _TOP + 2, _TOP + 1 + len(lines)
    before = min(places.values())
    sheet.write_row(row, 0, (*[""] * (before - 1), "合计" if len(lines) < LONGEST_LIST else "所列合计"), styles.total)
    for each in shown:
        column = places[each.id]
        figures = [line.figures[each.id] for line in lines]
        if all(figure.numerator is None for figure in figures):
            sheet.write_row(row, column, [""] * (1 if each.form == "count" else 3), styles.total)
            continue
        numerators = sum(figure.numerator or 0 for figure in figures)
        denominators = sum(figure.denominator or 0 for figure in figures)
        letter = xl_col_to_name(column)
        sheet.write_formula(row, column, f"=SUM({letter}{first}:{letter}{last})", styles.total, numerators)
        if each.form == "count":
            continue
        letter = xl_col_to_name(column + 1)
        sheet.write_formula(row, column + 1, f"=SUM({letter}{first}:{letter}{last})", styles.total, denominators)
        above, below = xl_rowcol_to_cell(row, column), xl_rowcol_to_cell(row, column + 1)
        value = numerators / denominators if denominators else ""
        style = styles.of(each.form, total=True)
        sheet.write_formula(row, column + 2, f'=IF(N({below})=0,"",{above}/{below})', style, value)


def _cards_chart(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    styles: Styles,
    of: tuple[str, int],
    places: Mapping[str, int],
    lines: int,
) -> None:
    """Draw the cards of the first lines, below them all; `of` is the sheet and the column of its lines' names."""
    name, named = of
    count = min(lines, _DRAWN)
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for ident, colour in (("yellows", styles.yellow), ("reds", styles.red)):
        chart.add_series(
            {
                "name": [name, _TOP, places[ident]],
                "categories": [name, _TOP + 1, named, _TOP + count, named],
                "values": [name, _TOP + 1, places[ident], _TOP + count, places[ident]],
                "fill": {"color": colour},
                "border": {"color": "#595959", "width": 0.5},
            }
        )
    chart.set_title({"name": f"各{name}黄牌与红牌" if lines <= _DRAWN else f"各{name}黄牌与红牌（前{_DRAWN}）"})
    chart.set_y_axis({"reverse": True, "interval_unit": 1})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 120 + 24 * count})
    sheet.insert_chart(_TOP + lines + 4, named, chart, {"description": f"各{name}黄牌与红牌张数的堆叠条形图"})


def tall(sheet: Worksheet, row: int, text: str, width: int) -> None:
    """Make a row as tall as a text needs in a column so wide: not every reader of workbooks does so by itself."""
    lines = -(-2 * len(text) // (width - 2))
    if lines > 1:
        sheet.set_row(row, _LINE_POINTS * lines)


def printed(sheet: Worksheet, head: int = _TOP) -> None:
    """Have the sheet printed across one A4 page, its head on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&C&9第 &P 页，共 &N 页")
