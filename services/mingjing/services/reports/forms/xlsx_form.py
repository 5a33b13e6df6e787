"""A report as a workbook: every rate is a formula over its own numerator and denominator."""

import io
from datetime import UTC, datetime

import xlsxwriter

from mingjing.services.reports.document import Efficiency, GroupLine
from mingjing.services.reports.forms.words import moment
from mingjing.services.reports.forms.xlsx_mechanisms import mechanisms_sheet
from mingjing.services.reports.forms.xlsx_sheets import Styles, group_sheet, printed, totals_sheet

MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""A workbook carries the time it was made; equal reports shall be equal files, so it is always this."""

_TREND_HEAD = ("月份", "办结", "承诺期内办结", "有承诺时限的办结", "承诺兑现率")


def as_xlsx(report: Efficiency) -> bytes:
    """Return the workbook: totals, each breakdown, mechanisms, rules, members of joint approvals, trend, its ground."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": report.title, "author": "明镜电子监察", "created": MADE.replace(tzinfo=None)})
    styles = Styles(book)
    totals_sheet(book, styles, report)
    titles = {line.id: line for line in report.indicators}
    for name, lines in _groups(report):
        if lines:
            group_sheet(book, styles, name, lines, titles)
    mechanisms_sheet(book, styles, report)
    _rules_sheet(book, styles, report)
    _members_sheet(book, styles, report)
    _trend_sheet(book, styles, report)
    _origin_sheet(book, styles, report)
    book.close()
    return written.getvalue()


def _groups(report: Efficiency) -> list[tuple[str, list[GroupLine]]]:
    return [
        ("部门", report.agencies),
        ("区划", report.regions),
        ("事项", report.items),
        ("岗位", report.posts),
        ("窗口", report.windows),
    ]


def _rules_sheet(book: xlsxwriter.Workbook, styles: Styles, report: Efficiency) -> None:
    sheet = book.add_worksheet("规则")
    sheet.write_row(0, 0, ("规则", "名称", "黄牌", "红牌", "合计"), styles.head)
    for row, line in enumerate(report.rules, start=1):
        sheet.write_row(row, 0, (line.rule, line.title, line.yellow, line.red), styles.cell)
        sheet.write_formula(row, 4, f"=C{row + 1}+D{row + 1}", styles.count, line.yellow + line.red)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 34)
    sheet.freeze_panes(1, 0)
    printed(sheet, head=0)
    if not report.rules:
        return
    last = min(len(report.rules), 15)
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, colour in ((2, styles.yellow), (3, styles.red)):
        chart.add_series(
            {
                "name": ["规则", 0, column],
                "categories": ["规则", 1, 1, last, 1],
                "values": ["规则", 1, column, last, column],
                "fill": {"color": colour},
                "border": {"color": "#595959", "width": 0.5},
            }
        )
    chart.set_title({"name": "各规则发牌（前十五）"})
    chart.set_y_axis({"reverse": True, "interval_unit": 1})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 640, "height": 420})
    sheet.insert_chart("G2", chart, {"description": "各规则黄牌与红牌张数的堆叠条形图"})


def _members_sheet(book: xlsxwriter.Workbook, styles: Styles, report: Efficiency) -> None:
    if not report.members:
        return
    sheet = book.add_worksheet("并联成员")
    sheet.write_row(0, 0, ("代码", "成员单位", "限期内反馈", "应反馈", "按期率"), styles.head)
    for row, line in enumerate(report.members, start=1):
        sheet.write_row(row, 0, (line.key, line.title), styles.cell)
        sheet.write_row(row, 2, (line.kept, line.asked), styles.count)
        formula = f'=IF(D{row + 1}=0,"",C{row + 1}/D{row + 1})'
        sheet.write_formula(row, 4, formula, styles.rate, line.kept / line.asked if line.asked else "")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 4, 12)
    sheet.freeze_panes(1, 2)
    printed(sheet, head=0)


def _trend_sheet(book: xlsxwriter.Workbook, styles: Styles, report: Efficiency) -> None:
    sheet = book.add_worksheet("走势")
    sheet.write_row(0, 0, _TREND_HEAD, styles.head)
    for row, point in enumerate(report.trend, start=1):
        sheet.write(row, 0, point.month, styles.cell)
        if point.promise_kept is None:
            continue
        kept = point.promise_kept
        sheet.write_row(row, 1, (point.decided or 0, kept.numerator or 0, kept.denominator or 0), styles.count)
        value = (kept.numerator or 0) / kept.denominator if kept.denominator else ""
        sheet.write_formula(row, 4, f'=IF(D{row + 1}=0,"",C{row + 1}/D{row + 1})', styles.rate, value)
    sheet.set_column(0, 4, 16)
    printed(sheet, head=0)
    chart = book.add_chart({"type": "line"})
    last = len(report.trend)
    chart.add_series(
        {
            "name": ["走势", 0, 4],
            "categories": ["走势", 1, 0, last, 0],
            "values": ["走势", 1, 4, last, 4],
            "line": {"color": "#262626", "width": 1.75},
            "marker": {"type": "circle", "size": 5, "fill": {"color": "#262626"}},
        }
    )
    chart.set_title({"name": "承诺兑现率（近十二个月）"})
    chart.set_y_axis({"num_format": "0%", "max": 1})
    chart.set_legend({"none": True})
    chart.set_size({"width": 720, "height": 320})
    sheet.insert_chart("G2", chart, {"description": "近十二个月承诺兑现率折线图"})


def _origin_sheet(book: xlsxwriter.Workbook, styles: Styles, report: Efficiency) -> None:
    sheet = book.add_worksheet("依据")
    origin = report.origin
    rows = [
        ("报表", report.title),
        ("统计期", report.period),
        ("状态", "已冻结" if origin.frozen else "未冻结，数字仍会随迟到的报送变化"),
        ("统计时刻", moment(origin.counted_ms)),
        ("口径", origin.definitions),
        *(
            (f"{month} 冻结版次", f"第 {revision} 版　校验值 {origin.hashes[month]}")
            for month, revision in origin.revisions.items()
        ),
        *((f"版本 {name}", version) for name, version in sorted(origin.versions.items())),
        *(
            (f"已入库 {topic} 分区 {partition}", f"{offset} 之前")
            for topic, partitions in sorted(origin.progress.items())
            for partition, offset in sorted(partitions.items())
        ),
    ]
    for row, (name, text) in enumerate(rows):
        sheet.write(row, 0, name, styles.head)
        sheet.write_string(row, 1, str(text), styles.cell)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    printed(sheet, head=0)
