"""May this be judged? What intake asks of every event, wherever it came in.

Kafka intake and the HTTP gateway ask through the same pure function, so an
agency meets the same refusals, in the same words, on either road. Nothing here
knows Kafka or reads a clock.

An event that passes is ours from then on: its agency is filled in, its staff
number is a keyed hash, its case is known and its moment of ingest is stamped. A
gateway that forwards an event to `ingest.<agency>` sends the original bytes,
not the vouched event: intake will vouch for them again.
"""

import hmac
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import msgspec

from mingjing.rules.events import TICK, Event
from mingjing.streams.faults import MAX_BYTES, MAX_DEPTH, Code, decode_any, fault_in, fault_in_attributes
from mingjing.streams.not_json import not_utf8_json
from mingjing.streams.ports import Principal
from mingjing.streams.trace import is_trace

NATIONAL_NUMBER = 31
"""A case number this long is from the national numbering, which agencies share."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why an event cannot be used, where in it, and how its sender mends it."""

    code: Code
    place: str
    message: str
    source: str | None = None
    event_id: str | None = None


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What intake puts on an event.

    `at` is the moment of ingest; None takes the event's own time. `secret` keys the
    hash of staff numbers.
    """

    secret: bytes
    at: datetime | None = None


def vouch(raw: bytes, principal: Principal, stamp: Stamp) -> Event | Refusal:
    """Return the event in `raw`, stamped and ready to be judged, or why it cannot be; see `vet`.

    A watermark (`clock.tick`) needs no case and gets no case key.
    """
    event = vet(raw, principal)
    return _stamped(event, principal, stamp) if isinstance(event, Event) else event


def vet(raw: bytes, principal: Principal) -> Event | Refusal:
    """Return the event in `raw` as it was sent, or why it cannot be judged: for who passes it on to intake.

    Never raises on account of `raw`. The first fault found is reported.
    """
    if len(raw) > MAX_BYTES:
        return _refuse("too_large", "$", f"事件共 {len(raw)} 字节，上限 {MAX_BYTES} 字节；请拆小 data 或改传附件链接")
    try:
        event = _decode(raw)
        fault = fault_in(event, raw, principal)
    except msgspec.ValidationError:
        return _no_event(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        return _bad_json(raw, exc)
    except RecursionError:
        return _too_deep()
    if fault is not None:
        return _refuse(*fault, source=event.source or None, event_id=event.id or None)
    return event


def case_key(agency: str, subject: str) -> str:
    """Return the key of the case numbered `subject` by `agency`.

    Number ranges are each agency's own; a national number names one case
    whoever sends it.
    """
    return f"{'cn' if len(subject) >= NATIONAL_NUMBER else agency}/{subject}"


@lru_cache(maxsize=65536)
def masked_officer(secret: bytes, agency: str, number: str) -> str:
    """Return the keyed hash that stands for a staff number.

    The agency is part of it: number 001 of two agencies is two people.
    """
    return hmac.digest(secret, f"{agency}\0{number}".encode(), sha256).hex()[:32]


_decode: Callable[[bytes], Event] = msgspec.json.Decoder(Event).decode


def _no_event(raw: bytes) -> Refusal:
    """Return the refusal of JSON that is no event, found attribute by attribute."""
    try:
        sent = decode_any(raw)
        if not isinstance(sent, dict):
            return _refuse("not_cloudevent", "$", "内容不是 JSON 对象；每条消息应是一个 CloudEvents 1.0 事件")
        code, place, message = fault_in_attributes(sent)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        return _bad_json(raw, exc)
    except RecursionError:
        return _too_deep()
    named = {name: sent[name] for name in ("source", "id") if isinstance(sent.get(name), str)}
    return _refuse(code, place, message, source=named.get("source"), event_id=named.get("id"))


def _bad_json(raw: bytes, exc: Exception) -> Refusal:
    why = not_utf8_json(raw) or f"不是合法的 UTF-8 JSON（{exc}）；请检查编码与引号、逗号后重发"
    return _refuse("bad_json", "$", why)


def _too_deep() -> Refusal:
    return _refuse("too_large", "$", f"JSON 嵌套过深，上限 {MAX_DEPTH} 层；请展平 data")


def _stamped(event: Event, principal: Principal, stamp: Stamp) -> Event:
    event.agency = principal.agency
    for name in ("item", "region", "post", "step", "corrects"):
        text = getattr(event, name)
        if text is not None and not text.strip():
            setattr(event, name, None)
    number = (event.officer or "").strip()
    event.officer = masked_officer(stamp.secret, principal.agency, number) if number else None
    event.casekey = None if event.type == TICK else case_key(principal.agency, event.subject)
    event.ingestedtime = stamp.at or event.time
    if event.traceparent is not None and not is_trace(event.traceparent):
        event.traceparent = None
    return event


def _refuse(code: Code, place: str, message: str, *, source: str | None = None, event_id: str | None = None) -> Refusal:
    return Refusal(code=code, place=place, message=message, source=source, event_id=event_id)
