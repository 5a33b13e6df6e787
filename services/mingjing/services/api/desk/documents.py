"""The shapes of what the desk answers, as promised in OpenAPI."""

from typing import Literal

import msgspec

from mingjing.rules.card import Card, Level
from mingjing.rules.card_life import Entry
from mingjing.rules.workflow import Stage


class CardStanding(msgspec.Struct, kw_only=True):
    """How a card stands among people; `revision` is what an action must expect, `shown` the level it shows."""

    stage: Stage
    round: int
    revision: int
    shown: Level | None
    entries: list[Entry]
    ver: tuple[int, int, int]


class StepField(msgspec.Struct, kw_only=True):
    """One thing a step says; `choices` maps what is written to its title, empty = free text."""

    name: str
    title: str
    type: Literal["text", "date", "choice"]
    required: bool
    choices: dict[str, str]


class OpenStep(msgspec.Struct, kw_only=True):
    """A step that the caller may take now; `document` is the kind of document that goes with it."""

    verb: str
    title: str
    english: str
    fields: list[StepField]
    document: str | None


class ListedCard(Card, kw_only=True):
    """A card and how it stands among people; `life` is null until people know of it."""

    life: CardStanding | None


class CardPage(msgspec.Struct):
    """Cards, newest issued first.

    `feed` is where `/v1/cards/stream` continues this page, `stage_feed` where `/v1/card-stages/stream` does.
    """

    items: list[ListedCard]
    next_cursor: str | None
    feed: str
    stage_feed: str


class CardLife(ListedCard, kw_only=True):
    """A card in its latest state, every state it has had, its life among people and the steps open to the caller.

    `documents` are the kinds to be had at `/v1/cards/{card_id}/documents/{kind}.pdf` or `.docx`.
    """

    history: list[Card]
    steps: list[OpenStep]
    documents: list[str]


class ActionAnswer(msgspec.Struct, kw_only=True):
    """What became of an action; `stage` and `revision` are how the card stands after it.

    A refused action has a `code` and a `message`, and the `field` at fault where there
    is one. Of a pending one nothing more is known yet.
    """

    action_id: str
    card_id: str
    state: Literal["accepted", "refused", "pending"]
    stage: Stage | None = None
    revision: int | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None


class ActionAnswers(msgspec.Struct):
    """What became of each of several actions, in their order."""

    results: list[ActionAnswer]


class Worklist(msgspec.Struct):
    """How many cards stand in each stage, with its title, and in which of them it is the caller's turn."""

    stages: dict[Stage, int]
    titles: dict[Stage, str]
    mine: list[Stage]
