"""Findings in sentences, Chinese and English, made from their data alone.

The tone is settled: facts and instants, no motives; what happened, which limit,
when it ended, by how much, and what can still be done.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from mingjing.rules.card import LEVEL_TITLES, Finding
from mingjing.rules.rule import Rule
from mingjing.rules.term import UNIT_TITLES, parse_term

CLOCK_TITLES = {"promised": "承诺期限", "statutory": "法定期限", "limit": "期限"}
CLOCK_NAMES = {"promised": "promised limit", "statutory": "statutory limit", "limit": "limit"}
LEVEL_NAMES = {"hint": "hint", "warning": "warning", "yellow": "yellow card", "red": "red card"}

Pair = tuple[str, str]
"""One sentence, in Chinese and in English."""


class Told(msgspec.Struct, frozen=True):
    """What is to be told: a finding, its rule, and its explanation as data."""

    rule: Rule
    finding: Finding
    found: dict[str, Any]


def sentences(rule: Rule, finding: Finding) -> dict[str, list[str]]:
    """Return the finding told in order: {"zh": […], "en": […]}."""
    tell = _TELLERS.get(str(finding.explain.get("kind")), _plain)
    pairs = list(tell(Told(rule, finding, finding.explain)))
    return {"zh": [zh for zh, _ in pairs], "en": [en for _, en in pairs]}


def day_zh(text: str) -> str:
    """Return an ISO date as `10 月 8 日`."""
    day = date.fromisoformat(text[:10])
    return f"{day.month} 月 {day.day} 日"


def moment_zh(text: str) -> str:
    """Return an RFC 3339 instant as `10 月 8 日 15:20`."""
    at = datetime.fromisoformat(text)
    return f"{at.month} 月 {at.day} 日 {at:%H:%M}"


def _moment(text: str) -> Pair:
    return moment_zh(text), f"{datetime.fromisoformat(text):%d %b %Y %H:%M}"


def _limit_zh(text: str) -> str:
    try:
        return parse_term(text).title
    except ValueError:
        return text


def _time_limit(told: Told) -> Iterator[Pair]:
    found = told.found
    clock, name = CLOCK_TITLES[found["clock"]], CLOCK_NAMES[found["clock"]]
    start_zh, start = _moment(found["start_at"])
    yield (
        f"起算：{start_zh}，当日不计，{clock} {_limit_zh(found['limit'])}。",
        f"Started {start}; that day is not counted; {name} {found['limit']}.",
    )
    if found["excluded"]:
        yield (
            f"不计：{'，'.join(_range_zh(each) for each in found['excluded'])}。",
            f"Not counted: {', '.join(_range_en(each) for each in found['excluded'])}.",
        )
    for each in found["extensions"]:
        zh, en = _moment(each["at"])
        yield f"延期：{zh} 批准延长 {_limit_zh(each['by'])}。", f"Extended on {en} by {each['by']}."
    whole_days = found["count"] == "end-of-day"
    end_zh = f"{day_zh(found['due_on'])} 24:00" if whole_days else moment_zh(found["due_at"])
    yield f"届满：{end_zh}。", f"The limit ends with {found['due_on'] if whole_days else found['due_at']}."
    yield _outcome(told, end_zh)


def _outcome(told: Told, end_zh: str) -> Pair:
    found, level = told.found, told.finding.level
    if found["finish_at"]:
        zh, en = _moment(found["finish_at"])
        if not found["late"]:
            return f"{zh} 办结，未超期。", f"Finished {en}, in time."
        if not found["over"]:
            return f"{zh} 办结，已过期限。", f"Finished {en}, after the limit had ended."
        unit = UNIT_TITLES["wd" if found["unit"] == "wd" else "cd"]
        return f"{zh} 办结，超期 {found['over']} {unit}。", f"Finished {en}, {found['over']} days over."
    if level == "warning" and (told.finding.due_at is None or told.finding.violated_at < told.finding.due_at):
        return f"尚未办结，请于 {end_zh} 前办结。", "Not finished yet; finish before the limit ends."
    return f"届满时未办结，发{LEVEL_TITLES[level]}。", f"Not finished when the limit ended: {LEVEL_NAMES[level]}."


def _range_zh(each: dict[str, Any]) -> str:
    days = day_zh(each["from"]) if each["from"] == each["to"] else f"{day_zh(each['from'])}至{day_zh(each['to'])}"
    return f"{days}（{each['why']}）"


def _range_en(each: dict[str, Any]) -> str:
    days = each["from"] if each["from"] == each["to"] else f"{each['from']} to {each['to']}"
    return f"{days} ({each['why']})"


def _waiting(told: Told) -> Iterator[Pair]:
    found = told.found
    (start_zh, start), (stop_zh, stop) = _moment(found["start_at"]), _moment(found["stop_at"])
    yield (
        f"应至少间隔 {_limit_zh(found['at_least'])}：{start_zh} 起，最早 {day_zh(found['earliest'])}。",
        f"At least {found['at_least']} must pass after {start}; earliest {found['earliest'][:10]}.",
    )
    yield f"实际于 {stop_zh} 进行，早于规定。", f"It happened on {stop}: too early."


def _sequence(told: Told) -> Iterator[Pair]:
    found, title = told.found, told.rule.vocabulary.title_of
    step_zh, step = _moment(found["step_at"])
    if found["after"]:
        ended_zh, ended = _moment(found["after"]["at"])
        yield (
            f"{ended_zh} 已{title(found['after']['type'])}，{step_zh} 又发生“{title(found['step'])}”。",
            f"{found['step']} at {step} follows {found['after']['type']} at {ended}.",
        )
    if found["missing"]:
        yield (
            f"{step_zh} 发生“{title(found['step'])}”，此前没有“{_either(found['missing'], title, '或', '、')}”。",
            f"{found['step']} at {step} without earlier {_either(found['missing'], str, ' or ', ', ')}.",
        )


def _either(choices: list[list[str]], title: Callable[[str], str], either: str, and_also: str) -> str:
    return and_also.join(either.join(map(title, each)) for each in choices)


def _notification(told: Told) -> Iterator[Pair]:
    found = told.found
    if found["fault"] == "repeated":
        yield (
            f"应当 {found['at_most']} 次告知，实际告知 {found['sent']} 次。",
            f"Notified {found['sent']} times; at most {found['at_most']}.",
        )
    elif found["fault"] == "incomplete":
        names = "、".join(_field_zh(told, path) for path in found["lacking"])
        yield f"告知缺少：{names}。", f"The notice lacks {', '.join(found['lacking'])}."
    else:
        zh, en = _moment(found["step_at"])
        yield f"{zh} 之前没有告知。", f"No notice before {en}."


def _field_zh(told: Told, path: str) -> str:
    name = path.removeprefix("data.")
    declared = told.rule.vocabulary.types.get(told.finding.evidence[0].type) if told.finding.evidence else None
    return declared.fields.get(name, {}).get("title", name) if declared else name


def _separation(told: Told) -> Iterator[Pair]:
    found, evidence = told.found, told.finding.evidence
    if "at_least" in found:
        yield (
            f"应由不少于 {found['at_least']} 人办理，记录 {len(found['people'])} 人。",
            f"At least {found['at_least']} people are required; {len(found['people'])} recorded.",
        )
    else:
        first, second = evidence[0].type, evidence[1].type
        title = told.rule.vocabulary.title_of
        yield f"“{title(first)}”与“{title(second)}”由同一人办理。", f"One person did both {first} and {second}."


def _withdrawn(_: Told) -> Iterator[Pair]:
    yield (
        "迟到或更正的数据表明，该情形当时不成立，本牌自动撤回，不计入考核。",
        "Late or corrected data show that this never held; withdrawn by the system and not counted.",
    )


def _plain(told: Told) -> Iterator[Pair]:
    yield told.rule.title, told.rule.id


_TELLERS: dict[str, Callable[[Told], Iterator[Pair]]] = {
    "time-limit": _time_limit,
    "waiting-period": _waiting,
    "sequence": _sequence,
    "notification": _notification,
    "separation": _separation,
    "withdrawn": _withdrawn,
}
