"""Events as agencies send them and facts as rules see them.

An `Event` is the wire form: CloudEvents 1.0 in JSON, with the extension
attributes that a case needs. A `Fact` is what is left of it once intake has
vouched for it: instants are integers (microseconds since 1970-01-01T00:00Z, so
that no source's precision is lost and no comparison meets a naive time), and
the case it belongs to is known.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import orjson

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

TICK: Final = "clock.tick"
"""Type of the record that carries a source's watermark; never part of a case."""

CASE: Final = "case"
"""The key of `data` under which a source repeats attributes of the case itself."""

VOIDED: Final = "event.voided"
"""Type of a correction that takes back the event it `corrects` and puts nothing in its place."""


DEEMED: Final = "urn:mingjing:deemed"
"""Source of facts that the law deems to have happened. Such a fact is known from its `stamp` on, whatever its `at`;
it is worked out inside a case, never sent."""


class Event(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A CloudEvent of one case, as it lies on `ingest.<agency>` and `case-events`.

    `time` is the legal time: when it happened. `recordedtime` is when the
    source system wrote it down. `casekey` and `ingestedtime` are stamped by
    intake; what a sender puts there is overwritten.
    """

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime | None = None
    sequence: int = 0
    corrects: str | None = None
    item: str | None = None
    agency: str | None = None
    region: str | None = None
    officer: str | None = None
    post: str | None = None
    step: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    data: dict[str, Any] = {}
    casekey: str | None = None
    ingestedtime: datetime | None = None
    traceparent: str | None = None


class Fact(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One event of a case, reduced to what rules may read.

    `at`, `recorded_at` and `stamp` are microseconds since the epoch; `stamp` is
    the moment of ingest on the clock of the partition (event-time in replay).
    `case_data` holds attributes of the case that the source repeats on events.
    """

    id: str
    source: str
    type: str
    at: int
    stamp: int
    sequence: int = 0
    recorded_at: int | None = None
    corrects: str | None = None
    item: str | None = None
    agency: str | None = None
    region: str | None = None
    officer: str | None = None
    post: str | None = None
    step: str | None = None
    data: dict[str, Any] = {}
    case_data: dict[str, Any] = {}

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Place inside the case: legal time, then sequence; never arrival."""
        return (self.at, self.sequence, self.source, self.id)

    @property
    def key(self) -> tuple[str, str]:
        """The idempotency key: source and id."""
        return (self.source, self.id)


def micros(instant: datetime) -> int:
    """Return `instant` as microseconds since the epoch, exactly.

    Raises ValueError for a naive datetime: an instant without offset is refused.
    """
    if instant.tzinfo is None:
        msg = f"instant {instant.isoformat()} has no UTC offset"
        raise ValueError(msg)
    return (instant - EPOCH) // MICROSECOND


def instant(micro: int) -> datetime:
    """Return the UTC datetime of microseconds since the epoch; inverse of `micros`."""
    return EPOCH + timedelta(microseconds=micro)


def fact_of(event: Event) -> Fact:
    """Return the fact an accepted event stands for.

    `event.ingestedtime` must have been stamped by intake; ValueError if not.
    """
    data = event.data
    case_data = data.get(CASE, {})
    if not isinstance(case_data, dict):
        case_data = {}
    elif case_data:
        data = {name: value for name, value in data.items() if name != CASE}
    if event.ingestedtime is None:
        msg = f"event {event.source} {event.id} was never stamped by intake"
        raise ValueError(msg)
    return Fact(
        id=event.id,
        source=event.source,
        type=event.type,
        at=micros(event.time),
        stamp=micros(event.ingestedtime),
        sequence=event.sequence,
        recorded_at=micros(event.recordedtime) if event.recordedtime else None,
        corrects=event.corrects,
        item=event.item,
        agency=event.agency,
        region=event.region,
        officer=event.officer,
        post=event.post,
        step=event.step,
        data=data,
        case_data=case_data,
    )


def known_at(fact: Fact) -> int:
    """Return from when a fact counts: when it happened, or for a deemed one when the law came to deem it."""
    return fact.stamp if fact.source == DEEMED else fact.at


def content_hash(fact: Fact) -> str:
    """Return a hash of what the fact says, leaving out when it reached us.

    Two facts with the same `key` and the same hash are one fact sent twice.
    """
    body = msgspec.to_builtins(fact)
    body.pop("stamp")
    packed = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def any_of(facts: Iterable[Fact], types: frozenset[str]) -> bool:
    """Return whether any of the facts is of one of the types."""
    return bool(types) and any(fact.type in types for fact in facts)


def first_of(facts: Sequence[Fact], name: str) -> str | None:
    """Return the first value that any fact of the case gives for an envelope attribute."""
    for fact in facts:
        value: str | None = getattr(fact, name)
        if value:
            return value
    return None
