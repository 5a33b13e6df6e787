"""One record of a feed, `cards` or `card-stages`, rendered for SSE exactly once."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import orjson

from mingjing.rules.card_action import Outcome
from mingjing.services.confided import TOLD_ALL, Confided

_DATA = b"data: "


class CardHead(msgspec.Struct, frozen=True, gc=False):
    """What the feed must know of a card to filter and order it; the rest stays bytes."""

    card_id: str
    case_key: str
    ver: tuple[int, int, int]
    level: str
    status: str
    agency: str | None
    region: str | None
    issued_at: str


class StageHead(msgspec.Struct, frozen=True, gc=False):
    """What the feed must know of how a card stands among people; `level` is the one it shows, None for none."""

    card_id: str
    case_key: str
    ver: tuple[int, int, int]
    agency: str | None
    region: str | None
    outcome: Outcome | None
    level: str | None = msgspec.field(name="shown")
    issued_at: None = None


Head = CardHead | StageHead


class Kind(NamedTuple):
    """What a feed carries: the name of its SSE events, and how a record's head is read."""

    event: str
    head: Callable[[bytes], Head]


CARDS = Kind("card", msgspec.json.Decoder(CardHead).decode)
STAGES = Kind("stage", msgspec.json.Decoder(StageHead).decode)


class Record(NamedTuple):
    """A record as it lies on the topic."""

    partition: int
    offset: int
    value: bytes


class Entry(NamedTuple):
    """A record on its way to screens: `body` is the SSE message but for its `id:`."""

    partition: int
    offset: int
    head: Head
    body: bytes

    @property
    def json(self) -> bytes:
        """The record's JSON, byte for byte as it was on the topic."""
        return self.body.partition(_DATA)[2][:-1]

    def frame(self, vector: str, confided: Confided = TOLD_ALL) -> bytes:
        """Return the whole SSE message, leaving at `vector` its reader, who is not told what is `confided`."""
        body = self.body
        if confided.names(self.head.case_key):
            body = body.replace(self.json, orjson.dumps(confided.withheld(orjson.loads(self.json))))
        return b"".join((body, b"id: ", vector.encode("ascii"), b"\n\n"))


def entry_of(record: Record, kind: Kind = CARDS) -> Entry:
    """Return the entry of a record; msgspec.DecodeError when it is not of this kind.

    orjson writes a record on one line, so its bytes are one SSE `data:` field as
    they are; a line break, legal only between JSON tokens, becomes a space.
    """
    line = record.value
    if b"\n" in line or b"\r" in line:
        line = line.replace(b"\r", b" ").replace(b"\n", b" ")
    body = b"".join((b"event: ", kind.event.encode(), b"\n", _DATA, line, b"\n"))
    return Entry(record.partition, record.offset, kind.head(line), body)
