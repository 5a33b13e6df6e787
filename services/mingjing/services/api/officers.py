"""What is told of one officer: the cards laid to them, year by year, and what they did in the cases of these."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.events import Event
from mingjing.rules.subject import is_subject

ADMONITION = "ACT-02"
"""The rule that proposes to admonish whoever has three yellow cards in a year (警示告诫); people decide."""


class OfficerYear(msgspec.Struct, kw_only=True):
    """Cards of one year in which the limit was broken, at the level they show; those shown at none are not counted."""

    year: int
    warning: int
    yellow: int
    red: int


class OfficerStep(msgspec.Struct, kw_only=True):
    """One thing that an officer did in a case."""

    at: str
    case_key: str
    type: str
    step: str | None
    post: str | None


class OfficerDocument(msgspec.Struct, kw_only=True):
    """人员档案: an officer by the code that stands for them; nobody's name is known here.

    `cards` is how many of the newest cards were read, `whole` whether these are all. `proposed` counts
    the proposals to admonish among them, `admonished` those on which a person decided a measure.
    """

    officer: str
    agencies: list[str]
    posts: list[str]
    years: list[OfficerYear]
    cards: int
    whole: bool
    proposed: int
    admonished: int
    steps: list[OfficerStep]


def cases_of(cards: Iterable[Mapping[str, Any]], most: int) -> list[str]:
    """Return the keys of the cases that the newest cards are of, at most so many; subjects across cases are none."""
    keys = dict.fromkeys(card["case_key"] for card in cards)
    return [key for key in keys if not is_subject(key)][:most]


def document_of(
    officer: str,
    cards: list[dict[str, Any]],
    stories: Mapping[str, list[dict[str, Any]]],
    zone: ZoneInfo,
    *,
    whole: bool,
) -> OfficerDocument:
    """Return the file of an officer from their cards with life, newest first, and the stories of the cards' cases."""
    proposals = [card for card in cards if card["rule"] == ADMONITION and _shown(card)]
    return OfficerDocument(
        officer=officer,
        agencies=list(dict.fromkeys(card["agency"] for card in cards if card["agency"])),
        posts=list(dict.fromkeys(card["post"] for card in cards if card["post"])),
        years=_years([card for card in cards if card["rule"] != ADMONITION], zone),
        cards=len(cards),
        whole=whole,
        proposed=len(proposals),
        admonished=sum(any("measure" in entry["fields"] for entry in _entries(card)) for card in proposals),
        steps=_steps(officer, stories),
    )


def _shown(card: Mapping[str, Any]) -> str | None:
    """Return the level that a card shows; None for one that was withdrawn, revoked, dismissed or exempted."""
    if card["status"] == "withdrawn":
        return None
    life = card.get("life")
    shown: str | None = card["level"] if life is None else life["shown"]
    return shown


def _entries(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    life = card.get("life")
    return [] if life is None else life["entries"]


def _years(cards: list[dict[str, Any]], zone: ZoneInfo) -> list[OfficerYear]:
    counts = Counter(
        (datetime.fromisoformat(card["violated_at"]).astimezone(zone).year, level)
        for card in cards
        if (level := _shown(card)) is not None
    )
    return [
        OfficerYear(year=year, **{level: counts[year, level] for level in ("warning", "yellow", "red")})
        for year in sorted({year for year, _ in counts}, reverse=True)
    ]


def _steps(officer: str, stories: Mapping[str, list[dict[str, Any]]]) -> list[OfficerStep]:
    """Return what the officer did, newest first."""
    done = [
        (msgspec.convert(event, Event).time, case_key, event)
        for case_key, story in stories.items()
        for event in story
        if event.get("officer") == officer
    ]
    return [
        OfficerStep(
            at=at.isoformat(), case_key=case_key, type=event["type"], step=event.get("step"), post=event.get("post")
        )
        for at, case_key, event in sorted(done, key=lambda each: (each[0], each[1]), reverse=True)
    ]
