"""Which rules a fact concerns, worked out once for all the facts that match the same selectors.

A rulebook has over a hundred rules and a fact concerns few of them. Which these are hangs on its tag,
and on the ground of its case; both repeat from case to case.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from mingjing.rules.glances.glance import Glance
from mingjing.rules.ground import Ground
from mingjing.rules.remembering import remember
from mingjing.rules.seats import Seat

MOST_KNOWN = 5_000
MOST_BEFORE = 500
"""Answers that are kept, by tag and for each by what came before; beyond it they are worked out anew."""


class Asked(NamedTuple):
    """A rule that a fact concerns; no glance will do where it must be judged whatever has happened."""

    place: int
    bit: int
    glance: Glance | None


class Concern(NamedTuple):
    """The rules that a fact concerns: those that are asked of any case, and by place those that it is quiet for.

    These are asked only where they wait for something or have spoken; `quiet_bits` is the mask of their bits.
    """

    asked: tuple[Asked, ...]
    quiet: dict[int, Asked]
    quiet_bits: int


class _Here(NamedTuple):
    """The rules that a tag concerns on a ground, the mask of all they read, by what of it came before the concern."""

    seats: tuple[Seat, ...]
    reads: int
    known: dict[int, Concern]


class Concerned:
    """The rules in these seats, by what a fact that they read is tagged with.

    `told` says of a fact that it may change attributes of its case, which `wide` rules read.
    """

    __slots__ = ("_here", "_readers", "_seats")

    def __init__(self, seats: Sequence[Seat]) -> None:
        self._seats = seats
        self._here: dict[tuple[int, int, bool], _Here] = {}
        self._readers: dict[tuple[int, bool], tuple[Seat, ...]] = {}

    def on(self, ground: Ground, tag: int, before: int, *, told: bool) -> Concern:
        """Return the rules that a fact with this tag concerns on this ground, where they have begun by what is seen.

        `before` is the mask of the facts before it.
        """
        key = (ground.scope, tag, told)
        here = self._here.get(key)
        if here is None:
            seats = tuple(seat for seat in self.readers(tag, told=told) if ground.scope & seat.bit)
            here = _Here(seats, reduce(or_, (seat.reads for seat in seats), 0), {})
            remember(self._here, key, here, MOST_KNOWN)
        read = before & here.reads
        found = here.known.get(read)
        if found is None:
            found = remember(here.known, read, _concern(here.seats, ground, tag, read), MOST_BEFORE)
        return found

    def readers(self, mask: int, *, told: bool) -> tuple[Seat, ...]:
        """Return the seats of the rules that read anything of this mask, on whatever ground."""
        key = (mask, told)
        found = self._readers.get(key)
        if found is None:
            found = tuple(seat for seat in self._seats if seat.reads & mask or (told and seat.wide))
            remember(self._readers, key, found, MOST_KNOWN)
        return found


def _concern(seats: Sequence[Seat], ground: Ground, tag: int, before: int) -> Concern:
    """Return what a fact with this tag is to rules that read it, on a ground on which they all may apply."""
    asked: list[Asked] = []
    quiet: dict[int, Asked] = {}
    bits = 0
    for place, bit, begins, _, _, glance, unmoved in seats:
        if not begins & (before | tag):
            continue
        each = Asked(place, bit, None if ground.open_scope & bit else glance)
        if each.glance is not None and unmoved is not None and unmoved(before, tag):
            quiet[place] = each
            bits |= bit
        else:
            asked.append(each)
    return Concern(tuple(asked), quiet, bits)


def asked_of(concern: Concern, wakes: Mapping[int, int], spoken: int) -> tuple[Asked, ...]:
    """Return the rules to ask of a case that waits for `wakes`, the rules in the mask `spoken` having spoken."""
    asked, quiet, bits = concern
    if quiet:
        for place in wakes:
            waiting = quiet.get(place)
            if waiting is not None:
                asked = (*asked, waiting)
        loud = spoken & bits
        if loud:
            asked = (*asked, *[each for each in quiet.values() if loud & each.bit and each.place not in wakes])
    return asked
