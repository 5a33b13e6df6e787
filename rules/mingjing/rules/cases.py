"""The cases of a partition: those it is working on, the others packed, and what is kept of those that have left.

Most cases wait for weeks between two events. Packed, such a case weighs a few
hundred bytes; it is unpacked when an event or a timer asks for it.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import Final, NamedTuple

from mingjing.rules.case import Case
from mingjing.rules.departed import Departed
from mingjing.rules.gone import is_page
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.stored_case import StoredCase, change, head, packed, unpacked

ALL: Final = -1
"""The bits of every rule: each is to be asked as a whole, for none has judged the case by this rulebook yet."""

MOST_FACTS = 2_000
MOST_BYTES = 1 << 20
"""Bounds of a case, its bytes before they are squeezed; beyond either no deadline of it is judged any more."""

TOO_LONG: Final = -1
"""The place in `Case.parked` of a case beyond its bounds; it is no rule's."""


AtRest = bytes | tuple[bytes, ...]
"""A case at rest: what it was packed into, with the changes since where there are any."""


class Stub(NamedTuple):
    """What is left of a case that has left: `state` for the log, and the last offset its facts are archived up to."""

    case_key: str
    last_offset: int
    state: bytes


class CaseAway(Exception):
    """The case has left and only its stub is here: read its facts from the archive, `recall` it, then fold again.

    The archive must have got as far as `last_offset`. Where it is `gone`, there is not even a stub: what was last
    said of its cards is to be read, too, and the archive may know nothing of it, for then it is new.
    """

    def __init__(self, case_key: str, last_offset: int, *, gone: bool = False) -> None:
        super().__init__(f"case {case_key} has left; its facts up to offset {last_offset} are in the archive")
        self.case_key = case_key
        self.last_offset = last_offset
        self.gone = gone


