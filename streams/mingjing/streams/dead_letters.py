"""Records that could not be used, kept whole, with what was wrong and how to mend it."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Protocol

import msgspec
import orjson

from mingjing.rules.events import Fact, instant
from mingjing.streams.topics import CASE_EVENTS
from mingjing.streams.vouch import Refusal


class Origin(Protocol):
    """Where a record lay; `timestamp` is milliseconds since the epoch, the broker's append time."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    value: bytes | None


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A record of `dead-letters`. `original` is the base64 of the bytes, unchanged."""

    letter_id: str
    code: str
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


def letter_id(topic: str, partition: int, offset: int) -> str:
    """Return the identity of the letter of the record at this place: read again after a crash it makes the same."""
    return hashlib.blake2b(f"{topic}\0{partition}\0{offset}".encode(), digest_size=16).hexdigest()


def refused(record: Origin, refusal: Refusal, agency: str | None) -> DeadLetter:
    """Return the letter for a record that intake refused."""
    return _letter(record, refusal.code, refusal.place, refusal.message, agency, refusal.source, refusal.event_id)


def engine_fault(record: Origin, exc: Exception, fact: Fact | None) -> DeadLetter:
    """Return the letter for an event that no rule could be applied to; None for one that is no fact at all."""
    agency, source, event_id = (fact.agency, fact.source, fact.id) if fact is not None else (None, None, None)
    return _letter(record, "engine_fault", "$", _unjudged(str(exc) or type(exc).__name__), agency, source, event_id)


def held_fault(partition: int, fact: Fact, reason: str) -> DeadLetter:
    """Return the letter for an event that had waited in its case, and that no rule could be applied to in the end.

    The record it came in is no longer at hand: `original` is the fact as it was kept, `offset` is -1.
    """
    spot = f"held\0{fact.source}\0{fact.id}".encode()
    return DeadLetter(
        letter_id=hashlib.blake2b(spot, digest_size=16).hexdigest(),
        code="engine_fault",
        place="$",
        message=_unjudged(reason),
        agency=fact.agency,
        source=fact.source,
        event_id=fact.id,
        topic=CASE_EVENTS,
        partition=partition,
        offset=-1,
        received_at=instant(fact.stamp).isoformat(timespec="milliseconds"),
        original=base64.b64encode(msgspec.json.encode(fact)).decode(),
    )


def packed(letter: DeadLetter) -> bytes:
    """Return the letter as it is produced."""
    return orjson.dumps(msgspec.to_builtins(letter), option=orjson.OPT_SORT_KEYS)


def _unjudged(reason: str) -> str:
    return f"规则引擎无法判定这一事件（{reason}）；事件已原样保留，请连同信件编号报系统管理员，修复后可重新提交"


def _letter(
    record: Origin,
    code: str,
    place: str,
    message: str,
    agency: str | None,
    source: str | None,
    event_id: str | None,
) -> DeadLetter:
    return DeadLetter(
        letter_id=letter_id(record.topic, record.partition, record.offset),
        code=code,
        place=place,
        message=message,
        agency=agency,
        source=source,
        event_id=event_id,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        received_at=datetime.fromtimestamp(record.timestamp / 1000, UTC).isoformat(timespec="milliseconds"),
        original=base64.b64encode(record.value or b"").decode(),
    )
