"""What a person reads at the end of a show."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mingjing.rules.card import LEVEL_TITLES, LEVELS
from mingjing.services.demo.outcome import Outcome, Verdict

SHOWN: Final = 5
"""Differences shown for each rule."""

STYLES: Final = {"hint": "dim", "warning": "blue", "yellow": "yellow", "red": "red"}


def summary(outcome: Outcome, titles: Mapping[str, str], verdict: Verdict | None) -> RenderableType:
    """Return counts, a line for each rule, and the comparison where there is something to compare with."""
    counts = outcome.standing()
    levels = Text("，").join(
        Text(f"{LEVEL_TITLES[level]} {sum(n for (_, each), n in counts.items() if each == level)}", style=STYLES[level])
        for level in LEVELS[1:]
    )
    letters = f"不可用报送 {outcome.refused.total()} 条"
    if verdict is not None:
        right = verdict.letters == outcome.refused
        letters += "（一致）" if right else f"（应为 {_by_code(verdict.letters)}，实为 {_by_code(outcome.refused)}）"
    rate = outcome.sent / outcome.seconds if outcome.seconds else 0
    parts: list[RenderableType] = [
        Text(f"报送 {outcome.sent} 次，{outcome.seconds:.0f} 秒（每秒 {rate:.0f}），{letters}"),
        Text("牌：").append_text(levels).append(f"，自动撤回 {outcome.withdrawn}"),
        _compared(verdict, titles) if verdict is not None else _counted(outcome, titles),
    ]
    if verdict is not None:
        told = "埋设与发现完全一致" if verdict.exact else "埋设与发现不一致"
        parts += [*_differences(verdict), Text(told, style="bold green" if verdict.exact else "bold red")]
    return Group(*parts)


def _by_code(letters: Counter[str]) -> str:
    return "、".join(f"{code} {count}" for code, count in sorted(letters.items())) or "无"


def _compared(verdict: Verdict, titles: Mapping[str, str]) -> Table:
    table = Table("规则", "", "埋设", "发现", "", box=None, pad_edge=False)
    for score in verdict.scores:
        told = "一致" if score.exact else f"漏 {len(score.missed)} 多 {len(score.invented)}"
        style = "green" if score.exact else "bold red"
        title = titles.get(score.rule, "")
        table.add_row(score.rule, title, str(score.planted), str(score.found), Text(told, style=style))
    return table


def _counted(outcome: Outcome, titles: Mapping[str, str]) -> Table:
    counts = outcome.standing()
    table = Table("规则", "", *(LEVEL_TITLES[level] for level in LEVELS[1:]), box=None, pad_edge=False)
    for rule in sorted({rule for rule, _ in counts}):
        table.add_row(rule, titles.get(rule, ""), *(str(counts[rule, level] or "") for level in LEVELS[1:]))
    return table


def _differences(verdict: Verdict) -> list[Text]:
    return [
        Text(f"  {title} {each.rule} {each.level} {each.violated_at.isoformat()} {each.case_key}")
        for score in verdict.scores
        for title, differing in (("漏", score.missed), ("多", score.invented))
        for each in differing[:SHOWN]
    ]
