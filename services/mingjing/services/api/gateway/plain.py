"""Events in which there is nothing to look for, found out for many at once.

Nearly always every event of a request is in order. What `vet` asks of one event after
another is asked of all of them here, most of it by the decoder, in C. Wherever there is
doubt nothing is said, and the events are looked at one by one: `vet` alone refuses, and
what is plain here it would have accepted.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

import msgspec

from mingjing.rules.events import Event
from mingjing.rules.subject import OWN_TYPES
from mingjing.streams.faults import EARLIEST, LATEST, MAX_ATTRIBUTE, MAX_BYTES, MAX_SUBJECT
from mingjing.streams.ports import Principal

_Attribute = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ATTRIBUTE)]
_Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_Nothing = Annotated[int, msgspec.Meta(ge=1, le=0)]
_Leaf = str | bool | float | _Int64 | None

_PlainEvent = msgspec.defstruct(
    "_PlainEvent",
    [
        ("id", _Attribute),
        ("source", _Attribute),
        ("type", _Attribute),
        ("subject", Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_SUBJECT)]),
        ("time", _Instant),
        ("recordedtime", _Instant | None, None),
        ("sequence", _Int64, 0),
        ("data", dict[str, _Leaf | list[_Leaf] | dict[str, _Leaf]], {}),
        ("data_base64", _Nothing, 0),
    ],
    bases=(Event,),
    kw_only=True,
    gc=False,
)
_decode: Callable[[bytes], Any] = msgspec.json.Decoder(_PlainEvent).decode
_columns = attrgetter("id", "source", "type", "subject", "specversion", "agency", "time", "recordedtime")


class Words(NamedTuple):
    """What is needed of events that are passed on as they were sent, in their order; `latest` is the last `time`."""

    ids: Sequence[str]
    sources: Sequence[str]
    types: Sequence[str]
    subjects: Sequence[str]
    latest: datetime


def plain_words_in(raw_events: Sequence[bytes], principal: Principal) -> Words | None:
    """Return what is needed of the events; None where any of them needs to be looked at.

    Each is let go as soon as it has been read: what is kept of hundreds until Kafka has answered costs twice.
    """
    if not raw_events or max(map(len, raw_events)) > MAX_BYTES:
        return None
    try:
        rows = [_columns(_decode(raw)) for raw in raw_events]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    ids, sources, types, subjects, versions, agencies, times, recorded = zip(*rows, strict=True)
    named = {*sources, *types}
    in_order = (
        principal.sources.issuperset(sources)
        and _allowed(set(types), principal)
        and {"1.0"}.issuperset(versions)
        and {None, "", principal.agency}.issuperset(agencies)
        and _are_words(ids)
        and _are_words(subjects)
        and _are_words(named)
        and _are_in_years(times)
        and _are_in_years(filter(None, recorded))
    )
    return Words(ids, sources, types, subjects, max(times)) if in_order else None


def _allowed(types: set[str], principal: Principal) -> bool:
    return (principal.types is None or types <= principal.types) and not any(
        each.startswith(OWN_TYPES) for each in types
    )


def _are_words(texts: Collection[str]) -> bool:
    """Whether nothing in any of the texts is unprintable, and none is blank."""
    return "".join(texts).isprintable() and all(map(str.strip, texts))


def _are_in_years(instants: Iterable[datetime]) -> bool:
    """Whether it does not matter from which offset one looks at the years of any."""
    years = {each.year for each in instants}
    return not years or (EARLIEST.year < min(years) and max(years) < LATEST.year - 1)
