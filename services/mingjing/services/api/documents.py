"""The shapes of the API's answers, as promised in OpenAPI.

Cards, events, facts of cases and dead letters pass through as they lay on their
topics and are only described here; the rest is built from these shapes.
"""

from typing import Any, Literal

import msgspec

from mingjing.rules.card import Level
from mingjing.rules.events import Event
from mingjing.services.api.desk.documents import ListedCard
from mingjing.services.registry import Way
from mingjing.streams.dead_letters import DeadLetter
from mingjing.streams.faults import Code

CaseState = Literal["applied", "accepted", "suspended", "decided", "delivered", "abandoned", "not_accepted", "returned"]
LetterCode = Literal[Code, "engine_fault", "row_refused"]


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


class CasePage(msgspec.Struct):
    """Cases, the one with the newest event first."""

    items: list[CaseFacts]
    next_cursor: str | None


class CaseReview(msgspec.Struct):
    """A case laid out for reading: its events in legal order, its cards, and every day counted.

    `feed` is where `/v1/cases/stream` continues it. Its events are those archived from below the offset `archived`
    of its partition: while a `ver` of the case begins with that or more, some are still to come.
    """

    case: CaseFacts
    events: list[Event]
    cards: list[ListedCard]
    review: dict[str, Any]
    now: str
    feed: str
    archived: int


class CountedCase(msgspec.Struct):
    """A case by its key, and its clocks as its review tells them."""

    case_key: str
    clocks: list[dict[str, Any]]


class CaseClocks(msgspec.Struct):
    """How every day of some cases is counted, at the instant `now`."""

    items: list[CountedCase]
    now: str


class UnmaskedEvent(msgspec.Struct, kw_only=True):
    """The personal fields of one event, as they were sent."""

    id: str
    source: str
    type: str
    data: dict[str, Any]


class Unmasked(msgspec.Struct, kw_only=True):
    """The personal fields of a case, by event in legal order."""

    case_key: str
    events: list[UnmaskedEvent]


class UnmaskedStep(msgspec.Struct, kw_only=True):
    """The personal fields of one step on a card, as they were written."""

    action_id: str
    verb: str
    fields: dict[str, str]


class UnmaskedCard(msgspec.Struct, kw_only=True):
    """The personal fields of the steps on a card, in the order they were taken."""

    card_id: str
    entries: list[UnmaskedStep]


class UnmaskedLetter(msgspec.Struct, kw_only=True):
    """What a dead letter said: the base64 of its bytes."""

    letter: str
    original: str


class ListedLetter(DeadLetter, frozen=True, kw_only=True):
    """A dead letter, and by whom and when it was handed in again, if it was."""

    code: LetterCode
    resubmitted_by: str | None
    resubmitted_at: str | None
    receipt: str | None


class LetterPage(msgspec.Struct):
    """Dead letters, newest received first."""

    items: list[ListedLetter]
    next_cursor: str | None


class LetterGroupEntry(msgspec.Struct, kw_only=True):
    """Dead letters of one cause and one agency."""

    code: LetterCode
    agency: str | None
    count: int
    newest_at: str


class LetterGroupList(msgspec.Struct):
    """Dead letters by cause and agency, the most first."""

    items: list[LetterGroupEntry]


class EventResult(msgspec.Struct, gc=False):
    """What became of one posted event; `code`, `place` and `message` say why it was rejected.

    One that was accepted has `place` and `message` where something is remarked of it, and no `code`.

    A duplicate was received before, byte for byte, and is not counted twice.
    """

    index: int
    id: str | None
    source: str | None
    result: Literal["accepted", "duplicate", "rejected"]
    code: LetterCode | None = None
    place: str | None = None
    message: str | None = None


class Receipt(msgspec.Struct, kw_only=True):
    """The answer to a post of events; `receipt` names it in every later question."""

    receipt: str
    accepted: int
    duplicate: int
    rejected: int
    results: list[EventResult]


class KeptReceipt(msgspec.Struct, kw_only=True):
    """A receipt as it was kept; `detail` says what was wrong with what was not accepted, or what the file was."""

    receipt: str
    agency: str
    title: str
    way: Way
    received_at: str
    events: int
    accepted: int
    duplicate: int
    rejected: int
    hash: str
    detail: dict[str, Any]


class ProblemFault(msgspec.Struct):
    """One thing wrong with a request."""

    pointer: str
    detail: str


class ProblemDocument(msgspec.Struct, kw_only=True, omit_defaults=True):
    """RFC 9457 problem details; `instance` names the log entry of an internal error.

    `current` is how the card now stands that a refused action was asked of.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemFault] | None = None
    instance: str | None = None
    current: dict[str, Any] | None = None
