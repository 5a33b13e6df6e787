"""A case at rest, as state topics carry it."""

import msgspec

from mingjing.rules.case import Case, Issued
from mingjing.rules.events import Fact


class StateUnreadable(ValueError):
    """Stored state cannot be read back; the text names the case and how to start without it."""


class StoredCase(msgspec.Struct, array_like=True):
    """What of a case cannot be worked out again from its facts, and the facts."""

    received: list[Fact]
    held: list[Fact]
    issued: list[tuple[str, str, Issued]]
    last_offset: int
    wakes: dict[int, int]
    parked: dict[int, str]
    fingerprint: str


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StoredCase).decode


def packed(case: Case, fingerprint: str) -> bytes:
    """Return a case as bytes for `unpacked`; `fingerprint` is that of the rulebook it was judged by."""
    issued = [(rule, occurrence, each) for (rule, occurrence), each in case.issued.items()]
    return _encode(StoredCase(case.received, case.held, issued, case.last_offset, case.wakes, case.parked, fingerprint))


def unpacked(case_key: str, state: bytes) -> tuple[Case, str]:
    """Return the case and the fingerprint; its facts are still to be tagged.

    Raises StateUnreadable for bytes that another version of this program wrote.
    """
    try:
        stored = _decode(state)
    except msgspec.DecodeError as exc:
        raise StateUnreadable(
            f"state of case {case_key} was written by another version ({exc}); "
            "give the workers a new group (MINGJING_GROUP) and an emptied supervise-state to fold case-events anew"
        ) from exc
    case = Case(case_key)
    case.restore(stored.received)
    case.held = stored.held
    case.issued = {(rule, occurrence): each for rule, occurrence, each in stored.issued}
    case.last_offset = stored.last_offset
    case.wakes, case.parked = stored.wakes, stored.parked
    return case, stored.fingerprint
