"""The chain: each entry is numbered and carries the hash of the one before.

    hash = SHA-256(orjson, keys sorted, of every field of the link but `hash`)

Number and hash follow from the order of the topic alone. So an auditor that was
killed, or two that ran at once, write the very same links again, and whoever
keeps the topic or one later hash can tell when an earlier link was touched.
"""

import hashlib
from typing import Any, Final

import msgspec
import orjson

from mingjing.services.audit.entry import Entry

GENESIS: Final = "0" * 64
"""What the first link carries as the hash before it."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in its place. `body` is JSON: its `detail`, and its `offset` on the topic."""

    seq: int
    at_ms: int
    actor: str
    role: str
    action: str
    object: str
    agency: str
    region: str
    body: str
    previous_hash: str
    hash: str

    @property
    def offset(self) -> int:
        """Where on the topic the entry lies."""
        offset: int = orjson.loads(self.body)["offset"]
        return offset

    def due_hash(self) -> str:
        """Return the hash this link must have."""
        return _hash(self)


class Head(msgspec.Struct, frozen=True):
    """How far a chain has come: its last number and hash, and the next offset to take."""

    seq: int = 0
    hash: str = GENESIS
    next_offset: int = 0


def linked(head: Head, raw: bytes, offset: int, logged_ms: int) -> tuple[Link, Head]:
    """Return the link that `raw` becomes after `head`, and the head after it.

    What cannot be read is linked too, by its own hash: nothing on the topic is passed over.
    """
    entry = _read(raw, logged_ms)
    body = orjson.dumps({"detail": entry.detail, "offset": offset}, option=orjson.OPT_SORT_KEYS).decode()
    bare = Link(
        seq=head.seq + 1,
        at_ms=entry.at_ms,
        actor=entry.actor,
        role=entry.role,
        action=entry.action,
        object=entry.object,
        agency=entry.agency,
        region=entry.region,
        body=body,
        previous_hash=head.hash,
        hash="",
    )
    link = msgspec.structs.replace(bare, hash=_hash(bare))
    return link, Head(link.seq, link.hash, offset + 1)


_decode = msgspec.json.Decoder(Entry).decode


def _read(raw: bytes, logged_ms: int) -> Entry:
    try:
        entry = _decode(raw)
        orjson.dumps(entry.detail)  # what JSON allows and orjson cannot write again, such as huge integers
    except (msgspec.DecodeError, orjson.JSONEncodeError):
        digest = hashlib.sha256(raw).hexdigest()
        return Entry(at_ms=logged_ms, actor="", role="", action="unreadable", object=f"sha256:{digest}")
    return entry


def _hash(link: Link) -> str:
    fields: dict[str, Any] = msgspec.structs.asdict(link)
    del fields["hash"]
    return hashlib.sha256(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)).hexdigest()
