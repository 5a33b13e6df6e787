"""What an expression can come to at all, with nothing known but how many facts each of its names stands for.

Most conditions ask of several facts together (`sent.size() > 1 && …`), and most cases have not so many. That an
expression cannot hold then follows from the counts alone: no fact is looked at. Where a name stands for the event
itself and no other (`earlier.exists(e, e.data.enterprise != data.enterprise)`), nothing differs from itself.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from mingjing.rules.expression.functions import FUNCTIONS
from mingjing.rules.expression.tree import (
    Call,
    Choice,
    Each,
    Items,
    Literal,
    Member,
    Name,
    Node,
    Operation,
    Unary,
    walk,
)

ROOMS = ("data", "event")
"""What every fact that a name stands for has, as the event itself has it."""


class Known(NamedTuple):
    """How many facts each name stands for; which names stand for the event alone, and which elements are that event."""

    counts: Mapping[str, int]
    alone: Collection[str] = ()
    itself: tuple[str, ...] = ()


class Span(NamedTuple):
    """A number, or the size of a list, known to lie between two bounds."""

    least: int
    most: int


class Ways(NamedTuple):
    """Whether an expression may come to true, and whether to false; that it has no answer is always possible."""

    true: bool
    false: bool


EITHER = Ways(true=True, false=True)


def may_hold(node: Node, counts: Mapping[str, int], alone: Collection[str] = ()) -> bool:
    """Whether an expression may be true where its names stand for so many facts each, those `alone` for the event.

    One that asks for days of a calendar may, whatever the counts: the calendar may want a year, which must be said.
    """
    if any(isinstance(each, Call) and FUNCTIONS[each.name].grounded for each in walk(node)):
        return True
    return _ways(node, Known(counts, alone)).true


def _ways(node: Node, known: Known) -> Ways:
    found = EITHER
    match node:
        case Literal(value=bool() as value):
            found = Ways(value, not value)
        case Unary(sign="!"):
            of = _ways(node.of, known)
            found = Ways(of.false, of.true)
        case Operation(sign="||" | "&&"):
            left, right = _ways(node.left, known), _ways(node.right, known)
            both = Ways(left.true and right.true, left.false and right.false)
            some = Ways(left.true or right.true, left.false or right.false)
            found = Ways(some.true, both.false) if node.sign == "||" else Ways(both.true, some.false)
        case Operation():
            found = _compared(node, known)
        case Choice():
            test = _ways(node.test, known)
            roads = [_ways(each, known) for each, open_ in ((node.yes, test.true), (node.no, test.false)) if open_]
            found = Ways(any(each.true for each in roads), any(each.false for each in roads))
        case Each(macro="exists" | "all"):
            size = _size(node.of, known)
            if size is not None and size.most == 0:
                found = Ways(node.macro == "all", node.macro == "exists")
            elif isinstance(node.of, Name) and node.of.name in known.alone:
                found = _ways(node.body, known._replace(itself=(*known.itself, node.name)))
    return found


def _path(node: Node, known: Known) -> tuple[str, ...] | None:
    """Return the keys by which a member of the event is reached, be it by a name that means it too; else None."""
    keys: list[str] = []
    while isinstance(node, Member):
        keys.append(node.key)
        node = node.of
    if not isinstance(node, Name) or not keys:
        return None
    path = (*([] if node.name in known.itself else [node.name]), *reversed(keys))
    return path if path[0] in ROOMS and len(path) > 1 else None


def _compared(node: Operation, known: Known) -> Ways:
    one, other = _number(node.left, known), _number(node.right, known)
    if one is not None and other is not None:
        return _related(node.sign, one, other)
    path = _path(node.left, known) if node.sign == "!=" else None
    return EITHER if path is None or path != _path(node.right, known) else Ways(true=False, false=True)


def _related(sign: str, one: Span, other: Span) -> Ways:
    meet = one.least <= other.most and other.least <= one.most
    equal = one.least == one.most == other.least == other.most
    less, more = one.least < other.most, one.most > other.least
    not_less, not_more = one.most >= other.least, one.least <= other.most
    ways = {
        "<": Ways(less, not_less),
        "<=": Ways(not_more, more),
        ">": Ways(more, not_more),
        ">=": Ways(not_less, less),
        "==": Ways(meet, not equal),
        "!=": Ways(not equal, meet),
    }
    return ways.get(sign, EITHER)


def _number(node: Node, known: Known) -> Span | None:
    match node:
        case Literal(value=int() as value) if not isinstance(value, bool):
            return Span(value, value)
        case Call(name="size"):
            return _size(node.arguments[0], known)
        case Operation(sign="+" | "-"):
            one, other = _number(node.left, known), _number(node.right, known)
            if one is None or other is None:
                return None
            if node.sign == "+":
                return Span(one.least + other.least, one.most + other.most)
            return Span(one.least - other.most, one.most - other.least)
    return None


def _size(node: Node, known: Known) -> Span | None:
    match node:
        case Name() if node.name in known.counts:
            return Span(known.counts[node.name], known.counts[node.name])
        case Items():
            return Span(len(node.elements), len(node.elements))
        case Each(macro="filter" | "map"):
            size = _size(node.of, known)
            return Span(0, size.most) if size is not None and node.macro == "filter" else size
        case Call(name="distinct"):
            size = _size(node.arguments[0], known)
            return None if size is None else Span(min(1, size.least), size.most)
    return None
