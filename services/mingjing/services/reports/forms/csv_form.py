"""A report as CSV: one line a figure, so that it can be filtered and pivoted."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

from mingjing.services.reports.document import Efficiency, GroupLine
from mingjing.services.reports.figure import Figure, rounded
from mingjing.services.reports.forms.words import number

_HEAD = (
    *("统计期", "层次", "代码", "名称", "指标", "指标名称", "数值", "单位", "分子", "分母", "n"),
    *("上期", "去年同期", "名次", "不参与排名的原因", "版次"),
)
_BOM = "\ufeff"
"""Without it spreadsheet programs take UTF-8 for the local code page."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula, in either width (OWASP, CSV Injection)."""


def as_csv(report: Efficiency) -> bytes:
    """Return the report as CSV (RFC 4180, UTF-8 with BOM); text that a spreadsheet would run is neutralised."""
    written = io.StringIO(newline="")
    written.write(_BOM)
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(_HEAD)
    revisions = "、".join(f"{month} 第 {number} 版" for month, number in report.origin.revisions.items())
    standing = revisions if report.origin.frozen else "未冻结"
    for line in _lines(report):
        lines.writerow([plain(each) for each in (*line, standing)])
    return written.getvalue().encode()


def plain(value: object) -> object:
    """Return `value` so that no spreadsheet takes it for a formula: text that begins like one gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _lines(report: Efficiency) -> Iterator[tuple[object, ...]]:
    titles = {line.id: line for line in report.indicators}
    for line in report.indicators:
        compared = (_value(line.previous), _value(line.year_before))
        yield (
            report.period,
            "总体",
            "",
            report.title,
            line.id,
            line.title,
            *_figure(line.now, line.unit),
            *compared,
            "",
            "",
        )
    named: tuple[object, ...]
    for own in report.mechanisms:
        named = (report.period, "制度", own.mechanism, own.title, own.id, own.title)
        yield (*named, *_figure(own.now, own.unit), _value(own.previous), _value(own.year_before), "", "")
        for part in own.parts:
            named = (report.period, "制度分列", part.key, part.title, own.id, own.title)
            yield (*named, part.count, own.unit, part.count, "", part.count, "", "", "", "")
    groups = (
        ("部门", report.agencies),
        ("区划", report.regions),
        ("事项", report.items),
        ("岗位", report.posts),
        ("窗口", report.windows),
    )
    for level, members in groups:
        for member in members:
            for ident, figure in member.figures.items():
                known = titles[ident]
                yield (
                    *(report.period, level, member.key, member.title, ident, known.title),
                    *(*_figure(figure, known.unit), "", "", *_standing(member)),
                )
    for rule in report.rules:
        for ident, count in (("yellows", rule.yellow), ("reds", rule.red)):
            known = titles[ident]
            named = (report.period, "规则", rule.rule, rule.title, ident, known.title)
            yield (*named, count, known.unit, count, "", count, "", "", "", "")
    for asked in report.members:
        known = titles["joint_members"]
        named = (report.period, "并联成员", asked.key, asked.title, known.id, known.title)
        share = rounded(Decimal(100 * asked.kept) / asked.asked) if asked.asked else ""
        yield (*named, share, known.unit, asked.kept, asked.asked, asked.asked, "", "", "", "")


def _figure(figure: Figure, unit: str) -> tuple[object, ...]:
    return (_value(figure), unit, number(figure.numerator), number(figure.denominator), figure.n)


def _value(figure: Figure | None) -> object:
    return "" if figure is None or figure.value is None else figure.value


def _standing(member: GroupLine) -> tuple[object, object]:
    reasons = "；".join(member.gate.reasons) if member.gate else ""
    return ("" if member.rank is None else member.rank, reasons)
