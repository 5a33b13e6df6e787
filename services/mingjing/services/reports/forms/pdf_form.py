"""A report as PDF: typeset, PDF/UA-1 for screen readers, PDF/A-2a for the archive, plots as vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mingjing.services.reports.document import Efficiency, GroupLine, IndicatorLine, MechanismLine
from mingjing.services.reports.forms import plots
from mingjing.services.reports.forms.typeset import typeset
from mingjing.services.reports.forms.words import (
    NOTHING,
    change,
    day,
    fraction,
    moment,
    origin_rows,
    parts_of,
    silent,
    written,
)
from mingjing.services.reports.gate import Balance

_TEMPLATE = Path(__file__).with_name("efficiency.typ")
_LISTED = 40


def as_pdf(report: Efficiency, fonts: Path | None = None) -> bytes:
    """Return the report as PDF; `fonts` is a folder of fonts that come before those of the machine."""
    files = {
        "report.json": content(report),
        "trend.svg": plots.trend(report.trend),
        "agencies.svg": plots.agencies(report.agencies),
        "rules.svg": plots.rules(report.rules),
    }
    return typeset(_TEMPLATE, files, fonts)


def content(report: Efficiency) -> dict[str, Any]:
    """Return what the template prints, every figure already written out."""
    origin, balance = report.origin, report.balance
    forms = {line.id: line for line in report.indicators}
    held = [line for line in report.agencies if line.gate and not line.gate.passed and not line.gate.idle]
    ranked = [line for line in report.agencies if line.rank is not None]
    idle = [line.title for line in report.agencies if line.gate and line.gate.idle]
    return {
        "title": report.title,
        "day": day(origin.counted_ms),
        "state": "、".join(f"{month} 第 {revision} 版" for month, revision in origin.revisions.items())
        if origin.frozen
        else f"未冻结，统计于 {moment(origin.counted_ms)}",
        "lead": _lead(report),
        "balance": _balance(balance),
        "indicators": [_indicator(line) for line in report.indicators],
        "agencies": [_group(line, forms) for line in ranked[:_LISTED]],
        "plotted_agencies": plots.LISTED_AGENCIES,
        "plotted_rules": plots.LISTED_RULES,
        "unlisted": max(0, len(ranked) - _LISTED),
        "held": [{"title": line.title, "reasons": "；".join(line.gate.reasons) if line.gate else ""} for line in held],
        "idle": idle,
        "items": [_group(line, forms) for line in report.items[:20]],
        "mechanisms": [_mechanism(line) for line in report.mechanisms if not silent(line) and not line.awaits],
        "silent": [line.title for line in report.mechanisms if silent(line)],
        "rules": [
            {"rule": line.rule, "title": line.title, "yellow": line.yellow, "red": line.red} for line in report.rules
        ],
        "origin": origin_rows(origin),
        "awaited": [
            *(f"{line.title}（待有：{line.awaits}）" for line in report.indicators if line.awaits),
            *_awaited(report.mechanisms),
        ],
    }


def _balance(balance: Balance) -> dict[str, Any]:
    expected = balance.carried_in + balance.taken_in - balance.closed
    counts = (balance.carried_in, balance.taken_in, balance.closed, expected, balance.carried_out)
    return {"counts": [f"{count:,}" for count in counts], "gap": f"{abs(balance.gap):,}" if balance.gap else ""}


def _lead(report: Efficiency) -> str:
    figures = {line.id: line.now for line in report.indicators}
    kept, statute = figures["promise_kept"], figures["statute_kept"]
    said = [f"本期受理 {figures['accepted'].n:,} 件，办结 {figures['decided'].n:,} 件"]
    if kept.value is not None:
        said.append(f"承诺兑现率 {kept.value:.2f}%（{fraction(kept)}）")
    if statute.value is not None:
        said.append(f"法定时限内办结率 {statute.value:.2f}%（{fraction(statute)}）")
    if figures["warnings"].value is not None:
        counts = (figures[ident].n for ident in ("warnings", "yellows", "reds"))
        said.append("发预警 {:,} 次、黄牌 {:,} 张、红牌 {:,} 张".format(*counts))
    return "；".join(said) + "。"


def _indicator(line: IndicatorLine) -> dict[str, Any]:
    return {
        "group": line.group,
        "title": line.title,
        "value": NOTHING if line.awaits else written(line.now, line.form, line.unit),
        "fraction": "待有事实" if line.awaits else fraction(line.now),
        "previous": change(line, line.previous),
        "year_before": change(line, line.year_before),
        "small": line.now.small and line.form in {"ratio", "mean"} and line.now.value is not None,
    }


def _mechanism(line: MechanismLine) -> dict[str, Any]:
    return {**_indicator(line), "number": line.mechanism, "parts": parts_of(line)}


def _awaited(lines: Sequence[MechanismLine]) -> list[str]:
    """Return which lines await facts: those that await the same are named together."""
    known: dict[str, list[str]] = {}
    for line in lines:
        if line.awaits:
            known.setdefault(line.awaits, []).append(line.title)
    return [f"{'、'.join(titles)}（待有：{awaits}）" for awaits, titles in known.items()]


def _group(line: GroupLine, forms: dict[str, IndicatorLine]) -> dict[str, Any]:
    figures = line.figures
    kept = figures["promise_kept"]
    return {
        "rank": "" if line.rank is None else line.rank,
        "title": line.title,
        "accepted": f"{figures['accepted'].n:,}",
        "decided": f"{figures['decided'].n:,}",
        "fraction": fraction(kept),
        **{
            ident: written(figures[ident], forms[ident].form, "")
            for ident in ("promise_kept", "statute_kept", "mean_days", "yellows", "reds", "complete")
        },
    }
