"""The functions an expression may call: what each takes, what it gives, and how.

`takes` lists the kinds of each argument; a last entry of `…` lets it repeat.
`gives` is a kind, `same` (that of the first argument) or `element` (that of the
elements of the first argument).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import cel
import msgspec

from mingjing.rules.events import EPOCH, MICROSECOND
from mingjing.rules.term import parse_term
from mingjing.rules.workdays import Workdays
from mingjing.rules.zone import Zone

MATCHER = cel.compile("text.matches(pattern)")
"""Patterns run on the Rust engine, whose time is linear in the text whatever the pattern."""


class Ground(msgspec.Struct, frozen=True):
    """What functions of days stand on: the zone that days are read in, and the line of working days."""

    zone: Zone
    workdays: Workdays | None = None


class Unanswered(Exception):
    """The expression has no answer for this event."""


class Absent(Unanswered):
    """Something it needs is absent; the text names it."""


class Unfit(Unanswered):
    """Its operands do not fit each other, or have no result."""


class Function(msgspec.Struct, frozen=True):
    """One function; `grounded` ones get the Ground before their arguments."""

    takes: tuple[str, ...]
    gives: str
    run: Callable[..., Any]
    method: bool = False
    grounded: bool = False


def exact(value: Any) -> Any:
    """Return a value with floats as the decimals they were written as."""
    return Decimal(repr(value)) if type(value) is float else value


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal; true and 1 are not, nor is anything equal to what is of another kind."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(exact(a), exact(b)) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def instant_of(text: Any) -> datetime:
    """Return the instant an RFC 3339 text says; Unfit where it says none."""
    if isinstance(text, datetime):
        return text
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as exc:
        raise Unfit(f"{text!r} is not an instant") from exc
    if found.tzinfo is None:
        raise Unfit(f"{text!r} has no UTC offset")
    return found


def duration_of(text: Any) -> timedelta:
    """Return the length that text such as `1h30m` says; Unfit where it says none."""
    return _length(str(text))


@lru_cache(maxsize=1024)
def _length(text: str) -> timedelta:
    """Return a length by its text: that of a rule is the same for every event."""
    try:
        found = cel.evaluate("duration(text)", {"text": text})
    except (ValueError, RuntimeError, TypeError) as exc:
        raise Unfit(f"{text!r} is not a duration") from exc
    if not isinstance(found, timedelta):
        raise Unfit(f"{text!r} is not a duration")
    return found


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise Unfit(f"{value!r} is not a number")
    try:
        found = Decimal(value)
    except InvalidOperation as exc:
        raise Unfit(f"{value!r} is not a number") from exc
    if not found.is_finite():
        raise Unfit(f"{value!r} is not a number")
    return found


def _whole(value: Any) -> int:
    return int(_number(value))


def _amount(text: str) -> int:
    try:
        return parse_term(text).amount
    except ValueError as exc:
        raise Unfit(str(exc)) from exc


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _size(value: Any) -> int:
    if not isinstance(value, str | list | dict):
        raise Unfit(f"{value!r} has no size")
    return len(value)


def matches(text: str, pattern: str) -> bool:
    """Whether a text has a part that a pattern describes; Unfit where the pattern is none."""
    try:
        return bool(MATCHER.execute({"text": text, "pattern": pattern}))
    except (RuntimeError, ValueError) as exc:
        raise Unfit(f"{pattern!r} is no pattern") from exc


def _sum(values: list[Any]) -> Any:
    return sum((_number(exact(each)) for each in values), start=Decimal(0))


def _extreme(choose: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    def run(values: list[Any]) -> Any:
        if not values:
            raise Unfit("an empty list has neither a greatest nor a smallest")
        try:
            return choose(map(exact, values))
        except TypeError as exc:
            raise Unfit(str(exc)) from exc

    return run


def _distinct(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for each in map(exact, values):
        if not any(same(each, other) for other in found):
            found.append(each)
    return found


def _day(ground: Ground, value: Any) -> int:
    if isinstance(value, datetime):
        return ground.zone.day((value.astimezone(UTC) - EPOCH) // MICROSECOND)
    try:
        return ground.zone.day(ground.zone.parse(str(value))[0])
    except ValueError as exc:
        raise Unfit(str(exc)) from exc


def _days(ground: Ground, begin: Any, end: Any) -> int:
    return _day(ground, end) - _day(ground, begin)


def _workdays(ground: Ground, begin: Any, end: Any) -> int:
    if ground.workdays is None:
        raise Unfit("working days are known to conditions only")
    return ground.workdays.number_ord(_day(ground, end)) - ground.workdays.number_ord(_day(ground, begin))


FUNCTIONS: dict[str, Function] = {
    "size": Function(("text|list|record",), "number", _size, method=True),
    "contains": Function(("text", "text"), "flag", lambda text, part: part in text, method=True),
    "startsWith": Function(("text|date", "text"), "flag", lambda text, part: text.startswith(part), method=True),
    "endsWith": Function(("text|date", "text"), "flag", lambda text, part: text.endswith(part), method=True),
    "matches": Function(("text", "text"), "flag", matches, method=True),
    "sum": Function(("list",), "number", _sum),
    "min": Function(("list",), "element", _extreme(min)),
    "max": Function(("list",), "element", _extreme(max)),
    "distinct": Function(("list",), "same", _distinct),
    "int": Function(("number|text",), "number", _whole),
    "double": Function(("number|text",), "number", _number),
    "amount": Function(("text",), "number", _amount),
    "string": Function(("number|text|flag|date|instant",), "text", _written),
    "timestamp": Function(("text|date|instant",), "instant", instant_of),
    "duration": Function(("text",), "duration", duration_of),
    "days": Function(("date|instant|text", "date|instant|text"), "number", _days, grounded=True),
    "workdays": Function(("date|instant|text", "date|instant|text"), "number", _workdays, grounded=True),
}
"""`days` and `workdays` count the days of (first, second]: negative where the second comes first."""
