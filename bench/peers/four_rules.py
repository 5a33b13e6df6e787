"""The four rules by hand, as the Python peers are given them: a small list a case, a heap of deadlines a partition.

A state is [types seen, deadline of A, of B, of D, closed]; a deadline of 0 is none. Instants are microseconds.
"""

from collections.abc import Iterator
from heapq import heappop, heappush

DAY = 86_400_000_000
NAMES = ("A", "B", "D")
LIMITS = {"A": 10 * DAY, "B": 15 * DAY, "C": 20 * DAY}
REVIEWED, APPROVED = 1, 2
SEEN = {"reviewed": REVIEWED, "approved": APPROVED}
STOPS = {"accepted": (1,), "rejected": (1, 3), "closed": (2,), "notified": (3,)}
NOBODY = (0, 0, 0, 0, False)

State = list[int | bool]
Deadline = tuple[int, str, int]


def happen(state: State, name: str, at: int, kind: str) -> tuple[bool, list[tuple[int, int]]]:
    """Change the state by an event; return whether rule C is broken, and the deadlines set: (instant, place)."""
    broken = name == "approved" and not state[0] & (REVIEWED | APPROVED)
    state[0] |= SEEN.get(name, 0)
    for place in STOPS.get(name, ()):
        state[place] = 0
    limits = ()
    if name == "submitted":
        limits = ((5 * DAY, 1), (LIMITS[kind], 2))
    elif name == "decision":
        limits = ((2 * DAY, 3),)
    elif name == "closed":
        state[4] = True
    armed = [(at + limit, place) for limit, place in limits]
    for instant, place in armed:
        state[place] = instant
    return broken, armed


def is_over(state: State) -> bool:
    """Whether nothing of the case is waited for any more."""
    return bool(state[4]) and not (state[1] or state[2] or state[3])


class Partition:
    """The cases of one partition in memory, with their deadlines."""

    def __init__(self) -> None:
        self.cases: dict[str, State] = {}
        self.heap: list[Deadline] = []

    def advance(self, at: int) -> Iterator[tuple[str, str, int]]:
        """Yield (case, rule, deadline) of every deadline before `at` that nothing met."""
        while self.heap and self.heap[0][0] < at:
            deadline, case, place = heappop(self.heap)
            state = self.cases.get(case)
            if state is not None and state[place] == deadline:
                state[place] = 0
                yield case, NAMES[place - 1], deadline
                if is_over(state):
                    del self.cases[case]

    def happen(self, case: str, name: str, at: int, kind: str) -> bool:
        """Take an event in; return whether rule C is broken by it."""
        state = self.cases.get(case)
        if state is None:
            state = self.cases[case] = list(NOBODY)
        broken, armed = happen(state, name, at, kind)
        for deadline, place in armed:
            heappush(self.heap, (deadline, case, place))
        if is_over(state):
            del self.cases[case]
        return broken
