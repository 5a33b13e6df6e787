"""From an agency's call to the card: the W3C trace context that an event carries.

It is the attribute `traceparent` of the event (CloudEvents' Distributed Tracing
extension), which a gateway takes from the HTTP header and intake from the Kafka header of
that name. A card bears that of the last event of its case that was folded when it was
drawn; one that a deadline drew, when nobody called, that of the last call by which its
case was heard of (`calls`). What a case tells a subject of an event, or of
a card, bears the trace of that, so a card across cases bears the trace of what it counted
last. Nothing is recorded or measured by it here: it is for the tracing
of whoever called.
"""

import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

from mingjing.rules.card import Card
from mingjing.rules.subject import CARDS_SOURCE
from mingjing.rules.tally import Tally
from mingjing.streams.batches import Record

TRACEPARENT = "traceparent"
_NAMED = b'"traceparent"'
_FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


Traces = dict[tuple[str, str], str]
"""Trace contexts by the (source, id) of what bears them."""


class _Traced(msgspec.Struct):
    traceparent: str | None = None
    source: str = ""
    id: str = ""


_decode = msgspec.json.Decoder(_Traced).decode


def is_trace(text: str | None) -> bool:
    """Whether a text is a trace context of version 00 (W3C Trace Context §3.2); another one is as if it were not."""
    return text is not None and _FORM.fullmatch(text) is not None


def of_headers(headers: Iterable[tuple[str, bytes]]) -> str | None:
    """Return the trace context in the headers of a Kafka record, or None."""
    for name, value in headers:
        if name == TRACEPARENT:
            found = value.decode("ascii", "replace")
            return found if is_trace(found) else None
    return None


def with_trace(raw: bytes, trace: str | None) -> bytes:
    """Return a JSON object with the trace context as its attribute, unless it has one; None changes nothing."""
    if trace is None or _NAMED in raw:
        return raw
    return b'%b,"traceparent":"%b"}' % (raw.rstrip()[:-1], trace.encode())


def trace_in(event: bytes) -> str | None:
    """Return the trace context that an event of case-events bears, or None."""
    trace = _decode(event).traceparent if _NAMED in event else None
    return trace if is_trace(trace) else None


def put_on(cards: Sequence[Card], folded: Iterable[Sequence[Record]], last_call: Callable[[str], str | None]) -> None:
    """Put on each card the trace context of the record of its `ver`, or of the `last_call` of its case.

    The last call counts where the record is not among those just folded: a deadline drew the card.
    """
    drawn = {card.ver[0] for card in cards}
    values = {record.offset: record.value or b"" for records in folded for record in records if record.offset in drawn}
    for card in cards:
        value = values.get(card.ver[0])
        card.traceparent = last_call(card.case_key) if value is None else trace_in(value)


def told_with(tallies: Iterable[Tally], cards: Iterable[Card], folded: Iterable[Sequence[Record]]) -> Traces:
    """Return the trace contexts of what tallies tell: events among the records just folded, and cards just drawn."""
    wanted = {tally.fact.key for tally in tallies}
    if not wanted:
        return {}
    traces = {(CARDS_SOURCE, card.card_id): card.traceparent for card in cards if card.traceparent is not None}
    for records in folded:
        for record in records:
            if record.value is not None and _NAMED in record.value:
                said = _decode(record.value)
                if said.traceparent is not None and (said.source, said.id) in wanted:
                    traces[said.source, said.id] = said.traceparent
    return traces
