"""The rules that ship as one page of the documentation, with a timeline of each as the engine draws it.

Written anew after a rule or an example has changed: `mingjing rules document`; a test compares the two.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from mingjing.rules.calendar import Calendar
from mingjing.rules.card import LEVEL_TITLES, STATUS_TITLES, Card
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.events import Fact
from mingjing.rules.examples import Example
from mingjing.rules.pack import Pack
from mingjing.rules.rule import Rule, Rung
from mingjing.rules.telling.phrases import CLOCK_TITLES
from mingjing.rules.term import Threshold
from mingjing.rules.trial import Trial, story_cards, try_pack
from mingjing.services.rulebook.pictures import picture, picture_name
from mingjing.services.rulebook_files import load_rulebook

KIND_TITLES = {
    "time-limit": "时限",
    "waiting-period": "等待期",
    "sequence": "顺序",
    "notification": "告知",
    "separation": "职责分离",
    "condition": "条件",
    "frequency": "频次",
    "silence": "静默",
    "ratio": "比率",
}
"""The kinds of rule as the console names them."""

ISSUE_TITLES = {"auto": "自动发牌", "confirm": "待核实"}
WORD_TITLES = {
    "broken": "违反即成立",
    "early": "早于规定",
    "reached": "达到次数",
    "silent": "断流",
    "past": "越线",
}
"""Every word that a rung may hold at instead of a threshold (`pack.KINDS`), as a reader of the page knows it."""
WEEKDAYS = "一二三四五六日"

_HEAD = """\
# 规则一览 · The rules that ship

本页由规则包写成，时间线与图由引擎照包内示例画出；规则改动后以 `mingjing rules document` 重写，测试逐字比对。
This page is generated from the packs; every timeline is what the engine draws, word for word.

“▲”是牌成立的时刻，“△”是牌被纠正或撤回的时刻。
写法见[怎样写一条规则](../rules.md)，制度与规则的对应见[七十二项制度](../mechanisms.md)。
"""

Line = tuple[int, int, str]
"""(instant, 0 for what happened and 1 for what was drawn, text): the order of a timeline."""


def rulebook_page(packs: Sequence[Pack]) -> str:
    """Return the page on the rules of `packs` in Markdown, the same text for the same packs.

    A rule's timeline is the example of its pack that takes it up the most
    levels, judged over the shipped calendar and catalogue.
    """
    ground = load_rulebook([])
    told = f"{len(packs)} 个规则包，{sum(len(pack.rules) for pack in packs)} 条规则。\n"
    return "\n".join([_HEAD, told, *(_section(pack, ground.calendar, ground.catalogue) for pack in packs)])


def rulebook_pictures(packs: Sequence[Pack]) -> Iterator[tuple[str, str]]:
    """Yield (file name, SVG) of each rule's example, in the order of the page."""
    ground = load_rulebook([])
    for pack in packs:
        trials = try_pack(pack, ground.calendar, ground.catalogue)
        for rule in pack.rules:
            if drawing := _drawing(rule, trials):
                yield picture_name(rule), picture(rule, pack, drawing, ground.calendar, ground.catalogue)


def _section(pack: Pack, calendar: Calendar, catalogue: Catalogue) -> str:
    lines = [
        f"## {pack.title} `{pack.name}` {pack.version}",
        "",
        "| 编号 | 名称 | 种类 | 级别与何时成立 | 发牌 | 依据 |",
        "|---|---|---|---|---|---|",
        *(_row(rule) for rule in pack.rules),
        "",
    ]
    trials = try_pack(pack, calendar, catalogue)
    for rule in pack.rules:
        lines += [f"### {rule.id} {rule.title}", ""]
        if rule.note:
            lines += [f"读法：{rule.note}。", ""]
        if drawing := _drawing(rule, trials):
            named = {each.rule for each in drawing.expect}
            cards = [card for card in story_cards(pack, drawing, calendar, catalogue) if card.rule in named]
            lines += [f"![{rule.id} {rule.title}](pictures/{picture_name(rule)})", ""]
            lines += [*_example(pack, drawing, cards, calendar), *_reasons(rule, cards)]
        if spared := _sparing(rule, trials):
            lines += [f"不发牌的例子：{'；'.join(spared)}。", ""]
    return "\n".join(lines)


def _drawing(rule: Rule, trials: Sequence[Trial]) -> Example | None:
    """Return the first of the examples that expect the most levels of the rule."""
    levels = [(sum(each.rule == rule.id for each in trial.example.expect), trial.example) for trial in trials]
    most, example = max(levels, key=lambda each: each[0], default=(0, None))
    return example if most else None


def _sparing(rule: Rule, trials: Sequence[Trial]) -> list[str]:
    """Return the examples told in order to spare the rule, or else those that happen to."""
    sparing = [each.example for each in trials if rule.id in each.spared]
    meant = [each for each in sparing if rule.id in each.spares]
    return [each.name for each in meant or sparing]


