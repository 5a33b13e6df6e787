"""The shapes of what the desk answers, as promised in OpenAPI."""

from typing import Literal

import msgspec

from mingjing.rules.card import Card, Level
from mingjing.rules.card_life import Entry
from mingjing.rules.workflow import Stage

PaperKind = Literal["notice", "reminder", "decision", "supervision-order", "recommendation"]


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


class Paper(msgspec.Struct, kw_only=True):
    """A document that goes with a step: its kind, the id of the action, and when that was (epoch microseconds)."""

    kind: PaperKind
    step: str
    verb: str
    round: int
    at: int


class CardLife(ListedCard, kw_only=True):
    """A card in its latest state, every state it has had, its life among people and the steps open to the caller.

    Each of `documents` is to be had at `/v1/cards/{card_id}/documents/{kind}.pdf?step={step}`, or `.docx`.
    """

    history: list[Card]
    steps: list[OpenStep]
    documents: list[Paper]


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


class SharedStep(msgspec.Struct, kw_only=True):
    """A step that the caller may take with several cards at once, from each of `from_stages`, in the same words."""

    verb: str
    title: str
    english: str
    from_stages: list[Stage]
    fields: list[StepField]


class Worklist(msgspec.Struct):
    """How many cards stand in each stage, with its title, and in which of them it is the caller's turn.

    `shared` are the caller's steps that may be taken with many cards in one go.
    """

    stages: dict[Stage, int]
    titles: dict[Stage, str]
    mine: list[Stage]
    shared: list[SharedStep]
