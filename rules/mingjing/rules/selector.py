"""Selectors: which events of a case a rule means."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from mingjing.rules.events import Fact
from mingjing.rules.expression.checking import check
from mingjing.rules.expression.envelope import Envelope
from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.functions import Ground
from mingjing.rules.expression.operators import GROUND
from mingjing.rules.expression.plain import plain
from mingjing.rules.expression.syntax import ExpressionFault, parse
from mingjing.rules.expression.types import ANY as ANYTHING
from mingjing.rules.zone import Zone

Which = Literal["first", "last", "each", "first-after", "first-anywhere"]
ANY = "*"

NAMES = ("data", "case", "event")
"""What a selector's `where` may read: an event is chosen by what it says itself."""


class Condition:
    """An expression over `data`, `case` and `event`, compiled once.

    A path the expression names but the event lacks never equals anything:
    `data.a == "x"` is false and `data.a != "x"` is true when `a` is absent.
    `has(data.a)` asks for it. `event.time` and `event.recordedtime` are instants;
    its `date`, `weekday` and `hour` are those of `zone`. `case` is what the event
    itself repeats of its case. An expression whose operands do not fit each other
    does not hold. Raises ExpressionFault when the text is not CEL or names anything else.
    """

    def __init__(self, text: str, zone: Zone | None = None) -> None:
        self.text = text
        node = parse(text)
        for misfit in check(node, dict.fromkeys(NAMES, ANYTHING)):
            raise ExpressionFault(*misfit)
        self.holds: Callable[[Fact], bool] = plain(node) or self._asked
        """Whether the expression is true of a fact."""
        self._program = Program(text, node, strict=False)
        self._zone = zone
        self._ground = {GROUND: Ground(zone)} if zone is not None else {}
        self._enveloped = "event" in self._program.names

    def _asked(self, fact: Fact) -> bool:
        scope: dict[str, Any] = {"data": fact.data, "case": fact.case_data, **self._ground}
        if self._enveloped:
            scope["event"] = Envelope(fact, self._zone, fact.data)
        return self._program.holds(scope)


class Selector(msgspec.Struct, frozen=True):
    """Event types (`None` = any), which of the matches counts, and a condition."""

    types: frozenset[str] | None
    which: Which
    where: str | None = None

    @property
    def shape(self) -> tuple[frozenset[str] | None, str | None]:
        """What decides a match; selectors of one shape share their test."""
        return (self.types, self.where)


NOTHING = Selector(frozenset(), "first")
"""Matches no fact; stands where a rule has no such selector, so that places stay fixed."""
