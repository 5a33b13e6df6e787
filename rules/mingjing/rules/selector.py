"""Selectors: which events of a case a rule means."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
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


_LOOKED_UP = re.compile(r"(?P<list>\w+\.[^\[\]]+)\[(?P<under>[^\[\]]+)\](?:\.(?P<rest>.+))?")

Read = Callable[[Fact, Mapping[str, Any], Mapping[str, Any]], Any]
"""What a fact, the attributes of its case and its item have at one path."""


def value_for(path: str, fact: Fact, *, case: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
    """Return what stands at a path as `fact` sees it, or None when it is absent.

    Besides the paths of `value_at` these may be `event.…`, an attribute of the
    envelope, and `item.steps[event.step].limit`, which looks a name up.
    """
    return _reading(path)(fact, case, item)


@lru_cache(maxsize=4096)
def _reading(path: str) -> Read:
    """Return what reads a path of `value_for`; packs name few, and events are asked for them again and again."""
    room, _, rest = path.partition(".")
    if room == "event":
        return lambda fact, _case, _item: getattr(fact, rest, None)
    found = _LOOKED_UP.fullmatch(path)
    if found is None:
        return lambda fact, case, item: value_at(path, data=fact.data, case=case, item=item)
    listed, under, inner_path = found["list"], _reading(found["under"]), found["rest"]

    def look_up(fact: Fact, case: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
        name, here = under(fact, case, item), value_at(listed, data=fact.data, case=case, item=item)
        inner = here.get(str(name)) if isinstance(here, Mapping) and name is not None else None
        if inner_path is None or not isinstance(inner, Mapping):
            return inner if inner_path is None else None
        return value_at(f"item.{inner_path}", data={}, case={}, item=inner)

    return look_up


def value_at(path: str, *, data: Mapping[str, Any], case: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
    """Return what stands at `data.…`, `case.…` or `item.…`, or None when it is absent.

    An empty text is absent. A dotted rest is tried as one key first, so that
    columns with dots in their names are found.
    """
    room, _, rest = path.partition(".")
    here: Any = {"data": data, "case": case, "item": item}[room]
    if rest in here:
        here = here[rest]
    else:
        for key in rest.split("."):
            if not isinstance(here, Mapping) or key not in here:
                return None
            here = here[key]
    return None if here == "" else here
