"""The cases of a partition: those it is working on, the others packed, and stubs of those that have left.

Most cases wait for weeks between two events. Packed, such a case weighs a few
hundred bytes; it is unpacked when an event or a timer asks for it.
"""

from collections.abc import Container, Iterator
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple

from mingjing.rules.case import Case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.stored_case import StoredCase, head, packed, unpacked

ALL = -1
"""The bits of every rule: each is to be asked as a whole, for none has judged the case by this rulebook yet."""

MOST_FACTS = 2_000
MOST_BYTES = 256 * 1024
"""Bounds of a case; beyond either no deadline of it is judged any more."""

TOO_LONG = -1
"""The place in `Case.parked` of a case beyond its bounds; it is no rule's."""


class Stub(NamedTuple):
    """What is left of a case that has left: `state` for the log, and the last offset its facts are archived up to."""

    case_key: str
    last_offset: int
    state: bytes


class Cases:
    """Cases by key; at most `live` are kept unpacked when `rest` is called (None = all)."""

    def __init__(self, rulebook: Rulebook, live: int | None) -> None:
        self.live: dict[str, Case] = {}
        self._rulebook = rulebook
        self._most = live
        self._resting: dict[str, bytes] = {}
        self._parked: dict[str, str] = {}
        self._away: dict[str, bytes] = {}

    def __len__(self) -> int:
        return len(self.live) + len(self._resting)

    def find(self, key: str) -> Case | None:
        """Return a case, unpacked if it was at rest; None where there is none, or only a stub."""
        case = self.live.get(key)
        if case is None:
            state = self._resting.pop(key, None)
            if state is not None:
                self._parked.pop(key, None)
                case = self.live[key] = self._unpacked(key, head(key, state))
        return case

    def away(self, key: str) -> StoredCase | None:
        """Return the stub of a case that has left, or None."""
        state = self._away.get(key)
        return None if state is None else head(key, state)

    def come_back(self, key: str, stub: StoredCase) -> Case:
        """Return a case without facts in the place of its stub; what was said of it is known."""
        del self._away[key]
        case = self.live[key] = unpacked(key, stub)
        return case

    def waits_for(self, key: str) -> int | None:
        """Return the instant a case waits for, or None."""
        case = self.live.get(key)
        if case is not None:
            return case.armed
        state = self._resting.get(key)
        return None if state is None else head(key, state).soonest

    def parked(self) -> Iterator[tuple[str, str]]:
        """Yield each case that some rule cannot judge, with the reason."""
        yield from self._parked.items()
        yield from ((key, next(iter(case.parked.values()))) for key, case in self.live.items() if case.parked)

    def state(self, key: str) -> bytes | None:
        """Return a case, or the stub of one that has left, as bytes; None when there is neither."""
        case = self.live.get(key)
        if case is None:
            return self._resting.get(key) or self._away.get(key)
        state = packed(case, self._rulebook.fingerprint)
        if len(state) > MOST_BYTES:
            quarantine(case, f"{len(state)} bytes")
            state = packed(case, self._rulebook.fingerprint)
        return state

    def put(self, key: str, state: bytes) -> Case | None:
        """Take back a case from its bytes; return it if it must be judged anew, having been judged by other rules."""
        stored = head(key, state)
        if stored.away:
            self._away[key] = state
            return None
        if stored.fingerprint == self._rulebook.fingerprint:
            self._resting[key] = state
            if stored.parked:
                self._parked[key] = next(iter(stored.parked.values()))
            return None
        case = self.live[key] = self._unpacked(key, stored)
        return case

    def rest(self, busy: Container[str]) -> None:
        """Pack the cases that were longest in work until no more than the most are left; the busy ones stay."""
        if self._most is None or len(self.live) <= self._most:
            return
        longest = islice((key for key in self.live if key not in busy), len(self.live) - self._most)
        for key in list(longest):
            case = self.live[key]
            state = self.state(key)
            if state is None:
                continue
            del self.live[key]
            self._resting[case.key] = state
            if case.parked:
                self._parked[key] = next(iter(case.parked.values()))

    def leave(self, case: Case) -> Stub:
        """Let a case leave, and return the stub that stays."""
        state = self._away[case.key] = packed(case, self._rulebook.fingerprint, away=True)
        del self.live[case.key]
        return Stub(case.key, case.last_offset, state)

    def quiet(self, before: int) -> Iterator[Case]:
        """Yield each case that waits for nothing and has heard nothing since `before`."""
        for key in [*self.live, *(key for key, state in self._resting.items() if head(key, state).soonest is None)]:
            resting = key in self._resting
            state = self._resting.get(key)
            case = self.find(key)
            if case is None:
                continue
            if not (case.wakes or case.held or case.parked) and all(fact.stamp < before for fact in case.facts):
                yield case
            elif resting and state is not None:
                del self.live[key]
                self._resting[case.key] = state

    def _unpacked(self, key: str, stored: StoredCase) -> Case:
        rulebook = self._rulebook
        case = unpacked(key, stored)
        case.armed = stored.soonest
        case.tags = [rulebook.tag(fact) for fact in case.facts]
        case.ground = rulebook.ground(case.facts) if case.facts else None
        case.spoken = spoken_of(case, rulebook)
        return case


def spoken_of(case: Case, rulebook: Rulebook) -> int:
    """Return the bits of the rules of which something was said; rules that are no longer in force have none."""
    places = {rulebook.places[rule] for rule, _ in case.issued if rule in rulebook.places}
    return reduce(or_, (1 << place for place in places.union(case.parked) if place >= 0), 0)


def quarantine(case: Case, size: str) -> None:
    """Put a case beyond its bounds out of judgement: what was said stands, nothing more is, and its facts go."""
    reason = f"case_too_long: {size}, the most are {MOST_FACTS} facts and {MOST_BYTES // 1024} KiB"
    case.restore([])
    case.held, case.wakes, case.told = [], {}, None
    case.parked = {TOO_LONG: reason}
