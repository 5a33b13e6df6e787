"""The course of a clock, stretch by stretch, and what moves it."""

from itertools import pairwise
from typing import Final

import msgspec

from mingjing.rules.due import Due, Taken
from mingjing.rules.events import Fact

OPEN: Final = 1 << 62
"""Later than any instant: the end of a stretch nothing has ended yet."""


class Pause(msgspec.Struct, frozen=True):
    """A time in which the authority is not charged: (day of `begin`, day of `end`].

    `end` is None while open; `cap` is the most that is given back, in the
    limit's own unit, counted from `begin` even where the clock starts later.
    """

    begin: Fact
    end: Fact | None
    cap: int | None
    name: str


class Extension(msgspec.Struct, frozen=True):
    """An approved lengthening of the limit by `amount` units, at the instant of `fact`."""

    fact: Fact
    amount: int


class Stretch(msgspec.Struct, frozen=True):
    """From `begins` on the deadline is `due`; None while the clock stands still."""

    begins: int
    due: Due | None
    amount: int
    taken: Taken


class Run(msgspec.Struct, frozen=True):
    """The whole course of a clock: its stretches in order, and what moved it."""

    start: Fact
    stretches: list[Stretch]
    pauses: list[tuple[Pause, int | None]]
    extensions: list[Extension]

    def ends(self) -> list[tuple[Stretch, int]]:
        """Return each stretch with the instant at which the next begins."""
        stretches = self.stretches
        if len(stretches) == 1:
            return [(stretches[0], OPEN)]
        return list(zip(stretches, [*(stretch.begins for stretch in stretches[1:]), OPEN], strict=True))

    def at(self, instant: int) -> Stretch:
        """Return the stretch that holds at `instant`; the first one before the start."""
        found = self.stretches[0]
        for before, after in pairwise(self.stretches):
            if after.begins > instant:
                return before
            found = after
        return found
