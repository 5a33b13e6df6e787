"""What the parts of an expression do with the answers of their own parts, as closures over a scope."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from operator import add, ge, gt, le, lt, mod, mul, sub, truediv
from typing import Any, Final

from mingjing.rules.expression.functions import Absent, Ground, Unanswered, Unfit, exact, same

GROUND: Final = "@ground"
"""Where the scope of an expression holds the Ground its functions stand on."""

LACKING: Final = "@lacking"
"""Where it holds the list that absent paths are noted in, each once."""

Scope = dict[str, Any]
Run = Callable[[Scope], Any]


class _Nothing:
    """What an absent path leads to where the expression is not strict."""


NOTHING: Final = _Nothing()


def read(here: Any, key: str, path: str, scope: Scope, *, strict: bool) -> Any:
    """Return the member of a record; an empty text is absent, and what has no members lacks every one."""
    get = getattr(here, "get", None)
    value = get(key) if get is not None else None
    if value is None or value == "":
        if not strict:
            return NOTHING
        lacking = scope.get(LACKING)
        if lacking is not None and path not in lacking:
            lacking.append(path)
        raise Absent(path)
    return value if type(value) is not float else exact(value)


def ground(scope: Scope, name: str) -> Ground:
    """Return what functions of days stand on; Unfit where the scope has none."""
    if GROUND not in scope:
        raise Unfit(f"{name} needs a zone, which is not known here")
    found: Ground = scope[GROUND]
    return found


def settled_by(left: Run, right: Run, *, by: bool) -> Run:
    """Return `||` (by true) or `&&` (by false): one side may settle it though the other has no answer."""

    def run(scope: Scope) -> bool:
        try:
            if flag(left(scope)) is by:
                return by
        except Unanswered:
            if flag(right(scope)) is by:
                return by
            raise
        return flag(right(scope))

    return run


def going_through(of: Run, name: str, macro: str) -> Callable[[Scope], Iterator[Scope]]:
    """Return what yields the scope of each element; Unfit where there is no list to go through."""

    def elements(scope: Scope) -> Iterator[Scope]:
        here = of(scope)
        if not isinstance(here, list):
            raise Unfit(f"{macro} goes through a list")
        inner = dict(scope)
        for each in here:
            inner[name] = each
            yield inner

    return elements


def found(elements: Callable[[Scope], Iterator[Scope]], body: Run, *, by: bool) -> Run:
    """Return whether the body is `by` for some element; one without an answer leaves doubt only where none is."""

    def run(scope: Scope) -> bool:
        doubt: Unanswered | None = None
        for inner in elements(scope):
            try:
                if flag(body(inner)) is by:
                    return True
            except Unanswered as exc:
                doubt = exc
        if doubt is not None:
            try:
                raise doubt
            finally:
                doubt = None  # an error whose own frame holds it is a cycle, which only the collector takes away
        return False

    return run


def flag(value: Any) -> bool:
    """Return a value that is true or false; Unfit for any other."""
    if value is True or value is False:
        return bool(value)
    raise Unfit(f"{value!r} is neither true nor false")


def number(value: Any) -> Any:
    """Return a value that is a number; Unfit for any other."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unfit(f"{value!r} is not a number")
    return value


def equal(one: Any, other: Any) -> bool:
    """Whether two values are there and equal."""
    return one is not NOTHING and other is not NOTHING and same(one, other)


def worded(name: str, key: str, word: str, path: str, *, is_it: bool, strict: bool) -> Run:
    """Return whether a member of a variable is this word (never an empty one), or is not: what most selectors ask."""

    def run(scope: Scope) -> bool:
        here = scope.get(name)
        get = getattr(here, "get", None)
        value = get(key) if get is not None else None
        if value is None or value == "":
            if name not in scope:
                raise Absent(name)
            read(here, key, path, scope, strict=strict)
        return (value == word) is is_it

    return run


def contained(one: Any, many: Any) -> bool:
    """Whether a list has the value, or a record the key."""
    if isinstance(many, Mapping):
        return one in many
    if not isinstance(many, list):
        raise Unfit("in asks of a list")
    return any(equal(one, exact(each)) for each in many)


ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_WORK: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": truediv, "%": mod}


def ordered(sign: str, left: Run, right: Run) -> Run:
    """Return `<` and its kin; nothing absent is less or more than anything."""
    compare = ORDER[sign]

    def run(scope: Scope) -> bool:
        one, other = left(scope), right(scope)
        if one is NOTHING or other is NOTHING:
            return False
        if isinstance(one, bool) is not isinstance(other, bool) or isinstance(one, list):
            raise Unfit("what is compared is of different kinds, or has no order")
        try:
            return compare(one, other)
        except TypeError as exc:
            raise Unfit(str(exc)) from exc

    return run


def worked(sign: str, left: Run, right: Run) -> Run:
    """Return arithmetic on numbers and times, and joining of texts and lists."""
    work = _WORK[sign]

    def run(scope: Scope) -> Any:
        one, other = left(scope), right(scope)
        if sign == "+" and type(one) is type(other) and isinstance(one, str | list):
            return add(one, other)
        if not isinstance(one, datetime | timedelta):
            one, other = number(one), other if isinstance(other, datetime | timedelta) else number(other)
            if sign in "/%" and isinstance(one, int):
                one = Decimal(one)  # a quotient is exact, a remainder has the sign of what was divided
        try:
            return work(one, other)
        except (TypeError, ArithmeticError) as exc:
            raise Unfit(str(exc)) from exc

    return run
