"""A feed under examination: what of it can be used, in cases, and what cannot."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import msgspec

from mingjing.rules.corrections import effective, standing_of
from mingjing.rules.events import TICK, Event, Fact, fact_of
from mingjing.streams.ports import Principal
from mingjing.streams.vouch import Refusal, Stamp, vouch

UNKEYED = Stamp(secret=b"examination-only")
"""Staff numbers of an examination are masked, too, by a key that masks nothing else."""

Key = tuple[str, str]
"""Source and id of an event."""


class Refused(msgspec.Struct, frozen=True):
    """What cannot be used: where it stands in the feed, from 1 (第7条 $.time), and why."""

    place: str
    message: str


class Feed(msgspec.Struct, frozen=True):
    """Everything of a feed, sorted: what stands of each case in its legal order, refusals, contradictions.

    An id is `contradicted` that was sent with two contents, of which nothing says which is the later:
    they were written down at one time, or one does not say when. `first_recorded` tells when what
    stands was first written down, however often it was corrected since. `listed` are the codes of items
    in the catalogue of the installation, whatever they look like.
    """

    events: int
    cases: dict[str, list[Event]]
    refused: list[Refused]
    contradicted: list[str]
    first_recorded: dict[Key, datetime]
    listed: Collection[str] = ()


def sort_feed(raw_events: Iterable[bytes | Refused], principal: Principal, listed: Collection[str] = ()) -> Feed:
    """Return the feed, vouched for as intake would and corrected as the engine does; watermarks are passed over.

    What never became an event comes as what it is refused for.
    """
    refused: list[Refused] = []
    said: dict[str, dict[Key, list[Event]]] = {}
    contradicted: dict[str, None] = {}
    number = 0
    for number, raw in enumerate(raw_events, 1):
        if isinstance(raw, Refused):
            refused.append(raw)
            continue
        event = vouch(raw, principal, UNKEYED)
        if isinstance(event, Refusal):
            refused.append(Refused(f"第{number}条 {event.place}", event.message))
            continue
        if event.type == TICK:
            continue
        versions = said.setdefault(event.subject, {}).setdefault((event.source, event.id), [])
        if event in versions:
            continue
        if any(_contradict(each, event) for each in versions):
            contradicted[event.id] = None
        versions.append(event)
    first_recorded: dict[Key, datetime] = {}
    cases = {subject: events for subject, told in said.items() if (events := _standing(told, first_recorded))}
    return Feed(number, cases, refused, list(contradicted), first_recorded, listed)


def of_type(events: Iterable[Event], *types: str) -> Iterator[Event]:
    """Yield the events of these types."""
    return (each for each in events if each.type in types)


def first_time(events: Iterable[Event], *types: str) -> datetime | None:
    """Return when the first event of these types happened, or None."""
    return next((each.time for each in of_type(events, *types)), None)


def _standing(told: dict[Key, list[Event]], first_recorded: dict[Key, datetime]) -> list[Event]:
    """Return what stands of one case, in its legal order, and note when each was first written down."""
    event_of: dict[Key, Event] = {}
    received: dict[Key, Fact] = {}
    for key, versions in told.items():
        for event in versions:
            fact = fact_of(event)
            stands = standing_of(received[key], fact) if key in received else fact
            if stands is fact:
                received[key], event_of[key] = fact, event
    standing = [event_of[fact.key] for fact in effective(received)]
    for event in standing:
        times = [each.recordedtime for each in _history(event, told) if each.recordedtime is not None]
        if times:
            first_recorded[event.source, event.id] = min(times)
    return sorted(standing, key=lambda each: (each.time, each.sequence, each.source, each.id))


def _history(event: Event, told: dict[Key, list[Event]]) -> Iterator[Event]:
    """Yield what was said under the event's id, and under those that it corrects."""
    seen: set[Key] = set()
    wanted: list[str] = [event.id]
    while wanted:
        key = (event.source, wanted.pop())
        if key in seen:
            continue
        seen.add(key)
        for each in told.get(key, ()):
            yield each
            if each.corrects is not None:
                wanted.append(each.corrects)


def _contradict(one: Event, other: Event) -> bool:
    """Return whether two events of one id say different things and do not tell which is the later."""
    if None not in (one.recordedtime, other.recordedtime) and one.recordedtime != other.recordedtime:
        return False
    return _content(one) != _content(other)


def _content(event: Event) -> Event:
    """Return what an event says, without when it was written down or reached us."""
    return msgspec.structs.replace(event, recordedtime=None, ingestedtime=None)
