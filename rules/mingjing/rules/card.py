"""Cards: what a rule finds in a case, at which level, and how it stands.

A finding is the engine's alone. It `stands` while its condition holds, is
`cleared` when a later fact ended the condition (the violation happened and
still counts), and is `withdrawn` when a fact that was already true then, but
arrived late or was corrected, shows that it never held.
"""

import hashlib
from typing import Any, Final, Literal

import msgspec
import orjson
from msgspec.structs import asdict

Level = Literal["hint", "warning", "yellow", "red"]
Status = Literal["standing", "cleared", "withdrawn"]
Issue = Literal["auto", "confirm"]
Cause = Literal["late", "corrected", "recounted"]
"""Why a finding is withdrawn: a fact came late, or one was corrected or said in other words, or other things count."""

LEVELS: tuple[Level, ...] = ("hint", "warning", "yellow", "red")
"""Levels in rising order. 提 is shown and counted but is never a card."""

LEVEL_TITLES: dict[Level, str] = {"hint": "提示", "warning": "预警", "yellow": "黄牌", "red": "红牌"}
STATUS_TITLES: dict[Status, str] = {"standing": "生效", "cleared": "已纠正", "withdrawn": "自动撤回"}

FIRST: Final = "-"
"""The occurrence of a rule that is judged once a case."""


class Evidence(msgspec.Struct, frozen=True):
    """An event a finding rests on; `at` is its legal time in microseconds."""

    id: str
    source: str
    type: str
    at: int


class Finding(msgspec.Struct, kw_only=True):
    """What one rule says of one occurrence in one case, given facts and a clock.

    `violated_at` is the first instant at which `level` held. `due_at` is the
    first instant past the limit, where there is one; `cleared_at` the instant of
    the fact that ended the condition. All are microseconds since the epoch.
    `explain` is data: start, excluded days and why, due, finish, days over.
    `agency` answers for it where that is not the agency of the case (a member of a joint approval).
    """

    rule: str
    rung: str
    occurrence: str
    level: Level
    status: Status
    violated_at: int
    due_at: int | None
    cleared_at: int | None
    evidence: list[Evidence]
    explain: dict[str, Any]
    issue: Issue = "auto"
    agency: str | None = None


class Card(msgspec.Struct, kw_only=True, omit_defaults=False):
    """A record of the `cards` topic: one state in the life of one card.

    Instants are RFC 3339 text in the pack's zone. `ver` is (offset of
    `case-events` folded, generation of the partition's owner, revision): a
    reader keeps the greatest. `digest` is over the finding alone, so it is
    equal wherever and whenever the card is recomputed. `traceparent` is the W3C trace
    context of the call that drew it, None where a deadline did.
    """

    card_id: str
    case_key: str
    rule: str
    rung: str
    title: str
    occurrence: str
    level: Level
    status: Status
    issue: Issue
    item: str | None
    item_title: str | None
    agency: str | None
    region: str | None
    officer: str | None
    post: str | None
    step: str | None
    violated_at: str
    due_at: str | None
    cleared_at: str | None
    issued_at: str
    evidence: list[dict[str, Any]]
    explain: dict[str, Any]
    basis: list[str]
    versions: dict[str, str]
    digest: str
    revision: int
    ver: tuple[int, int, int]
    traceparent: str | None = None


def card_id(case_key: str, rule: str, occurrence: str) -> str:
    """Return the identity of the card: the same for ever for (case, rule, occurrence)."""
    text = f"{case_key}\0{rule}\0{occurrence}".encode()
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def digest(finding: Finding) -> str:
    """Return the hash of a finding's content; equal findings have equal digests."""
    packed = orjson.dumps(finding, default=asdict, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(packed, digest_size=16).hexdigest()
