"""Which rules have something to say of a case at all, worked out once for all cases in which the same has begun."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from mingjing.rules.remembering import remember
from mingjing.rules.seats import Seat

MOST_KNOWN = 5_000
"""Answers that are kept, by ground and by what has begun; beyond it they are worked out anew."""


class Begun:
    """The rules in these seats, by the ground of a case and what was seen of it."""

    __slots__ = ("_begins", "_known", "_seats")

    def __init__(self, seats: Sequence[Seat]) -> None:
        self._seats = tuple(seats)
        self._begins = reduce(or_, (seat.begins for seat in seats), 0)
        self._known: dict[tuple[int, int], tuple[Seat, ...]] = {}

    def on(self, scope: int, seen: int) -> tuple[Seat, ...]:
        """Return the seats of this scope of which what they begin with was seen, in their order."""
        key = (scope, seen & self._begins)
        found = self._known.get(key)
        if found is None:
            here = tuple(seat for seat in self._seats if seat.begins & seen and seat.bit & scope)
            found = remember(self._known, key, here, MOST_KNOWN)
        return found