def _row(rule: Rule) -> str:
    rungs = "；".join(_rung(rule, rung) for rung in rule.rungs)
    issue = ISSUE_TITLES[rule.issue] + ("（试评判，不发牌）" if rule.shadow else "")
    kind = f"{KIND_TITLES[rule.kind]} `{rule.kind}`"
    return f"| {rule.id} | {rule.title}{_scope(rule.scope)} | {kind} | {rungs} | {issue} | {'；'.join(rule.basis)} |"


def _rung(rule: Rule, rung: Rung) -> str:
    named = f"{LEVEL_TITLES[rung.level]}{'' if rung.id == rule.id else f' {rung.id}'}"
    return f"{named}：{_when(rung.when)}"


def _when(when: Threshold | str) -> str:
    if isinstance(when, str):
        return f"{WORD_TITLES[when]} `{when}`"
    clock = CLOCK_TITLES[when.clock or "limit"]
    if when.mode == "share":
        return f"用去{clock}的 {when.share}%"
    if when.mode == "before" and when.term is not None:
        return f"{clock}届满前 {when.term.title}"
    return f"超过{clock}" + (f" {when.term.title}" if when.term is not None else "")


def _scope(scope: Mapping[str, Sequence[str]]) -> str:
    told = "，".join(f"`{path}` 为 {'、'.join(values)}" for path, values in scope.items())
    return f"（{told}）" if told else ""


def _example(pack: Pack, example: Example, cards: Sequence[Card], calendar: Calendar) -> Iterator[str]:
    item = example.item
    about = item if isinstance(item, str) else "，".join(f"{name}: {_value(found)}" for name, found in item.items())
    yield f"例：{example.name}" + (f"（事项 `{about}`）" if about else "")
    yield ""
    yield "```text"
    facts = [(fact.at, 0, _happened(pack, fact)) for fact in example.facts]
    for at, _, text in sorted([*facts, *_drawn(pack, cards)], key=lambda line: line[:2]):
        yield f"{_moment(pack.zone.text(at), calendar)}  {text}"
    yield "```"
    yield ""


def _happened(pack: Pack, fact: Fact) -> str:
    declared = pack.vocabulary.types.get(fact.type)
    fields = declared.fields if declared else {}
    told = [f"{fields.get(name, {}).get('title', name)} {_value(found)}" for name, found in fact.data.items()]
    named = (("环节", fact.step), ("经办人", fact.officer), ("岗位", fact.post))
    told = [f"{title} {found}" for title, found in named if found] + told
    if fact.stamp != fact.at:
        told.append(f"{pack.zone.text(fact.stamp)[11:16]} 才收到")
    return pack.vocabulary.title_of(fact.type) + (f"：{'，'.join(told)}" if told else "")


def _drawn(pack: Pack, cards: Sequence[Card]) -> Iterator[Line]:
    """Yield each level a card reached and each end it came to, once."""
    seen: set[tuple[str, str, str]] = set()
    for card in cards:
        name = f"{LEVEL_TITLES[card.level]} {card.rung}"
        if (card.rule, card.occurrence, card.level) not in seen:
            seen.add((card.rule, card.occurrence, card.level))
            yield pack.zone.parse(card.violated_at)[0], 1, f"▲ {name}"
        if card.cleared_at is not None and (card.rule, card.occurrence, card.status) not in seen:
            seen.add((card.rule, card.occurrence, card.status))
            yield pack.zone.parse(card.cleared_at)[0], 1, f"△ {name} {STATUS_TITLES[card.status]}"


def _reasons(rule: Rule, cards: Sequence[Card]) -> Iterator[str]:
    """Yield what the last record of the rule's card says of itself."""
    last = next((card for card in reversed(cards) if card.rule == rule.id), None)
    if last is not None:
        yield f"牌上的说明：{''.join(last.explain['sentences']['zh'])}"
        yield ""


def _moment(text: str, calendar: Calendar) -> str:
    """Return an instant with its weekday, and with what the calendar makes of the day where that is not plain."""
    at = datetime.fromisoformat(text)
    day = date(at.year, at.month, at.day)
    workdays = calendar.workdays()
    match workdays.kind(day):
        case "makeup":
            marked = "（调休上班）"
        case "holiday":
            marked = f"（{workdays.why(day)}）"
        case _:
            marked = ""
    seconds = f":{at:%S}" if at.second else ""
    return f"{day} 周{WEEKDAYS[day.weekday()]}{marked} {at:%H:%M}{seconds}"


def _value(found: Any) -> str:
    if isinstance(found, bool):
        return "是" if found else "否"
    if isinstance(found, list):
        return "、".join(map(_value, found))
    return "（空）" if found in (None, "") else str(found)
