"""Turns of phrase that every kind tells its findings with, Chinese and English side by side."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from mingjing.rules.card import Finding
from mingjing.rules.rule import Rule
from mingjing.rules.term import Unit, parse_term

CLOCK_TITLES = {"promised": "承诺期限", "statutory": "法定期限", "limit": "期限"}
CLOCK_NAMES = {"promised": "promised limit", "statutory": "statutory limit", "limit": "limit"}
LEVEL_NAMES = {"hint": "hint", "warning": "warning", "yellow": "yellow card", "red": "red card"}
UNIT_NAMES: dict[Unit, str] = {
    "wd": "working day",
    "cd": "calendar day",
    "mo": "month",
    "wh": "working hour",
    "h": "hour",
    "min": "minute",
    "s": "second",
}
WHY_NAMES = {"周末": "weekend", "特别程序": "special procedure"}
"""Why a day is not counted, where it is no holiday; holidays keep the names of their calendar."""

Pair = tuple[str, str]
"""One sentence, in Chinese and in English."""


class Told(msgspec.Struct, frozen=True):
    """What is to be told: a finding, its rule, and its explanation as data."""

    rule: Rule
    finding: Finding
    found: dict[str, Any]

    def title(self, event_type: str) -> str:
        """Return the Chinese title of an event type of the rule's vocabulary."""
        return self.rule.vocabulary.title_of(event_type)

    def ended(self, event_type: str) -> str:
        """Return what an event that ends a duty is called: a decision is 办结, anything else bears its own title."""
        declared = self.rule.vocabulary.types.get(event_type)
        return "办结" if declared and declared.state == "decided" else self.title(event_type)

    def field(self, path: str) -> str:
        """Return the Chinese title of a field `data.…` of the first event of the evidence; its name if it has none."""
        name = path.removeprefix("data.")
        evidence = self.finding.evidence
        declared = self.rule.vocabulary.types.get(evidence[0].type) if evidence else None
        return declared.fields.get(name, {}).get("title", name) if declared else name


def day_zh(text: str) -> str:
    """Return an ISO date as `10 月 8 日`."""
    day = date.fromisoformat(text[:10])
    return f"{day.month} 月 {day.day} 日"


def moment_zh(text: str) -> str:
    """Return an RFC 3339 instant as `10 月 8 日 15:20`."""
    at = datetime.fromisoformat(text)
    return f"{at.month} 月 {at.day} 日 {at:%H:%M}"


def moment(text: str) -> Pair:
    """Return an RFC 3339 instant as it is read out in both languages."""
    return moment_zh(text), f"{datetime.fromisoformat(text):%d %b %Y %H:%M}"


def limit_zh(text: str) -> str:
    """Return a limit as written (`20wd`) in Chinese; a stated date or instant as it stands."""
    try:
        return parse_term(text).title
    except ValueError:
        return text


def limit_en(text: str) -> str:
    """Return a limit as written (`20wd`) in English; a stated date or instant as it stands."""
    try:
        term = parse_term(text)
    except ValueError:
        return text
    return f"{term.amount} {UNIT_NAMES[term.unit]}" + ("s" if term.amount != 1 else "")


def days_zh(each: dict[str, Any]) -> str:
    """Return a run of days {from, to, why} with its reason."""
    days = day_zh(each["from"]) if each["from"] == each["to"] else f"{day_zh(each['from'])}至 {day_zh(each['to'])}"
    return f"{days}（{each['why']}）"


def days_en(each: dict[str, Any]) -> str:
    """Return a run of days {from, to, why} with its reason."""
    days = each["from"] if each["from"] == each["to"] else f"{each['from']} to {each['to']}"
    return f"{days} ({WHY_NAMES.get(each['why'], each['why'])})"


def quoted(titles: Iterable[str], most: int = 3) -> str:
    """Return the titles in Chinese quotation marks, joined by 或; beyond `most` only 等."""
    names = list(dict.fromkeys(titles))
    return "或".join(f"“{each}”" for each in names[:most]) + ("等" if len(names) > most else "")