class Cases:
    """Cases by key; at most `live` are kept unpacked when `rest` is called (None = all)."""

    def __init__(self, rulebook: Rulebook, live: int | None) -> None:
        self.live: dict[str, Case] = {}
        self._rulebook = rulebook
        self._most = live
        self._resting: dict[str, AtRest] = {}
        self._parked: dict[str, str] = {}
        self.departed = Departed()

    def __len__(self) -> int:
        return len(self.live) + len(self._resting)

    def find(self, key: str) -> Case | None:
        """Return a case, unpacked if it was at rest; None where there is none, or only a stub."""
        case = self.live.get(key)
        if case is None:
            state = self._resting.pop(key, None)
            if state is not None:
                self._parked.pop(key, None)
                case = self.live[key] = self._unpacked(key, _states(state))
        return case

    def come_back(self, key: str) -> Case | None:
        """Return a case without facts in the place of its stub, which knows what was said of it; None where it is here.

        One that is gone knows nothing.
        """
        if self.departed.state(key) is not None:
            case = self.live[key] = unpacked(key, self.departed.take(key))
            case.kept = None  # a stub that nobody has written yet is nothing to go on from
            return case
        reach = self.departed.gone.reach(key)
        if reach is None or key in self.live or key in self._resting:
            return None
        case = self.live[key] = Case(key)
        case.last_offset = reach
        return case

    def waits_for(self, key: str) -> int | None:
        """Return the instant a case waits for, or None."""
        case = self.live.get(key)
        if case is not None:
            return case.armed
        state = self._resting.get(key)
        return None if state is None else _head(key, state).soonest

    def parked(self) -> Iterator[tuple[str, str]]:
        """Yield each case that some rule cannot judge, with the reason."""
        yield from self._parked.items()
        yield from ((key, next(iter(case.parked.values()))) for key, case in self.live.items() if case.parked)

    def state(self, key: str) -> bytes | None:
        """Return a case, or the stub of one that has left, as bytes; None when there is neither. So with a page."""
        case = self.live.get(key)
        if case is None:
            resting = self._resting.get(key) or self.departed.state(key)
            if resting is None and is_page(key):
                return self.departed.gone.dump(key)
            if not isinstance(resting, tuple):
                return resting
            self._resting[key] = packed(unpacked(key, *resting), head(key, resting[-1]).fingerprint)
            return self.state(key)
        if case.written is not None:
            return case.written
        state = packed(case, self._rulebook.fingerprint)
        if case.kept is not None and case.kept.size > MOST_BYTES:
            quarantine(case, f"{case.kept.size} bytes")
            state = packed(case, self._rulebook.fingerprint)
        return state

    def change(self, key: str) -> bytes | None:
        """Return what a case came to since it was last put into bytes; None if only all of it will do."""
        case = self.live.get(key)
        if case is None or case.kept is None or case.kept.size > MOST_BYTES:
            return self.departed.gone.change(key) if case is None and is_page(key) else None
        return change(case, self._rulebook.fingerprint)

    def put(self, key: str, state: bytes, changes: Sequence[bytes], now: int) -> Case | int | None:
        """Take back a case from its bytes; return it if it must be judged anew, having been judged by other rules.

        Otherwise the instant that it waits for, or None. So with a stub, and a page of those that are gone.
        """
        states = (state, *changes)
        if is_page(key):
            self.departed.gone.restore(key, *states)
            return None
        stored = head(key, states[-1])
        if stored.away:
            self.departed.put(key, state, min(stored.latest, now))
            return None
        if self._rulebook.judged_alike(stored.fingerprint, stored.latest):
            self._resting[key] = states if changes else state
            if stored.parked:
                self._parked[key] = next(iter(stored.parked.values()))
            return stored.soonest
        case = self.live[key] = self._unpacked(key, states)
        return case

    def put_at_rest(self, states: Mapping[str, bytes]) -> tuple[dict[str, int], list[str]]:
        """Take back those cases that were judged as here and are as most are; for each of the others ask `put`.

        Returned are the instants for which those wait that wait for one, and the keys of the others.
        """
        here, resting = self._rulebook.fingerprint, self._resting
        waits: dict[str, int] = {}
        others: list[str] = []
        for key, state in states.items():
            if is_page(key):
                others.append(key)
                continue
            stored = head(key, state)
            if stored.fingerprint != here or stored.away or stored.parked or stored.held_until is not None:
                others.append(key)
                continue
            resting[key] = state
            if stored.wakes:
                waits[key] = min(stored.wakes.values())
        return waits, others

    def adopt(self, rulebook: Rulebook) -> list[Case]:
        """Hold the cases for another rulebook; return those that must be judged anew by it."""
        former, self._rulebook = self._rulebook, rulebook
        for case in self.live.values():
            self._tag(case)
            case.written = None
        anew = [each for each in self.live.values() if not rulebook.judged_alike(former.fingerprint, each.latest)]
        for key, state in list(self._resting.items()):
            stored = _head(key, state)
            if not rulebook.judged_alike(stored.fingerprint, stored.latest):
                del self._resting[key]
                self._parked.pop(key, None)
                self.live[key] = self._unpacked(key, _states(state))
                anew.append(self.live[key])
        return anew

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

    def leave(self, case: Case, now: int) -> Stub:
        """Let a case leave, and return the stub that stays."""
        state = packed(case, self._rulebook.fingerprint, away=True)
        self.departed.put(case.key, state, min(case.latest, now))
        del self.live[case.key]
        return Stub(case.key, case.last_offset, state)

    def quiet(self, before: int) -> Iterator[Case]:
        """Yield each case that waits for nothing and has heard nothing since `before`."""
        for key in [*self.live, *(key for key, state in self._resting.items() if _head(key, state).soonest is None)]:
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

    def _unpacked(self, key: str, states: Sequence[bytes]) -> Case:
        case = unpacked(key, *states)
        case.armed = head(key, states[-1]).soonest
        self._tag(case)
        return case

    def _tag(self, case: Case) -> None:
        rulebook = self._rulebook
        case.tags = [rulebook.tag(fact) for fact in case.facts]
        case.ground = rulebook.ground(case.facts) if case.facts else None
        case.account = None
        if case.spoken != ALL:
            case.spoken = spoken_of(case, rulebook)


def _states(state: AtRest) -> tuple[bytes, ...]:
    return state if isinstance(state, tuple) else (state,)


def _head(key: str, state: AtRest) -> StoredCase:
    return head(key, _states(state)[-1])


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
