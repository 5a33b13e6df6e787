"""One record of the `cards` topic, rendered for SSE exactly once."""

from typing import NamedTuple

import msgspec

_FRAME_HEAD = b"event: card\ndata: "


class CardHead(msgspec.Struct, frozen=True, gc=False):
    """What the feed must know of a card to filter and order it; the rest stays bytes."""

    card_id: str
    ver: tuple[int, int, int]
    level: str
    status: str
    agency: str | None
    region: str | None
    issued_at: str


class Record(NamedTuple):
    """A record as it lies on the topic."""

    partition: int
    offset: int
    value: bytes


class Entry(NamedTuple):
    """A card on its way to screens: `body` is the SSE message but for its `id:`."""

    partition: int
    offset: int
    head: CardHead
    body: bytes

    @property
    def card(self) -> bytes:
        """The card's JSON, byte for byte as it was on the topic."""
        return self.body[len(_FRAME_HEAD) : -1]

    def frame(self, vector: str) -> bytes:
        """Return the whole SSE message, leaving its reader at `vector`."""
        return b"".join((self.body, b"id: ", vector.encode("ascii"), b"\n\n"))


_HEAD = msgspec.json.Decoder(CardHead)


def entry_of(record: Record) -> Entry:
    """Return the entry of a record; msgspec.DecodeError when it is no card.

    orjson writes a card on one line, so its bytes are one SSE `data:` field as
    they are; a line break, legal only between JSON tokens, becomes a space.
    """
    line = record.value
    if b"\n" in line or b"\r" in line:
        line = line.replace(b"\r", b" ").replace(b"\n", b" ")
    return Entry(record.partition, record.offset, _HEAD.decode(line), b"".join((_FRAME_HEAD, line, b"\n")))
