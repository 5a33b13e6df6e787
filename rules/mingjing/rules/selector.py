"""Selectors: which events of a case a rule means."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import cel
import msgspec

from mingjing.rules.events import Fact, instant

Which = Literal["first", "last", "each", "first-after", "first-anywhere"]
ANY = "*"

_PATH = re.compile(r"""\b(?:data|case|event)(?:\.[A-Za-z_]\w*|\[\s*(?:"[^"]*"|'[^']*')\s*\])+""")
_STEP = re.compile(r"""\.([A-Za-z_]\w*)|\[\s*["']([^"']*)["']\s*\]""")
_HAS = re.compile(r"\bhas\(([^()]*)\)")
_ABSENT = float("nan")  # equals nothing, not even itself, and is neither less nor more than anything


class Condition:
    """A CEL expression over `data`, `case` and `event`, compiled once.

    A path the expression names but the event lacks never equals anything:
    `data.a == "x"` is false and `data.a != "x"` is true when `a` is absent.
    `has(data.a)` asks for it. `event.time` and `event.recordedtime` are instants.
    An expression whose operands do not fit each other does not hold.
    Raises ValueError when the text is not CEL or names anything else.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._program = cel.compile(text)
        strange = set(self._program.variables()) - {"data", "case", "event"}
        if strange:
            raise ValueError(
                f"{', '.join(sorted(strange))} is not known here; an expression may read data, case and event"
            )
        self.paths = [_steps(found.group()) for found in _PATH.finditer(text)]
        self._guarded = {_steps(path) for path in _HAS.findall(text)}

    def holds(self, fact: Fact) -> bool:
        """Whether the expression is true of the fact."""
        scope: dict[str, Any] = {"data": fact.data, "case": fact.case_data}
        if any(path[0] == "event" for path in self.paths):
            scope["event"] = {**fact.data, **_envelope(fact)}
        for path in self.paths:
            _fill(scope, path, absent=path not in self._guarded)
        try:
            return self._program.execute(scope) is True
        except (LookupError, TypeError, RuntimeError, ValueError, ArithmeticError):
            return False


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


def _steps(path: str) -> tuple[str, ...]:
    room = re.match(r"\s*\w+", path)
    return ((room.group().strip(),) if room else ()) + tuple(a or b for a, b in _STEP.findall(path))


def _envelope(fact: Fact) -> dict[str, Any]:
    names = ("id", "source", "type", "item", "agency", "region", "officer", "post", "step")
    found = {name: value for name in names if (value := getattr(fact, name)) is not None}
    if fact.recorded_at is not None:
        found["recordedtime"] = instant(fact.recorded_at)
    return found | {"time": instant(fact.at), "sequence": fact.sequence}


def _fill(scope: dict[str, Any], path: tuple[str, ...], *, absent: bool) -> None:
    """Put the absent marker where `path` leads to nothing, or leave that empty for `has`; copies what it changes."""
    here = scope
    for key in path[:-1]:
        below = here.get(key)
        if below is None:
            below = {}
        elif not isinstance(below, dict):
            return
        here[key] = dict(below)
        here = here[key]
    if here.get(path[-1]) in (None, ""):
        if absent:
            here[path[-1]] = _ABSENT
        else:
            here.pop(path[-1], None)
