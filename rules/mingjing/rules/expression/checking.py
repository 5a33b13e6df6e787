"""What fits what: an expression checked against the declared types of what it names, before it ever runs."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from mingjing.rules.expression.functions import FUNCTIONS, Unfit, matches
from mingjing.rules.expression.syntax import MACROS, RELATIONS
from mingjing.rules.expression.tree import (
    Call,
    Choice,
    Each,
    Has,
    Index,
    Items,
    Literal,
    Member,
    Name,
    Node,
    Operation,
    Unary,
)
from mingjing.rules.expression.types import ANY, FLAG, NULL, NUMBER, TEXT, Type
from mingjing.rules.yaml_page import nearest


class Misfit(NamedTuple):
    """Something that cannot hold, at an offset of the text."""

    at: int
    message: str


def check(node: Node, names: Mapping[str, Type]) -> list[Misfit]:
    """Return everything in a condition that cannot be right, given the types of the names it may use."""
    checker = _Checker(dict(names))
    found = checker.type_of(node)
    if found.kind not in {"flag", "any"} and not checker.misfits:
        checker.refuse(node, f"a condition is true or false; this is a {found.kind}")
    return checker.misfits


class _Checker:
    def __init__(self, names: dict[str, Type]) -> None:
        self.names = names
        self.misfits: list[Misfit] = []

    def refuse(self, node: Node, message: str) -> Type:
        self.misfits.append(Misfit(node.at, message))
        return ANY

    def type_of(self, node: Node) -> Type:
        return _CHECKED[type(node)](self, node)

    def literal(self, node: Literal) -> Type:
        if node.value is None:
            return NULL
        if isinstance(node.value, bool):
            return FLAG
        return TEXT if isinstance(node.value, str) else NUMBER

    def unary(self, node: Unary) -> Type:
        wanted = FLAG if node.sign == "!" else NUMBER
        self._want(node.of, wanted, f"{node.sign} takes a {wanted.kind}")
        return wanted

    def choice(self, node: Choice) -> Type:
        self._want(node.test, FLAG, "what stands before ? is true or false")
        return _common([self.type_of(node.yes), self.type_of(node.no)])

    def items(self, node: Items) -> Type:
        return Type("list", _common([self.type_of(each) for each in node.elements]))

    def has(self, node: Has) -> Type:
        self.type_of(node.of)
        return FLAG

    def _want(self, node: Node, wanted: Type, message: str) -> Type:
        found = self.type_of(node)
        if found.kind not in {wanted.kind, "any"}:
            self.refuse(node, f"{message}, not a {found.kind}")
        return found

    def name(self, node: Name) -> Type:
        if node.name not in self.names:
            may = f"; an expression may read {', '.join(self.names)} here"
            return self.refuse(node, f"{node.name} is not known here{nearest(node.name, self.names) or may}")
        return self.names[node.name]

    def member(self, node: Member) -> Type:
        of = self.type_of(node.of)
        if of.kind == "any" or (of.kind == "record" and of.fields is None):
            return ANY
        if of.kind != "record" or of.fields is None:
            return self.refuse(node, f"a {of.kind} has no member {node.key!r}")
        if node.key not in of.fields:
            return self.refuse(node, f"{of.name} has no {node.key!r}{nearest(node.key, of.fields)}")
        return of.fields[node.key]

    def index(self, node: Index) -> Type:
        of, place = self.type_of(node.of), self.type_of(node.place)
        if of.kind not in {"list", "record", "any"}:
            return self.refuse(node, f"a {of.kind} has no elements")
        wanted = "number" if of.kind == "list" else "text"
        if of.kind != "any" and place.kind not in {wanted, "any"}:
            self.refuse(node.place, f"the place in a {of.kind} is a {wanted}, not a {place.kind}")
        return (of.of or ANY) if of.kind == "list" else ANY

    def operation(self, node: Operation) -> Type:
        sign = node.sign
        if sign in {"||", "&&"}:
            for side in (node.left, node.right):
                self._want(side, FLAG, f"{sign} joins what is true or false")
            return FLAG
        left, right = self.type_of(node.left), self.type_of(node.right)
        if sign in RELATIONS:
            if reason := _unrelated(node, left, right):
                self.refuse(node, reason)
            return FLAG
        if "any" in {left.kind, right.kind}:
            return ANY
        found = _RESULTS.get((sign, left.kind, right.kind))
        if found is None:
            return self.refuse(node, f"{sign} has no meaning between a {left.kind} and a {right.kind}")
        return Type(found, left.of)

    def call(self, node: Call) -> Type:
        function = FUNCTIONS.get(node.name)
        types = [self.type_of(each) for each in node.arguments]
        if function is None:
            known = [*FUNCTIONS, *MACROS, "has"]
            return self.refuse(node, f"function {node.name}() is not known{nearest(node.name, known)}")
        if node.method and not function.method:
            return self.refuse(node, f"{node.name} takes its arguments in brackets: {node.name}(…)")
        if len(types) != len(function.takes):
            return self.refuse(node, f"{node.name} takes {len(function.takes)} arguments, not {len(types)}")
        for argument, found, takes in zip(node.arguments, types, function.takes, strict=True):
            if found.kind != "any" and found.kind not in takes.split("|"):
                self.refuse(argument, f"{node.name} takes a {takes.replace('|', ' or a ')}, not a {found.kind}")
        if function.run is matches and isinstance(node.arguments[1], Literal):
            self._pattern(node.arguments[1])
        if function.gives == "same":
            return types[0]
        return (types[0].of or ANY) if function.gives == "element" else Type(function.gives)

    def _pattern(self, node: Literal) -> None:
        try:
            matches("", str(node.value))
        except Unfit as exc:
            self.refuse(node, str(exc))

    def each(self, node: Each) -> Type:
        of = self.type_of(node.of)
        if of.kind not in {"list", "any"}:
            self.refuse(node, f"{node.macro} goes through a list, not a {of.kind}")
        if node.name in self.names:
            self.refuse(node, f"{node.name} stands for something else here already; name the element otherwise")
            return ANY
        self.names[node.name] = of.of or ANY
        if node.macro == "map":
            body = self.type_of(node.body)
        else:
            body = self._want(node.body, FLAG, f"{node.macro} asks what is true or false")
        del self.names[node.name]
        if node.macro == "map":
            return Type("list", body)
        return Type("list", of.of) if node.macro == "filter" else FLAG


_ORDERED = {"number", "text", "date", "instant", "duration", "any"}
_RESULTS = {
    **{(sign, "number", "number"): "number" for sign in "+-*/%"},
    **{("+", one, other): "text" for one in ("text", "date") for other in ("text", "date")},
    ("+", "list", "list"): "list",
    ("+", "instant", "duration"): "instant",
    ("+", "duration", "instant"): "instant",
    ("+", "duration", "duration"): "duration",
    ("-", "instant", "instant"): "duration",
    ("-", "instant", "duration"): "instant",
    ("-", "duration", "duration"): "duration",
}


_CHECKED: dict[type[Node], Callable[[_Checker, Any], Type]] = {
    Literal: _Checker.literal,
    Name: _Checker.name,
    Member: _Checker.member,
    Index: _Checker.index,
    Call: _Checker.call,
    Operation: _Checker.operation,
    Unary: _Checker.unary,
    Choice: _Checker.choice,
    Items: _Checker.items,
    Has: _Checker.has,
    Each: _Checker.each,
}


def _unrelated(node: Operation, left: Type, right: Type) -> str | None:
    """Return why a relation between two types says nothing, or None if it says something."""
    if node.sign == "in":
        if right.kind not in {"list", "record", "any"}:
            return f"in asks of a list, not of a {right.kind}"
        of = right.of or ANY
        return None if _fit(left, of, node.left, None) else f"a {left.kind} is never in a list of {of.kind}"
    fit = _fit(left, right, node.left, node.right)
    if node.sign in {"==", "!="}:
        if NULL in {left, right}:
            return "nothing equals null; ask has(…) whether something is there"
        return None if fit else f"a {left.kind} never equals a {right.kind}"
    if fit and {left.kind, right.kind} <= _ORDERED:
        return None
    one, other = (right, left) if left == ANY else (left, right)
    return f"a {one.kind} is neither less nor more than {'anything' if other == ANY else f'a {other.kind}'}"


def _fit(one: Type, other: Type, one_node: Node | None, other_node: Node | None) -> bool:
    """Whether values of two types may be equal; a date fits a text only where that is written as a date."""
    if "any" in {one.kind, other.kind} or one.kind == other.kind:
        return True
    if {one.kind, other.kind} != {"date", "text"}:
        return False
    return _is_date(one_node) or _is_date(other_node)


def _is_date(node: Node | None) -> bool:
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        return False
    try:
        return bool(date.fromisoformat(node.value))
    except ValueError:
        return False


def _common(types: list[Type]) -> Type:
    """Return the one type of all, or any where they differ."""
    return types[0] if types and all(each == types[0] for each in types) else ANY
