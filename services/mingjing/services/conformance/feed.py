"""A feed under examination: what of it can be used, in cases, and what cannot."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from mingjing.rules.events import TICK, Event
from mingjing.streams.ports import Principal
from mingjing.streams.vouch import Refusal, Stamp, vouch

_UNKEYED = Stamp(secret=b"examination-only")


class Refused(msgspec.Struct, frozen=True):
    """An event that cannot be used: its 1-based place in the feed and why."""

    number: int
    refusal: Refusal


class Feed(msgspec.Struct, frozen=True):
    """Everything of a feed, sorted: cases in their legal order, refusals, ids sent with different contents."""

    events: int
    cases: dict[str, list[Event]]
    refused: list[Refused]
    contradicted: list[str]


def sort_feed(raw_events: Iterable[bytes], principal: Principal) -> Feed:
    """Return the feed, vouched for as intake would; watermarks are passed over."""
    cases: dict[str, list[Event]] = {}
    refused: list[Refused] = []
    said: dict[tuple[str, str], Event] = {}
    contradicted: dict[str, None] = {}
    number = 0
    for number, raw in enumerate(raw_events, 1):
        event = vouch(raw, principal, _UNKEYED)
        if isinstance(event, Refusal):
            refused.append(Refused(number, event))
            continue
        if event.type == TICK:
            continue
        before = said.setdefault((event.source, event.id), event)
        if before is event:
            cases.setdefault(event.subject, []).append(event)
        elif _content(before) != _content(event):
            contradicted[event.id] = None
    for events in cases.values():
        events.sort(key=lambda each: (each.time, each.sequence, each.source, each.id))
    return Feed(number, cases, refused, list(contradicted))


def of_type(events: Iterable[Event], *types: str) -> Iterator[Event]:
    """Yield the events of these types."""
    return (each for each in events if each.type in types)


def first_time(events: Iterable[Event], *types: str) -> datetime | None:
    """Return when the first event of these types happened, or None."""
    return next((each.time for each in of_type(events, *types)), None)


def _content(event: Event) -> Event:
    """Return what an event says, without when it was written down."""
    return msgspec.structs.replace(event, recordedtime=None)
