"""A card in a few words, for screens smaller than ours. Nobody's name is in it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.card import LEVEL_TITLES, STATUS_TITLES
from mingjing.rules.subject import is_subject

DIGEST_LINES = 20
"""Cards a digest lists; the others it counts."""


class Message(msgspec.Struct, frozen=True):
    """What is said: one line, then the lines under it, and where to read more."""

    title: str
    lines: tuple[str, ...]
    link: str


def announced(card: Mapping[str, Any], agency: str, console: str, zone: ZoneInfo) -> Message:
    """Return what is said of one card, or of a step with it; `agency` is the title, `console` the address of ours."""
    status = "" if card["status"] == "standing" else f"（{STATUS_TITLES[card['status']]}）"
    step = card.get("step")
    lines = [
        f"部门：{agency}",
        f"事项：{card.get('item_title') or card.get('item') or '未列名事项'}",
        _about(card["case_key"]),
        *(_step_lines(step, zone) if step else _card_lines(card, zone)),
    ]
    level = LEVEL_TITLES[card["level"]]
    title = f"【{step['title']}】{level}：{card['title']}" if step else f"【{level}】{card['title']}"
    return Message(f"{title}{status}", tuple(lines), f"{console}/cards?card={card['card_id']}")


def _card_lines(card: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    lines = [f"时刻：{_told(card['violated_at'], zone)}"]
    if card["due_at"]:
        lines.append(f"期限：{_told(card['due_at'], zone)}")
    if card["issue"] == "confirm":
        lines.append("此牌待核实，请监察员确认或排除")
    return lines


def _step_lines(step: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    """Return when a step was taken with the card, and what was chosen in it."""
    return [f"办理时刻：{_told(step['at'], zone)}", *(f"{title}：{said}" for title, said in step["says"].items())]


def _about(case_key: str) -> str:
    """Return whose card it is: a case by its number, what is counted across cases by what it is counted by."""
    return f"对象：{case_key.split('/', 2)[2]}" if is_subject(case_key) else f"办件：{case_key.partition('/')[2]}"


def gathered(cards: Sequence[Mapping[str, Any]], titles: Mapping[str, str], console: str) -> Message:
    """Return the digest of several cards; `titles` are those of agencies by code."""
    drawn = Counter(card["level"] for card in cards if "step" not in card)
    steps = Counter(card["step"]["title"] for card in cards if "step" in card)
    counts = [f"{LEVEL_TITLES[level]}{drawn[level]}张" for level in reversed(LEVEL_TITLES) if drawn[level]]
    counts += [f"{title}{count}件" for title, count in steps.items()]
    lines = [
        f"{LEVEL_TITLES[card['level']]} {titles.get(card['agency'], card['agency'])}：{card['title']}"
        + (f"（{card['step']['title']}）" if "step" in card else "")
        for card in cards[:DIGEST_LINES]
    ]
    if len(cards) > DIGEST_LINES:
        lines.append(f"另有{len(cards) - DIGEST_LINES}{'件' if steps else '张'}，请在控制台查看")
    return Message(f"【监察汇总】{'，'.join(counts)}", tuple(lines), f"{console}/cards")


def _told(text: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%d %H:%M")
