"""One record of a feed, `cards`, `card-stages` or `case-facts`, rendered for SSE exactly once."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import orjson

from mingjing.rules.card_action import Outcome
from mingjing.services.api.documents import CaseFacts
from mingjing.services.confided import NOTHING, Confided

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

    @property
    def about(self) -> str:
        """What the record is the latest state of."""
        return self.card_id


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

    @property
    def about(self) -> str:
        """What the record is the latest state of."""
        return self.card_id


class CaseHead(msgspec.Struct, frozen=True, gc=False):
    """What the feed must know of how a case stands; it is of no level, its clocks are."""

    case_key: str
    ver: tuple[int, int, int]
    agency: str | None
    region: str | None
    level: None = None
    issued_at: None = None

    @property
    def about(self) -> str:
        """What the record is the latest state of."""
        return self.case_key


Head = CardHead | StageHead | CaseHead


class Kind(NamedTuple):
    """What a feed carries: the name of its SSE events, how a record's head is read, and what all are told of it.

    `told` gives the record itself back where there is nothing to be kept from anybody. What it tells goes by what
    `law` returns: once that is another, what was told before is to be told anew.
    """

    event: str
    head: Callable[[bytes], Head]
    told: Callable[[bytes], bytes]
    law: Callable[[], object] = bool


_case_facts = msgspec.json.Decoder(CaseFacts).decode


def _case_told(record: bytes) -> bytes:
    """Return how the case stands as lists of cases tell it; what reports count of it names who was complained of."""
    return msgspec.json.encode(_case_facts(record))


CARDS = Kind("card", msgspec.json.Decoder(CardHead).decode, bytes)
CASES = Kind("case", msgspec.json.Decoder(CaseHead).decode, _case_told)
_stage_head = msgspec.json.Decoder(StageHead).decode


def stages_told(told: Callable[[bytes], bytes], law: Callable[[], object]) -> Kind:
    """Return what the feed of `card-stages` carries, where all are told of a record what `told` returns by `law`."""
    return Kind("stage", _stage_head, told, law)


class Record(NamedTuple):
    """A record as it lies on the topic."""

    partition: int
    offset: int
    value: bytes


class Entry(NamedTuple):
    """A record on its way to screens: `body` is the SSE message but for its `id:`.

    `whole` is the record's JSON where the message does not tell all of it; the message is of this `kind`, by `law`.
    """

    partition: int
    offset: int
    head: Head
    body: bytes
    whole: bytes | None
    kind: Kind
    law: object

    @property
    def json(self) -> bytes:
        """The record's JSON, byte for byte as it was on the topic."""
        return self.told if self.whole is None else self.whole

    @property
    def told(self) -> bytes:
        """The JSON of the message."""
        return self.body.partition(_DATA)[2][:-1]

    def frame(self, vector: str, confided: Confided = NOTHING) -> bytes:
        """Return the whole SSE message, leaving at `vector` its reader, who is not told what is `confided`.

        It tells what is told by the law at work now, which may be another than when the record came.
        """
        if self.kind.law() != self.law:
            return entry_of(Record(self.partition, self.offset, self.json), self.kind)._said(vector, confided)  # noqa: SLF001  # one of its own kind
        return self._said(vector, confided)

    def _said(self, vector: str, confided: Confided) -> bytes:
        body = self.body
        if confided.names(self.head.case_key):
            body = body.replace(self.told, orjson.dumps(confided.withheld(orjson.loads(self.told))))
        return b"".join((body, b"id: ", vector.encode("ascii"), b"\n\n"))


def entry_of(record: Record, kind: Kind = CARDS) -> Entry:
    """Return the entry of a record; msgspec.DecodeError when it is not of this kind.

    orjson writes a record on one line, so its bytes are one SSE `data:` field as
    they are; a line break, legal only between JSON tokens, becomes a space.
    """
    line = record.value
    if b"\n" in line or b"\r" in line:
        line = line.replace(b"\r", b" ").replace(b"\n", b" ")
    law = kind.law()  # before what is told by it: should it change between, the message is told anew
    head, told = kind.head(line), kind.told(line)
    body = b"".join((b"event: ", kind.event.encode(), b"\n", _DATA, told, b"\n"))
    return Entry(record.partition, record.offset, head, body, None if told is line else line, kind, law)
