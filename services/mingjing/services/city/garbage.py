"""What arrives and is no event: every kind of dead letter, planted with the code it must get."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from mingjing.services.city.message import Message, encode, stamp
from mingjing.services.city.world import Place

Event = dict[str, Any]


def _without(name: str) -> Callable[[Event], bytes]:
    return lambda event: encode({key: value for key, value in event.items() if key != name})


def _with(name: str, value: object) -> Callable[[Event], bytes]:
    return lambda event: encode(event | {name: value})


SPOILS: Final[tuple[tuple[str, Callable[[Event], bytes]], ...]] = (
    ("bad_json", lambda event: encode(event)[: len(encode(event)) // 2]),
    ("bad_json", lambda _: b"\xff\xfe\x00 not json at all"),
    ("not_cloudevent", _with("specversion", "0.3")),
    ("not_cloudevent", lambda event: b"[" + encode(event) + b"]"),
    ("missing_attribute", lambda event: encode({"case_no": event["subject"], "state": "受理"})),
    ("missing_attribute", _without("subject")),
    ("missing_attribute", _without("time")),
    ("missing_attribute", _without("id")),
    ("bad_time", _with("time", "2026年8月3日上午")),
    ("naive_time", lambda event: encode(event | {"time": event["time"].removesuffix("+08:00")})),
    ("foreign_agency", _with("agency", "91110000000000000X")),
    ("foreign_source", _with("source", "urn:elsewhere:unknown")),
    ("unknown_type", _with("type", "case.finshed")),
)
"""Code of the dead letter, and how to spoil a sound event so that it must become one."""


def garbage(
    dice: random.Random, places: Sequence[Place], count: int, begin: datetime, ends: datetime
) -> Iterator[Message]:
    """Yield `count` unusable messages between `begin` and `ends`, unordered.

    Each kind of fault is met in turn, so that none is left out of a small city.
    """
    span = int((ends - begin).total_seconds())
    for number in range(count):
        agency, item, *_ = dice.choice(places)
        at = begin + timedelta(seconds=dice.randrange(span))
        subject = f"ZZ{number:08d}"
        event = {
            "specversion": "1.0",
            "id": f"{subject}-01",
            "source": agency.sources[0],
            "type": "case.applied",
            "subject": subject,
            "time": stamp(at),
            "item": item.code,
            "agency": agency.code,
            "region": agency.region,
        }
        code, spoil = SPOILS[number % len(SPOILS)]
        yield Message(at, agency.code, spoil(event), refused=code)
