"""What a desk reads and writes: the engine's word on a card, a person's step, how the card then stands."""

import re
from datetime import datetime
from typing import Any

import msgspec

from mingjing.rules.card import Card, Cause, Issue, Level, Status
from mingjing.rules.card_action import Outcome
from mingjing.rules.card_life import Entry, Life, Said, shown_level
from mingjing.rules.events import Fact, micros

SAID, ASKED = "card.said", "card.asked"
"""Types of what a desk reads: the engine's word on a card, and a person's step."""

ENGINE = "urn:mingjing:engine"
"""Source of the engine's word."""

DESK = "urn:mingjing:desk"
"""Source of people's steps, and of what becomes of them in a card's own case."""

SUB_CASE = "#"
"""Between the key of a case and the card that is a case of its own: `<case_key>#<card_id>`."""

_SUB_CASE = re.compile(r"#[0-9a-f]{32}$")

Ver = tuple[int, int, int]


class CardStage(msgspec.Struct, kw_only=True):
    """A record of the topic `card-stages`: how a card stands among people.

    `shown` is the level it shows, None for none. `outcome` answers the action that made
    this record, accepted or not. `ver` is (offset of card-actions folded, generation of
    the partition's owner, revision): a reader keeps the greatest.
    """

    card_id: str
    case_key: str
    agency: str | None
    region: str | None
    stage: str
    round: int
    revision: int
    shown: Level | None
    entries: list[Entry]
    outcome: Outcome | None
    ver: Ver


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """An event that the desk states of a case; `at` is microseconds since the epoch. Equal ones have equal ids."""

    case_key: str
    id: str
    type: str
    at: int
    agency: str | None
    region: str | None
    data: dict[str, Any]


class Handled(msgspec.Struct, frozen=True):
    """What changed since it was last taken.

    `happenings` are events of the cards' own cases, `standings` words to the cases that the cards are of.
    """

    stages: list[CardStage]
    happenings: list[Happening]
    standings: list[Happening] = []


class Word(msgspec.Struct, forbid_unknown_fields=True):
    """The data of `card.said`: a finding without its trace. Instants are microseconds; `ver` is that of the card.

    `cause` is that of a withdrawal.
    """

    card_id: str
    rule: str
    level: Level
    status: Status
    issue: Issue
    violated_at: int
    due_at: int | None
    ver: Ver
    cause: Cause | None = None

    @property
    def said(self) -> Said:
        """The finding, as the life of the card keeps it."""
        return Said(
            level=self.level,
            status=self.status,
            issue=self.issue,
            violated_at=self.violated_at,
            due_at=self.due_at,
        )


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """The data of `card.asked`: see `Action`; the id of the fact is the action's."""

    card_id: str
    verb: str
    expected: int
    actor: str
    role: str
    region: str
    agency: str | None = None
    fields: dict[str, str] = {}


def stage_of(life: Life, outcome: Outcome | None, ver: Ver) -> CardStage:
    """Return how a card now stands; what is done with it later changes nothing of that."""
    return CardStage(
        card_id=life.card_id,
        case_key=life.case_key,
        agency=life.agency,
        region=life.region,
        stage=life.stage,
        round=life.round,
        revision=life.revision,
        shown=shown_level(life),
        entries=list(life.entries),
        outcome=outcome,
        ver=ver,
    )


def sub_case(case_key: str, card_id: str) -> str:
    """Return the key of the case that a card of this case is of its own."""
    return f"{case_key}{SUB_CASE}{card_id}"


def is_sub_case(case_key: str) -> bool:
    """Return whether this is the key of a card's own case; a number of an agency's may well have a `#`."""
    return _SUB_CASE.search(case_key) is not None


def said_of(card: Card, at: int) -> Fact | None:
    """Return what a desk is told of a card record, first said at `at`; None for a hint, which nobody works.

    Equal records give equal facts.
    """
    if card.level == "hint":
        return None
    word = Word(
        card_id=card.card_id,
        rule=card.rule,
        level=card.level,
        status=card.status,
        issue=card.issue,
        violated_at=micros(datetime.fromisoformat(card.violated_at)),
        due_at=micros(datetime.fromisoformat(card.due_at)) if card.due_at else None,
        ver=card.ver,
        cause=card.explain.get("cause"),
    )
    return Fact(
        id=f"{card.card_id}@{'.'.join(map(str, card.ver))}",
        source=ENGINE,
        type=SAID,
        at=at,
        stamp=at,
        agency=card.agency,
        region=card.region,
        data=msgspec.to_builtins(word),
    )
