"""The terms of a limit: which clocks a start sets running, how long each, and what moves it."""

from typing import Final

import msgspec

from mingjing.rules.meter import Count, Meter
from mingjing.rules.selector import ANY, Selector
from mingjing.rules.stretch import Run
from mingjing.rules.term import DatedLimit, Term, Unit
from mingjing.rules.vocabulary import ExtensionRule, PauseRule

ITEM_CLOCKS: Final = ("promised", "statutory")
"""Clocks whose limit the item states; a literal limit or a stated due date runs the clock `limit`."""


class Course(msgspec.Struct, frozen=True):
    """One clock of one start: its name, the limit as written, its meter and how it ran."""

    name: str
    limit: str
    meter: Meter
    run: Run


class Limit(msgspec.Struct, frozen=True):
    """How long, in which count, and by what moved; exactly one of `terms` and `due` is given.

    `terms` is a term, the name of an item's limit, a path, or terms by the date of the start.
    Where a path or an item leads to no term, `otherwise` holds; a bare number there is one of `unit`.
    """

    terms: str | Term | tuple[DatedLimit, ...] | None
    due: str | None
    count: Count
    roll: bool
    pauses: tuple[PauseRule, ...] = ()
    extensions: tuple[ExtensionRule, ...] = ()
    otherwise: Term | None = None
    unit: Unit | None = None

    @property
    def own_clock(self) -> str:
        """The name of the clock that thresholds without a name mean."""
        return self.terms if isinstance(self.terms, str) and self.terms in ITEM_CLOCKS else "limit"

    @property
    def reads_case(self) -> bool:
        """Whether attributes of the case decide the end of the limit, or by how much it moves."""
        extended = (path for each in self.extensions for path in (each.by, each.cap))
        paths = (self.terms, self.due, *(each.cap for each in self.pauses), *extended)
        return any(isinstance(path, str) and "case." in path for path in paths)

    @property
    def reads_start(self) -> bool:
        """Whether what the start itself says decides how long the limit is."""
        return isinstance(self.terms, str) and ("data." in self.terms or "event." in self.terms)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Begin and end of each pause, then each extension."""
        pauses = (
            Selector(None if ANY in types else types, "each", where)
            for each in self.pauses
            for types, where in ((each.begin, each.begin_where), (each.end, each.end_where))
        )
        moves = (Selector(None if ANY in each.event else each.event, "each", each.where) for each in self.extensions)
        return (*pauses, *moves)
