"""The parts of an expression; each knows from where to where in the text it stands."""

from collections.abc import Iterator
from typing import Any

import msgspec


class Node(msgspec.Struct, frozen=True):
    """A part of an expression, from offset `at` to `until`."""

    at: int
    until: int


class Literal(Node, frozen=True):
    """A value as written: text, whole number, decimal, true, false or null."""

    value: Any


class Name(Node, frozen=True):
    """A variable, or the element that a macro binds."""

    name: str


class Member(Node, frozen=True):
    """`of.key`, or `of["key"]` for names that are none."""

    of: Node
    key: str


class Index(Node, frozen=True):
    """`of[place]`: the element of a list, or what stands under a worked-out key."""

    of: Node
    place: Node


class Call(Node, frozen=True):
    """A function of its arguments; what stands before a dot is the first of them."""

    name: str
    arguments: tuple[Node, ...]
    method: bool


class Operation(Node, frozen=True):
    """Two operands with `||`, `&&`, a relation or arithmetic between them."""

    sign: str
    left: Node
    right: Node


class Unary(Node, frozen=True):
    """`!` or `-` before an operand."""

    sign: str
    of: Node


class Choice(Node, frozen=True):
    """`test ? yes : no`."""

    test: Node
    yes: Node
    no: Node


class Items(Node, frozen=True):
    """A list as written."""

    elements: tuple[Node, ...]


class Has(Node, frozen=True):
    """`has(of.key)`: whether something stands there."""

    of: Member | Index


class Each(Node, frozen=True):
    """A macro over a list: `of.exists(name, body)` and its kin."""

    macro: str
    of: Node
    name: str
    body: Node


def walk(node: Node) -> Iterator[Node]:
    """Yield a part of an expression and every part inside it."""
    yield node
    for name in node.__struct_fields__:
        inner = getattr(node, name)
        for each in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(each, Node):
                yield from walk(each)
