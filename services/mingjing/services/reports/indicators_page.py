"""docs/indicators.md: every indicator as it is defined, for people who must believe it."""

from mingjing.services.reports.indicators import FACETS, Definitions, Indicator, shipped, terms_of

_FORMS = {"ratio": "率", "mean": "平均", "quantile": "分位", "count": "件数", "sum": "数量", "split": "分列"}
_SOURCES = {
    "cases": "办件",
    "cards": "牌",
    "events": "事件",
    "letters": "被拒收的报送",
    "handlings": "牌的办理",
    "facts": "成立的事件",
    "tasks": "任务",
    "errands": "中介委托",
    "filed": "先报备后否定的办件",
}


def page(definitions: Definitions | None = None) -> str:
    """Return the page."""
    known = definitions or shipped()
    lines = [
        "# 指标口径 · Indicators",
        "",
        "每个指标只定义一次，本页由定义生成；报表中的率都附分子、分母与 n。期间按北京时间的自然月累计，",
        "季、半年、年由各月相加（期初、期末时点数除外）。条件写成 ClickHouse SQL，可原样复核。",
        "每个数都可按部门、区划、事项、岗位、窗口分开取，分不开的写在该指标下；牌与牌的办理随牌的事项、岗位，窗口是办件的窗口，",
        "跨办件的牌不属于任何窗口。",
        "报送的 `net_lag_ms` 是发生到收到的毫秒数，部门申报的停机已经扣除，与规则里的 `event.net_lag_s` 同。",
        "",
    ]
    for group in dict.fromkeys(each.group for each in known.indicators):
        lines += [f"## {group}", ""]
        for each in known.indicators:
            if each.group == group:
                lines += _indicator(each, known)
    lines += ["## 计数 · Measures", "", "| 计数 | 名称 | 来源 | 归入月份 | 条件 | 加总 |", "|---|---|---|---|---|---|"]
    for name, measure in known.measures.items():
        moment = {"begin": "期初时点", "end": "期末时点", None: f"`{measure.at}`"}[measure.stock]
        total = f"`{measure.sum}`" if measure.sum else f"按 `{measure.bucket}` 细分" if measure.bucket else "件"
        where = measure.where.replace("|", "\\|")
        lines.append(f"| `{name}` | {measure.title} | {_SOURCES[measure.source]} | {moment} | `{where}` | {total} |")
    return "\n".join(lines) + "\n"


def _indicator(each: Indicator, known: Definitions) -> list[str]:
    lines = [f"### {each.title}", "", each.sentence, ""]
    if each.awaits:
        lines.append(f"- 待有：{each.awaits}")
    else:
        lines.append(f"- 分子：{_named(each.numerator, known)}")
        if each.denominator:
            lines.append(f"- 分母：{_named(each.denominator, known)}")
    lines += [f"- 不能分开：{text}" for text in _lacking(each, known)]
    form = f"{_FORMS[each.form]}（{each.quantile}%）" if each.quantile else _FORMS[each.form]
    lines.append(f"- 形式：{form}，单位：{each.unit}" + ("" if each.ranked else "；只列示，不排名"))
    if each.target is not None:
        lines.append(f"- 目标：{each.target}{each.unit}")
    return [*lines, f"- 依据：{each.basis}", f"- 编号：`{each.id}`", ""]


def _lacking(each: Indicator, known: Definitions) -> list[str]:
    """Return by which facets an indicator cannot be had apart, and why not; what lacks the same is said once."""
    lacks = [known.lacks.get(known.measures[name].source, {}) for name in each.measures]
    reasons: dict[str, list[str]] = {}
    for facet, title in FACETS.items():
        for text in dict.fromkeys(text for lack in lacks for name, text in lack.items() if name == facet):
            reasons.setdefault(text, []).append(title)
    return [f"{'、'.join(titles)}（{text}）" for text, titles in reasons.items()]


def _named(measures: str, known: Definitions) -> str:
    return " ＋ ".join(f"{known.measures[name].title}（`{name}`）" for name in terms_of(measures))
