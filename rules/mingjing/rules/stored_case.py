"""A case at rest, as state topics carry it and as an engine keeps those it is not working on.

The head says what a case waits for and can be read without its facts, so that
millions of cases are taken back without looking into them.
"""

import msgspec

from mingjing.rules.case import Case, Issued, Told
from mingjing.rules.packed_facts import PackedFacts, pack_facts, unpack_facts

FORM = 1
"""The form of what `packed` writes: counted up where `unpacked` cannot read any more what was written before."""


class StateUnreadable(ValueError):
    """Stored state cannot be read back; the text names the case and how to start without it."""


class StoredCase(msgspec.Struct, array_like=True, gc=False):
    """The head of a case at rest; `wakes` and `parked` go by the places of rules in the rulebook of `fingerprint`.

    `away` marks the stub of a case that has left: its facts are in the archive.
    """

    fingerprint: str
    last_offset: int
    wakes: dict[int, int]
    parked: dict[int, str]
    away: bool
    held_until: int | None
    body: msgspec.Raw

    @property
    def soonest(self) -> int | None:
        """The instant the case waits for, or None."""
        waits = [*self.wakes.values(), *([] if self.held_until is None else [self.held_until])]
        return min(waits, default=None)


class StoredBody(msgspec.Struct, array_like=True, gc=False):
    """What of a case cannot be worked out again from its facts, and the facts."""

    received: PackedFacts
    held: PackedFacts
    issued: list[tuple[str, str, Issued]]
    told: list[Told]
    since: int


_encode = msgspec.msgpack.Encoder().encode
_head = msgspec.msgpack.Decoder(StoredCase).decode
_body = msgspec.msgpack.Decoder(StoredBody).decode


def packed(case: Case, fingerprint: str, *, away: bool = False) -> bytes:
    """Return a case as bytes for `unpacked`, or the stub of one that leaves; it was judged by the rulebook named."""
    issued = [(rule, occurrence, each) for (rule, occurrence), each in case.issued.items()]
    told = list(case.told.values()) if case.told else []
    held = min((fact.at for fact in case.held), default=None)
    body = StoredBody(pack_facts([] if away else case.received), pack_facts(case.held), issued, told, case.since)
    return _encode(
        StoredCase(fingerprint, case.last_offset, case.wakes, case.parked, away, held, msgspec.Raw(_encode(body)))
    )


def head(case_key: str, state: bytes) -> StoredCase:
    """Return the head of a case at rest; StateUnreadable for bytes that `packed` of this FORM did not write."""
    try:
        return _head(state)
    except msgspec.DecodeError as exc:
        raise _unreadable(case_key, exc) from exc


def unpacked(case_key: str, stored: StoredCase) -> Case:
    """Return the case; its facts are still to be tagged. Raises StateUnreadable as `head` does."""
    try:
        body = _body(stored.body)
    except (msgspec.DecodeError, ValueError) as exc:
        raise _unreadable(case_key, exc) from exc
    case = Case(case_key)
    case.restore(unpack_facts(body.received))
    case.held = unpack_facts(body.held)
    case.issued = {(rule, occurrence): each for rule, occurrence, each in body.issued}
    case.last_offset = stored.last_offset
    case.wakes, case.parked = stored.wakes, stored.parked
    case.told = {each.name: each for each in body.told} or None
    case.since = body.since
    return case


def _unreadable(case_key: str, exc: Exception) -> StateUnreadable:
    return StateUnreadable(
        f"state of case {case_key} bears form {FORM} and is not of it ({exc}); "
        "empty supervise-state, and case-events is folded anew"
    )
