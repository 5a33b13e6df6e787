"""A case at rest, as state topics carry it and as an engine keeps those it is not working on.

The head says what a case waits for and can be read without its facts, so that
millions of cases are taken back without looking into them.

A case at work is written again and again. Whole, it is `packed`; after that a
`change` says how it stands now, and brings along only the facts that are new.
"""

import msgspec

from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.issued import Issued, Told
from mingjing.rules.kept import Kept
from mingjing.rules.rule import EVER
from mingjing.rules.squeezing import released, squeezed
from mingjing.rules.standing import Standing

FORM = 3
"""The form of what `packed` writes: counted up where `unpacked` cannot read any more what was written before."""


class StateUnreadable(ValueError):
    """Stored state cannot be read back; the text names the case and how to start without it."""


class StoredCase(msgspec.Struct, array_like=True, gc=False):
    """The head of a case at rest; `wakes` and `parked` go by the places of rules in the rulebook of `fingerprint`.

    `away` marks the stub of a case that has left: its facts are in the archive. `latest`
    is the instant of its latest fact. `body` is a squeezed `StoredBody`.
    """

    fingerprint: str
    last_offset: int
    wakes: dict[int, int]
    parked: dict[int, str]
    away: bool
    held_until: int | None
    body: bytes
    latest: int = EVER

    @property
    def soonest(self) -> int | None:
        """The instant the case waits for, or None."""
        soonest = min(self.wakes.values()) if self.wakes else None
        held = self.held_until
        return held if soonest is None or (held is not None and held < soonest) else soonest


class StoredBody(msgspec.Struct, array_like=True, gc=False):
    """What of a case cannot be worked out again from its facts, and the facts."""

    received: list[Fact]
    held: list[Fact]
    issued: list[tuple[str, str, Issued]]
    told: list[Told]
    since: int
    standings: dict[str, Standing] | None = None


_encode = msgspec.msgpack.Encoder().encode
_head = msgspec.msgpack.Decoder(StoredCase).decode
_body = msgspec.msgpack.Decoder(StoredBody).decode


def packed(case: Case, fingerprint: str, *, away: bool = False) -> bytes:
    """Return a case as bytes for `unpacked`, or the stub of one that leaves; it was judged by the rulebook named."""
    body = _body_of(case, [] if away else case.received)
    case.kept = Kept(case.facts, len(case.facts), len(body))
    written = _stored(case, fingerprint, body, away=away)
    case.written = None if away else written
    return written


def change(case: Case, fingerprint: str) -> bytes | None:
    """Return how a case stands, with the facts that came after those kept; None where they do not go on from them."""
    if case.kept is None or not case.extends_kept:
        return None
    body = _body_of(case, case.facts[case.kept.length :])
    case.kept = Kept(case.facts, len(case.facts), case.kept.size + len(body))
    return _stored(case, fingerprint, body)


def _body_of(case: Case, facts: list[Fact]) -> bytes:
    issued = [(rule, occurrence, each) for (rule, occurrence), each in case.issued.items()]
    told = list(case.told.values()) if case.told else []
    return _encode(StoredBody(facts, case.held, issued, told, case.since, case.standings))


def _stored(case: Case, fingerprint: str, body: bytes, *, away: bool = False) -> bytes:
    held = min([fact.at for fact in case.held], default=None)
    stored = StoredCase(fingerprint, case.last_offset, case.wakes, case.parked, away, held, squeezed(body), case.latest)
    return _encode(stored)


def head(case_key: str, state: bytes) -> StoredCase:
    """Return the head of a case at rest; StateUnreadable for bytes that `packed` of this FORM did not write."""
    try:
        return _head(state)
    except msgspec.DecodeError as exc:
        raise _unreadable(case_key, exc) from exc


def unpacked(case_key: str, *states: bytes) -> Case:
    """Return the case as the last of its states says, with the facts of all of them, which are still to be tagged.

    The first is what `packed` gave, the others are the changes since, in their order.
    Raises StateUnreadable as `head` does.
    """
    heads = [head(case_key, each) for each in states]
    plain = [_plain(case_key, each) for each in heads]
    bodies = [_read(case_key, each) for each in plain]
    stored, body = heads[-1], bodies[-1]
    case = Case(case_key)
    case.restore([fact for each in bodies for fact in each.received])
    case.held = body.held
    case.issued = {(rule, occurrence): each for rule, occurrence, each in body.issued}
    case.last_offset = stored.last_offset
    case.wakes, case.parked = stored.wakes, stored.parked
    case.told = {each.name: each for each in body.told} or None
    case.since = body.since
    case.standings = body.standings
    case.kept = Kept(case.facts, len(case.facts), sum(map(len, plain)))
    case.written = states[0] if len(states) == 1 else None
    return case


def _plain(case_key: str, stored: StoredCase) -> bytes:
    try:
        return released(stored.body)
    except ValueError as exc:
        raise _unreadable(case_key, exc) from exc


def _read(case_key: str, plain: bytes) -> StoredBody:
    try:
        return _body(plain)
    except (msgspec.DecodeError, ValueError) as exc:
        raise _unreadable(case_key, exc) from exc


def _unreadable(case_key: str, exc: Exception) -> StateUnreadable:
    return StateUnreadable(
        f"state of case {case_key} bears form {FORM} and is not of it ({exc}); "
        "empty supervise-state, and case-events is folded anew"
    )
