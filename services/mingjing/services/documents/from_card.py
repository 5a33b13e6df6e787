"""From a card, and what people said of it, to the blanks of a template."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mingjing.rules.card import LEVEL_TITLES
from mingjing.rules.workflow import APPEAL_GROUNDS, LADDER
from mingjing.rules.workflow_steps import BY_VERB
from mingjing.services.documents.letter import chinese_date

DECISIONS = frozenset({"uphold", "revoke", "lower", "exempt"})
_CHOICES = {field.name: field.choices for field in BY_VERB["lower"].fields}


def blanks_of(
    card: Mapping[str, Any], *, issuer: str, agency: str, zone: ZoneInfo, verb: str, fields: Mapping[str, str]
) -> dict[str, str]:
    """Return what fills a template's blanks: `card` as the `cards` topic carries it, `fields` as the step said them.

    Instants are told in `zone`. The case is named by its own number, without its namespace.
    """
    blanks = {
        "issuer": issuer,
        "agency": agency,
        "case": str(card["case_key"]).partition("/")[2],
        "item": card["item_title"] or card["item"] or "未列名事项",
        "level": LEVEL_TITLES[card["level"]],
        "rule": card["rung"],
        "finding": card["title"],
        "basis": "；".join(card["basis"]),
        **{name: _told(card[name], zone) for name in ("violated_at", "due_at", "issued_at") if card[name]},
        **{name: value.rstrip("。.；; ") for name, value in fields.items() if value.strip() and name != "level"},
    }
    if "due" in fields:
        blanks["due"] = chinese_date(date.fromisoformat(fields["due"]))
    if "measure" in fields:
        blanks["measure"] = LADDER[fields["measure"]]
    if verb in DECISIONS:
        blanks["decision"] = BY_VERB[verb].title
    if verb == "lower":
        blanks["decision"] += f"为{_CHOICES['level'][fields['level']]}"
    if verb == "exempt":
        blanks["reason"] = f"{APPEAL_GROUNDS[fields['ground']]}，经{fields['approver']}批准（{fields['doc_no']}）"
    return blanks


def sentences_of(card: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the Chinese sentences that explain the card, in order."""
    return tuple(card["explain"].get("sentences", {}).get("zh", ()))


def _told(text: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(text).astimezone(zone)
    return f"{chinese_date(moment.date())}{moment.hour}时{moment.minute}分"
