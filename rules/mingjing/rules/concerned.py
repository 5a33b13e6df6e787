"""Which rules a fact concerns, worked out once for all the facts that match the same selectors.

A rulebook has over a hundred rules and a fact concerns few of them. Which these are hangs on its tag,
and on the ground of its case; both repeat from case to case.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple, TypeVar

from mingjing.rules.glances.glance import Glance
from mingjing.rules.ground import Ground
from mingjing.rules.seats import Seat

MOST_KNOWN = 20_000
"""As many answers as are kept of a kind; beyond it they are worked out anew."""

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Asked(NamedTuple):
    """A rule that a fact concerns; no glance will do where it must be judged whenever it has begun."""

    place: int
    bit: int
    begins: int
    glance: Glance | None


class Concerned:
    """The rules in these seats, by what a fact that they read is tagged with.

    `told` says of a fact that it may change attributes of its case, which `wide` rules read.
    """

    __slots__ = ("_asked", "_readers", "_seats")

    def __init__(self, seats: Sequence[Seat]) -> None:
        self._seats = seats
        self._asked: dict[tuple[int, int, bool], tuple[Asked, ...]] = {}
        self._readers: dict[tuple[int, bool], tuple[Seat, ...]] = {}

    def on(self, ground: Ground, tag: int, *, told: bool) -> tuple[Asked, ...]:
        """Return the rules that a fact with this tag concerns in a case on this ground."""
        key = (ground.scope, tag, told)
        found = self._asked.get(key)
        if found is None:
            found = _kept(
                self._asked,
                key,
                tuple(
                    Asked(seat.place, seat.bit, seat.begins, None if ground.open_scope & seat.bit else seat.glance)
                    for seat in self.readers(tag, told=told)
                    if ground.scope & seat.bit
                ),
            )
        return found

    def readers(self, mask: int, *, told: bool) -> tuple[Seat, ...]:
        """Return the seats of the rules that read anything of this mask, on whatever ground."""
        key = (mask, told)
        found = self._readers.get(key)
        if found is None:
            seats = tuple(seat for seat in self._seats if seat.reads & mask or (told and seat.wide))
            found = _kept(self._readers, key, seats)
        return found


def _kept(known: dict[Key, Answer], key: Key, answer: Answer) -> Answer:
    if len(known) >= MOST_KNOWN:
        known.clear()
    known[key] = answer
    return answer
