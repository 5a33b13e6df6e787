"""A time limit as a glance reads it."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.glances.glance import UNSURE
from mingjing.rules.ground import Ground
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import Rung
from mingjing.rules.term import Threshold

ALL: Final = ""
"""What clocks go by that are not told apart by a key."""


class Clock(NamedTuple):
    """The masks of a time limit, how its stop is chosen, and when its first rung is reached.

    With `frees`, a fact of `unless` that comes before any rung is reached discharges the duty.
    """

    begins: int
    ends: int
    unless: int
    moves: int
    anywhere: bool
    last: bool
    first: bool
    key: Callable[[Fact], str | None] | None
    reach: Callable[[Fact, Ground | None], int]
    frees: bool

    def starts(self, before: int, tag: int, fact: Fact, case: Case) -> int:
        """Return when the clock that `fact` starts reaches its first rung, if nothing moves or ends it already."""
        hindered = self.moves | (self.ends if self.anywhere or self.last else 0)
        return UNSURE if (before | tag) & hindered else self.reach(fact, case.ground)

    def name(self, fact: Fact) -> str | None:
        """Return what tells the clocks of a fact from others: its key, None where it bears none; one name for all."""
        return ALL if self.key is None else self.key(fact)


def masks_in(judge: TimeLimit, masks: tuple[int, ...]) -> tuple[int, int]:
    """Return of a time limit's masks that of all that moves its clocks, and that of what renews its start."""
    if judge.renews is None:
        return reduce(or_, masks[3:], 0), 0
    return reduce(or_, masks[3:-1], 0), masks[-1]


def of_each_start(judge: TimeLimit) -> bool:
    """Whether a case has clocks for each start, or for the first of each key, that a timer watches."""
    return judge.start.which == "each" or (judge.key is not None and judge.missing_violates)


def frees(rungs: Sequence[Rung], own: str) -> bool:
    """Whether `unless` comes in time wherever it comes before any rung: each is reached as its limit passes."""
    whens = [rung.when for rung in rungs]
    return all(isinstance(each, Threshold) and each.mode == "past" and each.term is None for each in whens) and any(
        isinstance(each, Threshold) and each.clock in {None, own} for each in whens
    )
