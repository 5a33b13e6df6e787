"""Pages by key: a cursor names the last record given, and the next page begins after it.

Nothing is skipped or repeated however many records come in between, as it would
be by counting rows.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated

import msgspec

from mingjing.services.ledger.errors import CursorRefused
from mingjing.services.ledger.port import MAX_LIMIT


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The sorting key of the last record of a page; `of` names the list it belongs to."""

    of: str
    ms: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
    id: Annotated[str, msgspec.Meta(pattern=r"\A[^\x00]*\Z")]


_DECODER = msgspec.json.Decoder(Cursor)


def opened(text: str | None, of: str) -> tuple[int, str] | None:
    """Return the key that `text` carries; None for the first page.

    CursorRefused when it was not made for the list `of`.
    """
    if text is None:
        return None
    try:
        cursor = _DECODER.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, msgspec.DecodeError) as exc:
        raise CursorRefused(f"游标 {text!r} 无法识别, 请从第一页重新查询") from exc
    if cursor.of != of:
        raise CursorRefused(f"游标 {text!r} 属于另一个列表({cursor.of}), 请从第一页重新查询")
    return cursor.ms, cursor.id


def closed(keys: Sequence[tuple[int, str]], limit: int, of: str) -> str | None:
    """Return the cursor after `limit` of `keys`, which were read one further than the page; None at the end."""
    if len(keys) <= limit:
        return None
    ms, ident = keys[limit - 1]
    packed = msgspec.json.encode(Cursor(of, ms, ident))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def bounded(limit: int) -> int:
    """Return `limit` within what one page may hold."""
    return min(max(limit, 1), MAX_LIMIT)
