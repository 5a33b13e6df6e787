"""The shapes of the API's answers, as promised in OpenAPI.

Cards, events, facts of cases and dead letters pass through as they lay on their
topics and are only described here; the rest is built from these shapes.
"""

from typing import Any, Literal

import msgspec

from mingjing.rules.card import Card, Level
from mingjing.rules.events import Event

CaseState = Literal["applied", "accepted", "suspended", "decided", "delivered", "abandoned", "not_accepted", "returned"]
LetterCode = Literal[
    "bad_json",
    "not_cloudevent",
    "missing_attribute",
    "bad_time",
    "naive_time",
    "foreign_agency",
    "foreign_source",
    "unknown_type",
    "too_large",
    "engine_fault",
    "row_refused",
]


class Clock(msgspec.Struct, kw_only=True):
    """One running or finished time limit of a case."""

    rule: str
    clock: str
    limit: str
    start_at: str | None
    due_at: str | None
    state: Literal["running", "paused", "stopped", "past"]
    level: Level | None


class CaseFacts(msgspec.Struct, kw_only=True):
    """How a case stands: 办件现状."""

    case_key: str
    subject: str
    item: str | None
    item_title: str | None
    agency: str | None
    region: str | None
    applied_at: str | None
    accepted_at: str | None
    decided_at: str | None
    delivered_at: str | None
    last_event_at: str | None
    last_event_type: str | None
    state: CaseState
    clocks: list[Clock]
    events: int
    ver: tuple[int, int, int]


class DeadLetter(msgspec.Struct, kw_only=True):
    """An event that could not be used, with the bytes as sent (base64) and how to mend it."""

    letter_id: str
    code: LetterCode
    place: str
    message: str
    agency: str | None
    source: str | None
    event_id: str | None
    topic: str
    partition: int
    offset: int
    received_at: str
    original: str


class CardPage(msgspec.Struct):
    """Cards, newest issued first; `feed` is where `/v1/cards/stream` continues this page."""

    items: list[Card]
    next_cursor: str | None
    feed: str


class CardLife(Card, kw_only=True):
    """A card in its latest state and every state it has had, by revision."""

    history: list[Card]


class CasePage(msgspec.Struct):
    """Cases, the one with the newest event first."""

    items: list[CaseFacts]
    next_cursor: str | None


class CaseReview(msgspec.Struct):
    """A case laid out for reading: its events in legal order, its cards, and every day counted."""

    case: CaseFacts
    events: list[Event]
    cards: list[Card]
    review: dict[str, Any]
    now: str


class LetterPage(msgspec.Struct):
    """Dead letters, newest received first."""

    items: list[DeadLetter]
    next_cursor: str | None


class EventResult(msgspec.Struct, kw_only=True):
    """What became of one posted event; `code`, `place` and `message` say why it was rejected."""

    index: int
    id: str | None
    source: str | None
    result: Literal["accepted", "rejected"]
    code: LetterCode | None = None
    place: str | None = None
    message: str | None = None


class Receipt(msgspec.Struct, kw_only=True):
    """The answer to a post of events; `receipt` names it in every later question."""

    receipt: str
    accepted: int
    rejected: int
    results: list[EventResult]


class ProblemFault(msgspec.Struct):
    """One thing wrong with a request."""

    pointer: str
    detail: str


class ProblemDocument(msgspec.Struct, kw_only=True, omit_defaults=True):
    """RFC 9457 problem details; `instance` names the log entry of an internal error."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemFault] | None = None
    instance: str | None = None
