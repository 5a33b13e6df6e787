"""A replay on one page: how many cards of which rule at which level, and some of them told whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from mingjing.rules.card import LEVEL_TITLES, LEVELS
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.services.rulebook.timeline import LEVELS as INKS
from mingjing.services.rulebook.told_case import STYLE, as_part, told_case

SAMPLES = 2
"""How many cases of each rule and level are told whole: the first in the order of the log."""

BAR = 240


class ReplayPage:
    """Takes the lines of a replay and makes the page of them."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._counts: Counter[tuple[str, str]] = Counter()
        self._unjudged: Counter[tuple[str, str]] = Counter()
        self._samples: dict[tuple[str, str], list[str]] = {}

    def take(self, line: Mapping[str, Any]) -> None:
        """Count a line as `mingjing.rules.replay.lines` yields it."""
        if line["rule"] is None:
            self._unjudged[", ".join(line["rules"]), line["reason"]] += 1
            return
        key = (line["rule"], line["level"])
        self._counts[key] += 1
        samples = self._samples.setdefault(key, [])
        if len(samples) < SAMPLES and line["case"] not in samples:
            samples.append(line["case"])

    def html(self, name: str, cases: Mapping[str, Sequence[Fact]], now: int) -> str:
        """Return the page on the log `name`; `cases` hold the facts of those that are told whole."""
        book = self._rulebook
        titles = {rule.id: rule.title for rule in (*book.rules, *book.across)}
        packs = "，".join(f"{pack.title}（{pack.name}@{pack.version}）" for pack in book.packs)
        others = "，".join(f"{key} {value}" for key, value in book.versions.items() if value)
        ranked = sorted({rule for rule, _ in self._counts})
        top = max((sum(self._counts[rule, level] for level in LEVELS) for rule in ranked), default=1)
        return (
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{escape(name)}</title><style>{STYLE}</style>'
            f"<h1>{escape(name)} 回放评判</h1>"
            f"<p>{len(cases)} 件，{sum(map(len, cases.values()))} 个事件，"
            f"截至 {book.zone.text(now)[:19].replace('T', ' ')}；"
            f"{self._counts.total()} 张牌。<br>{escape(packs)}；{escape(others)}</p>"
            f'<p class="en" lang="en">{len(cases)} cases, {sum(map(len, cases.values()))} events, '
            f"{self._counts.total()} cards.</p>"
            f"<h2>各规则各级 · By rule and level</h2>{_table(self._counts, ranked, titles, top)}"
            f"{self._unjudged_part()}<h2>举例 · Samples</h2>{self._told(ranked, cases, now)}</html>\n"
        )

    def _unjudged_part(self) -> str:
        if not self._unjudged:
            return ""
        rows = "".join(
            f"<li>{count} 件，规则 {escape(rules)}：{escape(reason)}</li>"
            for (rules, reason), count in self._unjudged.most_common()
        )
        return f"<h2>未能评判 · Not judged</h2><ul>{rows}</ul>"

    def _told(self, ranked: Sequence[str], cases: Mapping[str, Sequence[Fact]], now: int) -> str:
        parts = [
            as_part(told_case(key, cases[key], self._rulebook, now, rule))
            for rule in ranked
            for level in LEVELS
            for key in self._samples.get((rule, level), ())
            if key in cases
        ]
        return "".join(parts) or "<p>没有发牌。No card.</p>"


def _table(counts: Counter[tuple[str, str]], ranked: Sequence[str], titles: Mapping[str, str], top: int) -> str:
    head = "".join(f"<th>{LEVEL_TITLES[level]}</th>" for level in LEVELS)
    rows = "".join(
        f"<tr><td>{escape(rule)}</td><td>{escape(titles.get(rule, rule))}</td>"
        + "".join(f"<td>{counts[rule, level] or ''}</td>" for level in LEVELS)
        + f"<td>{_bar([counts[rule, level] for level in LEVELS], top)}</td></tr>"
        for rule in ranked
    )
    return f"<table><tr><th>规则</th><th>名称</th>{head}<th></th></tr>{rows}</table>"


def _bar(counts: Sequence[int], top: int) -> str:
    parts, x = [], 0.0
    for level, count in zip(LEVELS, counts, strict=True):
        width = BAR * count / top
        if count:
            parts.append(f'<rect x="{x:.1f}" width="{max(width, 1):.1f}" height="12" fill="{INKS[level]}"/>')
        x += width
    style = f"width:100%;min-width:3rem;max-width:{BAR}px;border:0"
    return f'<svg viewBox="0 0 {BAR} 12" style="{style}" role="img">{"".join(parts)}</svg>'
