"""The 通报 of a period as a draft in the form of official documents (GB/T 9704-2012)."""

from pathlib import Path
from typing import Any

from mingjing.services.reports.document import Efficiency, GroupLine
from mingjing.services.reports.forms.typeset import typeset
from mingjing.services.reports.forms.words import cards_of, day, fraction
from mingjing.services.reports.period import Period

_TEMPLATE = Path(__file__).with_name("notice.typ")
_NAMED = 5
_NOBODY = "本期没有部门通过数据质量关，不作排名。"


def as_notice(report: Efficiency, fonts: Path | None = None) -> bytes:
    """Return the draft as PDF. Number, issuer and signature are blanks: they are a person's to fill."""
    return typeset(_TEMPLATE, {"notice.json": content(report)}, fonts)


def content(report: Efficiency) -> dict[str, Any]:
    """Return what the draft says: facts and figures only, agencies by rank, nobody ranked whom the gate holds back."""
    return {
        "place": report.title.removesuffix(f" {Period.parse(report.period).heading}效能报表"),
        "title": f"关于{Period.parse(report.period).heading}行政效能情况的通报",
        "day": day(report.origin.counted_ms),
        "sections": [
            {"title": "一、总体情况", "texts": _whole(report)},
            {"title": "二、部门承诺兑现情况", "texts": _ranked(report)},
            {"title": "三、存在的主要问题", "texts": _problems(report)},
            {"title": "四、有关要求", "texts": _demands(report)},
        ],
        "basis": f"数据来源：电子监察系统，{report.period}；"
        + ("本期已冻结，" if report.origin.frozen else "本期未冻结，")
        + f"口径 {report.origin.definitions}。",
    }


def _whole(report: Efficiency) -> list[str]:
    now = {line.id: line.now for line in report.indicators}
    texts = [f"本期共受理办件 {now['accepted'].n:,} 件，办结 {now['decided'].n:,} 件，期末在办 {now['open'].n:,} 件。"]
    rates = [
        f"{line.title} {line.now.value:.2f}%（{fraction(line.now)}）"
        for line in report.indicators
        if line.id in {"promise_kept", "statute_kept", "on_the_spot", "told_once", "satisfied"}
        and line.now.value is not None
    ]
    if rates:
        texts.append("，".join(rates) + "。")
    texts.append(
        f"电子监察系统发出预警 {now['warnings'].n:,} 次，黄牌 {now['yellows'].n:,} 张，红牌 {now['reds'].n:,} 张。"
    )
    return texts


def _ranked(report: Efficiency) -> list[str]:
    ranked = [line for line in report.agencies if line.rank is not None]
    place = "居前的部门" if len(ranked) > _NAMED else "由高到低"
    texts = [f"承诺兑现率{place}：{'、'.join(map(_named, ranked[:_NAMED]))}。" if ranked else _NOBODY]
    if len(ranked) > 2 * _NAMED:
        texts.append(f"承诺兑现率居后的部门：{'、'.join(map(_named, ranked[-_NAMED:]))}。")
    held = [line for line in report.agencies if line.gate and line.gate.reasons and not line.gate.idle]
    if held:
        texts.append(
            "不参与排名的部门："
            + "；".join(f"{line.title}（{'，'.join(line.gate.reasons)}）" for line in held if line.gate)
            + "。"
        )
    idle = [line.title for line in report.agencies if line.gate and line.gate.idle]
    if idle:
        texts.append(f"本期没有业务的部门：{'、'.join(idle)}。")
    return texts


def _named(line: GroupLine) -> str:
    kept = line.figures["promise_kept"]
    return f"{line.title}（{kept.value:.2f}%，{fraction(kept)}）"


def _problems(report: Efficiency) -> list[str]:
    texts = []
    if report.rules:
        said = "；".join(f"“{line.title}”{cards_of(line)}" for line in report.rules[:_NAMED])
        texts.append(f"发牌较多的事由：{said}。")
    red = sorted((line for line in report.agencies if line.figures["reds"].n), key=lambda line: -line.figures["reds"].n)
    if red:
        texts.append(
            "被发红牌的部门：" + "、".join(f"{line.title} {line.figures['reds'].n:,} 张" for line in red[:10]) + "。"
        )
    if report.balance.gap:
        texts.append(f"各部门合计收办不相符，差 {abs(report.balance.gap):,} 件，须查明补报。")
    return texts or ["本期未发黄牌、红牌，收办相符。"]


def _demands(report: Efficiency) -> list[str]:
    texts = ["各部门对被发牌的办件逐件说明情况，依规定时限反馈；有异议的，通过系统申诉。"]
    if any(line.gate and line.gate.reasons and not line.gate.idle for line in report.agencies):
        texts.append("数据不完整、收办不相符的部门，补报更正后由系统以新的版次更正本期数字，原版保留。")
    return texts
