"""Where a reader of the `cards` topic stands: the next offset of every partition.

A vector travels as opaque base64url text: the SSE `id:`, `Last-Event-ID`,
`?from=` and the `feed` of a page of cards. It carries the epoch of the feed,
which changes when the topic is made anew; offsets of another epoch mean nothing.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import NamedTuple

EPOCH_BYTES = 8
LONGEST_TEXT = 8192
"""Characters: 1,024 partitions of the widest offsets still fit."""
_HEAD = EPOCH_BYTES + 1
_WIDEST = 7  # offsets are below 2**53, so that any client may read them


class VectorRefused(ValueError):
    """The text is not a vector this feed ever gave out."""


class Vector(NamedTuple):
    """The epoch of the feed and the next offset of each partition, partition 0 first."""

    epoch: bytes
    offsets: tuple[int, ...]

    def encode(self) -> str:
        """Return the vector as text that fits a header and a query string."""
        return encode(self.epoch, self.offsets)

    def within(self, floor: Sequence[int], ceiling: Sequence[int]) -> bool:
        """Return whether every offset lies in the inclusive range of its partition."""
        return all(low <= offset <= high for low, offset, high in zip(floor, self.offsets, ceiling, strict=True))


def encode(epoch: bytes, offsets: Iterable[int]) -> str:
    """Return the text of a vector: epoch, width of an offset, offsets."""
    offsets = tuple(offsets)
    width = max(1, (max(offsets, default=0).bit_length() + 7) // 8)
    packed = b"".join([epoch, bytes((width,)), *(offset.to_bytes(width, "big") for offset in offsets)])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode(text: str) -> Vector:
    """Return the vector that `encode` wrote as `text`; VectorRefused for any other text."""
    if len(text) > LONGEST_TEXT:
        raise VectorRefused("too long")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise VectorRefused("not base64url") from exc
    if len(packed) < _HEAD or not 1 <= packed[EPOCH_BYTES] <= _WIDEST:
        raise VectorRefused("too short or of unknown width")
    width = packed[EPOCH_BYTES]
    if (len(packed) - _HEAD) % width:
        raise VectorRefused("cut off")
    offsets = tuple(int.from_bytes(packed[at : at + width], "big") for at in range(_HEAD, len(packed), width))
    return Vector(packed[:EPOCH_BYTES], offsets)


NOWHERE = Vector(bytes(EPOCH_BYTES), ())
"""A place in no feed: whoever resumes here is told to load the page again."""
