"""Which rules a fact concerns, worked out once for all the facts that match the same selectors.

A rulebook has over a hundred rules and a fact concerns few of them. Which these are hangs on its tag,
and on the ground of its case; both repeat from case to case.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from mingjing.rules.glances.glance import Glance
from mingjing.rules.ground import Ground
from mingjing.rules.remembering import remember
from mingjing.rules.seats import Seat

MOST_KNOWN = 5_000
MOST_BEGUN = 100
"""Answers that are kept, by tag and for each by what has begun; beyond it they are worked out anew."""


class Asked(NamedTuple):
    """A rule that a fact concerns; no glance will do where it must be judged whatever has happened."""

    place: int
    bit: int
    glance: Glance | None


class _Here(NamedTuple):
    """The rules that a tag concerns on a ground, the mask of all they begin with; by what of it was seen, the asked."""

    seats: tuple[Seat, ...]
    begins: int
    asked: dict[int, tuple[Asked, ...]]


class Concerned:
    """The rules in these seats, by what a fact that they read is tagged with.

    `told` says of a fact that it may change attributes of its case, which `wide` rules read.
    """

    __slots__ = ("_here", "_readers", "_seats")

    def __init__(self, seats: Sequence[Seat]) -> None:
        self._seats = seats
        self._here: dict[tuple[int, int, bool], _Here] = {}
        self._readers: dict[tuple[int, bool], tuple[Seat, ...]] = {}

    def on(self, ground: Ground, tag: int, seen: int, *, told: bool) -> tuple[Asked, ...]:
        """Return the rules that a fact with this tag concerns on this ground, where what they begin with was seen."""
        key = (ground.scope, tag, told)
        here = self._here.get(key)
        if here is None:
            seats = tuple(seat for seat in self.readers(tag, told=told) if ground.scope & seat.bit)
            here = _Here(seats, reduce(or_, (seat.begins for seat in seats), 0), {})
            remember(self._here, key, here, MOST_KNOWN)
        begun = seen & here.begins
        found = here.asked.get(begun)
        if found is None:
            found = tuple(
                Asked(seat.place, seat.bit, None if ground.open_scope & seat.bit else seat.glance)
                for seat in here.seats
                if seat.begins & begun
            )
            remember(here.asked, begun, found, MOST_BEGUN)
        return found

    def readers(self, mask: int, *, told: bool) -> tuple[Seat, ...]:
        """Return the seats of the rules that read anything of this mask, on whatever ground."""
        key = (mask, told)
        found = self._readers.get(key)
        if found is None:
            found = tuple(seat for seat in self._seats if seat.reads & mask or (told and seat.wide))
            remember(self._readers, key, found, MOST_KNOWN)
        return found
