"""How a record becomes a row: the columns of each table, and the row of each record, side by side."""

from typing import Any, Final

import msgspec

from mingjing.rules.card_life import DECIDING
from mingjing.services.ledger.instants import day_of, millis
from mingjing.services.ledger.wires import CardRecord, CaseRecord, EventRecord, StageRecord, Version
from mingjing.streams.dead_letters import DeadLetter

Row = tuple[Any, ...]

_REVISION_BITS = 20


class Table(msgspec.Struct, frozen=True):
    """A table and the columns we write, in the order of its rows."""

    name: str
    columns: tuple[str, ...]


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a record lies: its partition and offset, and when Kafka took it (milliseconds)."""

    partition: int
    offset: int
    logged_ms: int


class Head(msgspec.Struct, frozen=True):
    """The version of a card or case that stands, and the `ver` it is settled by."""

    version: Version
    ver: int


class CardHead(msgspec.Struct, frozen=True):
    """Where a card's row lies, and which version of it stands.

    `home_ms` is when the first record of the card said that it was issued: the part of its
    sorting key that is fixed for ever by that.
    """

    home_ms: int
    head: Head


def packed(version: Version) -> int:
    """Return the number ClickHouse settles repetitions by; it does not know the generation."""
    offset, _, revision = version
    return (max(offset, 0) << _REVISION_BITS) | min(revision, (1 << _REVISION_BITS) - 1)


def succeeds(version: Version, standing: Head | None) -> Head | None:
    """Return the head that `version` makes, or None when what stands is not older.

    Of equal offsets the later generation wins whatever its revision, so its
    number is lifted above the one it replaces.
    """
    if standing is None:
        return Head(version, packed(version))
    if version <= standing.version:
        return None
    return Head(version, max(packed(version), standing.ver + 1))


CARDS = Table(
    "cards",
    (
        *("home_day", "home_ms", "card_id", "case_key", "rule", "rung", "title", "level", "status"),
        *("issue", "item", "agency", "region", "violated_ms", "due_ms", "cleared_ms", "issued_ms"),
        *("ver_offset", "ver_generation", "ver_revision", "ver", "body"),
    ),
)


def card_row(card: CardRecord, at: CardHead, body: str) -> Row:
    """Return the row of `cards`."""
    return (
        *(day_of(at.home_ms), at.home_ms, card.card_id, card.case_key, card.rule, card.rung, card.title),
        *(card.level, card.status, card.issue, card.item or "", card.agency or "", card.region or ""),
        *(millis(card.violated_at), millis(card.due_at), millis(card.cleared_at), millis(card.issued_at)),
        *(*card.ver, at.head.ver, body),
    )


CARD_HEADS = Table(
    "card_heads", ("card_id", "case_key", "home_ms", "ver_offset", "ver_generation", "ver_revision", "ver")
)


def head_row(card: CardRecord, at: CardHead) -> Row:
    """Return the row of `card_heads`."""
    return (card.card_id, card.case_key, at.home_ms, *card.ver, at.head.ver)


CASE_CARDS = Table("case_cards", ("case_key", "card_id", "home_ms"))

OFFICER_CARDS = Table("officer_cards", ("officer", "card_id", "home_ms"))


CARD_LOG = Table(
    "card_log",
    (
        *("case_key", "card_id", "topic_partition", "topic_offset", "logged_on", "logged_ms", "rule", "level"),
        *("status", "agency", "region", "violated_ms", "issued_ms", "digest"),
        *("ver_offset", "ver_generation", "ver_revision", "body"),
    ),
)


def log_row(card: CardRecord, place: Place, body: str) -> Row:
    """Return the row of `card_log`."""
    return (
        *(card.case_key, card.card_id, place.partition, place.offset, day_of(place.logged_ms), place.logged_ms),
        *(card.rule, card.level, card.status, card.agency or "", card.region or ""),
        *(millis(card.violated_at), millis(card.issued_at), card.digest, *card.ver, body),
    )


CARD_STAGES = Table(
    "card_stages",
    (
        *("card_id", "case_key", "agency", "region", "stage", "round", "revision", "shown"),
        *("ver_offset", "ver_generation", "ver_revision", "ver", "body"),
    ),
)


def stage_row(card: StageRecord, head: Head, body: str) -> Row:
    """Return the row of `card_stages`."""
    return (
        *(card.card_id, card.case_key, card.agency or "", card.region or "", card.stage, card.round, card.revision),
        *(card.shown or "", *card.ver, head.ver, body),
    )


CARD_DECISIONS = Table("card_decisions", ("card_id", "shown", "decided", "ver"))


def decision_row(card: StageRecord, head: Head) -> Row | None:
    """Return the row of `card_decisions`, None for a card on which nobody has ever decided.

    A later round begins undecided; its row says so where one before may stand.
    """
    decided = any(said.verb in DECIDING and said.round == card.round for said in card.entries)
    return (card.card_id, card.shown or "", int(decided), head.ver) if decided or card.round > 1 else None


CARD_STAGE_LOG = Table(
    "card_stage_log",
    (
        *("card_id", "topic_partition", "topic_offset", "logged_on", "logged_ms", "action_id", "accepted", "stage"),
        *("ver_offset", "ver_generation", "ver_revision", "body"),
    ),
)


def stage_log_row(card: StageRecord, place: Place, body: str) -> Row:
    """Return the row of `card_stage_log`."""
    outcome = card.outcome
    return (
        *(card.card_id, place.partition, place.offset, day_of(place.logged_ms), place.logged_ms),
        *(outcome.action_id if outcome else "", int(outcome is None or outcome.accepted), card.stage, *card.ver, body),
    )


CASE_FACTS = Table(
    "case_facts",
    (
        *("case_key", "subject", "item", "item_title", "agency", "region", "state"),
        *("applied_ms", "accepted_ms", "decided_ms", "delivered_ms", "last_event_ms", "last_event_type"),
        *("events", "late", "ver_offset", "ver_generation", "ver_revision", "ver", "body"),
    ),
)


def case_row(case: CaseRecord, head: Head, body: str) -> Row:
    """Return the row of `case_facts`."""
    return (
        *(case.case_key, case.subject, case.item or "", case.item_title or "", case.agency or "", case.region or ""),
        *(case.state, millis(case.applied_at), millis(case.accepted_at), millis(case.decided_at)),
        *(millis(case.delivered_at), millis(case.last_event_at), case.last_event_type or ""),
        *(case.events, int(case.late), *case.ver, head.ver, body),
    )


CASE_FIGURES = Table(
    "case_figures",
    (
        *("case_key", "item", "agency", "region", "state"),
        *("applied_ms", "accepted_ms", "decided_ms", "delivered_ms", "ended_ms"),
        *("kind", "mode", "channel", "window", "post", "result", "score", "satisfied"),
        *("types", "counts", "kept", "broken"),
        *("promised_unit", "promised_days", "promised_used", "promised_due_ms"),
        *("statutory_unit", "statutory_days", "statutory_used", "statutory_due_ms", "paused_days", "ver"),
        *("served", "place"),
    ),
)


def figures_row(case: CaseRecord, head: Head) -> Row:
    """Return the row of `case_figures`."""
    said = case.figures
    promised, statutory = said.promised, said.statutory
    return (
        *(case.case_key, case.item or "", case.agency or "", case.region or "", case.state),
        *(millis(case.applied_at), millis(case.accepted_at), millis(case.decided_at), millis(case.delivered_at)),
        *(millis(said.ended_at), said.kind, said.mode, said.channel, said.window, said.post, said.result, said.score),
        0 if said.satisfied is None else 1 + said.satisfied,
        *(list(said.types), list(said.types.values()), said.kept, said.broken),
        *(promised.unit, promised.days, promised.used, millis(promised.due_at)),
        *(statutory.unit, statutory.days, statutory.used, millis(statutory.due_at)),
        *(max(promised.paused, statutory.paused), head.ver, said.served, said.place),
    )


CASE_ENTERPRISES = Table("case_enterprises", ("case_key", "enterprise", "ver"))

ENTERPRISE_CASES = Table(
    "enterprise_cases",
    (
        *("enterprise", "case_key", "gone", "matter", "agency", "region", "state"),
        *("monitor", "answered", "opened_ms", "last_event_ms", "ver"),
    ),
)

_MATTERS: Final = {"insp": "inspection", "pun": "penalty", "cmp": "complaint"}
"""What a case is about, by the family of its events, the first that it has."""

MONITOR_POINT: Final = "monitor-point"
"""The channel of what an enterprise says that hangs out the plate of a monitoring point (监测点)."""

_ANSWER: Final = "CMP-03/limit"
"""The limit within which a monitoring point is answered (三日回复)."""


def enterprise_row(case: CaseRecord, head: Head, enterprise: str, *, gone: bool) -> Row:
    """Return the row of `enterprise_cases` under `enterprise`: one that the case names, or, `gone`, named before."""
    said = case.figures
    families = {each.partition(".")[0] for each in said.types}
    matter = next((matter for family, matter in _MATTERS.items() if family in families), "application")
    monitor = matter == "complaint" and said.channel == MONITOR_POINT
    answered = 1 if _ANSWER in said.kept else 2 if _ANSWER in said.broken else 0
    begun = [millis(each) for each in (case.applied_at, case.accepted_at, case.decided_at, case.last_event_at) if each]
    return (
        *(enterprise, case.case_key, int(gone), matter, case.agency or "", case.region or "", case.state),
        *(int(monitor), answered if monitor else 0, min(begun, default=0), millis(case.last_event_at), head.ver),
    )


EVENTS = Table(
    "events",
    (
        *("case_key", "topic_partition", "topic_offset", "logged_on", "logged_ms", "event_id", "source", "type"),
        *("subject", "at_ms", "recorded_ms", "ingested_ms", "sequence", "corrects", "item", "agency", "region"),
        *("officer", "post", "step", "body"),
    ),
)


def event_row(event: EventRecord, place: Place, body: str) -> Row:
    """Return the row of `events`."""
    return (
        *(event.casekey or "", place.partition, place.offset, day_of(place.logged_ms), place.logged_ms),
        *(event.id, event.source, event.type, event.subject),
        *(millis(event.time), millis(event.recordedtime), millis(event.ingestedtime), event.sequence),
        *(event.corrects or "", event.item or "", event.agency or "", event.region or ""),
        *(event.officer or "", event.post or "", event.step or "", body),
    )


DEAD_LETTERS = Table(
    "dead_letters",
    (
        *("topic", "topic_partition", "topic_offset", "letter_id", "code", "agency", "source", "event_id"),
        *("received_ms", "body"),
    ),
)


def letter_row(letter: DeadLetter, body: str) -> Row:
    """Return the row of `dead_letters`."""
    return (
        *(letter.topic, letter.partition, letter.offset, letter.letter_id, letter.code, letter.agency or ""),
        *(letter.source or "", letter.event_id or "", millis(letter.received_at), body),
    )


SINK_PROGRESS = Table("sink_progress", ("topic", "topic_partition", "next_offset", "written_ms"))
