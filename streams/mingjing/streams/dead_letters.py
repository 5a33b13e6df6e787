"""Records that could not be used, kept whole, with what was wrong and how to mend it."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Protocol

import msgspec
import orjson

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


def refused(record: Origin, refusal: Refusal, agency: str | None) -> DeadLetter:
    """Return the letter for a record that intake refused."""
    return _letter(record, refusal.code, refusal.place, refusal.message, agency, refusal.source, refusal.event_id)


def engine_fault(
    record: Origin, reason: str, agency: str | None, source: str | None, event_id: str | None
) -> DeadLetter:
    """Return the letter for an event that no rule could be applied to."""
    message = f"规则引擎无法判定这一事件（{reason}）；事件已原样保留，请连同信件编号报系统管理员，修复后可重新提交"
    return _letter(record, "engine_fault", "$", message, agency, source, event_id)


def packed(letter: DeadLetter) -> bytes:
    """Return the letter as it is produced."""
    return orjson.dumps(msgspec.to_builtins(letter), option=orjson.OPT_SORT_KEYS)


def _letter(
    record: Origin,
    code: str,
    place: str,
    message: str,
    agency: str | None,
    source: str | None,
    event_id: str | None,
) -> DeadLetter:
    # One record, one letter: reading it again after a crash makes the same letter.
    spot = f"{record.topic}\0{record.partition}\0{record.offset}".encode()
    return DeadLetter(
        letter_id=hashlib.blake2b(spot, digest_size=16).hexdigest(),
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
