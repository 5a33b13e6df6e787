"""Expressions as closures over what they name: parsed once, then asked of event after event.

`strict` says what absence means. In a condition that draws a card (strict) an
expression that needs something absent has no answer, unless the rest settles
it: `false && …` and `true || …` do, as CEL has it for errors. In a selector
absent equals nothing: `==` and every other relation is false, `!=` is true.
"""

from collections.abc import Callable, Iterator
from decimal import DecimalException
from typing import Any, TypeGuard

from mingjing.rules.expression.functions import FUNCTIONS, Absent, Unanswered, Unfit, exact
from mingjing.rules.expression.operators import (
    LACKING,
    NOTHING,
    ORDER,
    Run,
    Scope,
    contained,
    equal,
    flag,
    found,
    going_through,
    ground,
    number,
    ordered,
    read,
    settled_by,
    worded,
    worked,
)
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
    walk,
)


class Program:
    """A checked expression that can be asked; `names` are the variables it reads."""

    def __init__(self, text: str, node: Node, *, strict: bool) -> None:
        self.text = text
        self.node = node
        self.names = frozenset(each.name for each in walk(node) if isinstance(each, Name))
        self._members = {name: _members(node, name) for name in self.names}
        nodes = list(walk(node))
        bare = [each.name for each in nodes if isinstance(each, Name)]
        through = [each.of.name for each in nodes if isinstance(each, Member) and isinstance(each.of, Name)]
        self._named = frozenset(name for name in self.names if bare.count(name) == through.count(name))
        self._run = _Compiler(text, strict=strict).compile(node)
        self._paths = {
            text[each.at : each.until]: (_Compiler(text, strict=True).compile(each), _root(each), each.key)
            for each in walk(node)
            if isinstance(each, Member) and _root(each)
        }

    def members(self, variable: str) -> frozenset[str]:
        """Return the names that follow `variable.` anywhere in the expression."""
        return self._members.get(variable, frozenset())

    def reads_members(self, *variables: str) -> bool:
        """Whether all that the expression reads of these variables are members it names outright."""
        return self._named.issuperset(each for each in variables if each in self.names)

    def answer(self, scope: Scope) -> Any:
        """Return what the expression comes to; Unanswered where it has no answer, which the text explains."""
        return self._run(scope)

    def holds(self, scope: Scope) -> bool:
        """Whether the expression is true; one that has no answer does not hold."""
        try:
            return self._run(scope) is True
        except Unanswered:
            return False

    def read(self, scope: Scope) -> Iterator[tuple[str, str | None, str, Any]]:
        """Yield (path, variable, last key, value) for each single value that the expression names outright."""
        scope = {name: value for name, value in scope.items() if name != LACKING}
        for path, (run, root, key) in self._paths.items():
            try:
                value = run(scope)
            except Unanswered:
                continue
            if not isinstance(value, list | dict):
                yield path, root, key, value


class _Compiler:
    def __init__(self, text: str, *, strict: bool) -> None:
        self.text = text
        self.strict = strict

    def compile(self, node: Node) -> Run:
        return _COMPILED[type(node)](self, node)

    def literal(self, node: Literal) -> Run:
        value = node.value
        return lambda _: value

    def unary(self, node: Unary) -> Run:
        of = self.compile(node.of)
        return (lambda scope: not flag(of(scope))) if node.sign == "!" else lambda scope: -number(of(scope))

    def choice(self, node: Choice) -> Run:
        test, yes, no = (self.compile(each) for each in (node.test, node.yes, node.no))
        return lambda scope: yes(scope) if flag(test(scope)) else no(scope)

    def items(self, node: Items) -> Run:
        elements = [self.compile(each) for each in node.elements]
        return lambda scope: [each(scope) for each in elements]

    def each(self, node: Each) -> Run:
        elements, body, name = (
            going_through(self.compile(node.of), node.name, node.macro),
            self.compile(node.body),
            node.name,
        )
        if node.macro in {"exists", "all"}:
            some = found(elements, body, by=node.macro == "exists")
            return some if node.macro == "exists" else lambda scope: not some(scope)
        if node.macro == "exists_one":
            return lambda scope: sum(flag(body(inner)) for inner in elements(scope)) == 1
        if node.macro == "filter":
            return lambda scope: [inner[name] for inner in elements(scope) if flag(body(inner))]
        return lambda scope: [body(inner) for inner in elements(scope)]

    def name(self, node: Name) -> Run:
        name = node.name

        def run(scope: Scope) -> Any:
            try:
                return exact(scope[name])
            except KeyError as exc:
                raise Absent(name) from exc

        return run

    def member(self, node: Member) -> Run:
        key, path, strict = node.key, self.text[node.at : node.until], self.strict
        if isinstance(node.of, Name):
            name = node.of.name

            def run(scope: Scope) -> Any:
                if name not in scope:
                    raise Absent(name)
                return read(scope[name], key, path, scope, strict=strict)

            return run
        of = self.compile(node.of)
        return lambda scope: read(of(scope), key, path, scope, strict=strict)

    def index(self, node: Index) -> Run:
        of, place = self.compile(node.of), self.compile(node.place)
        path, strict = self.text[node.at : node.until], self.strict

        def run(scope: Scope) -> Any:
            here, at = of(scope), place(scope)
            if not isinstance(here, list):
                return NOTHING if at is NOTHING else read(here, str(at), path, scope, strict=strict)
            if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < len(here):
                raise Unfit(f"{path}: there is no element {at}")
            return exact(here[at])

        return run

    def has(self, node: Has) -> Run:
        run = self.compile(node.of)

        def there(scope: Scope) -> bool:
            lacking = scope.get(LACKING)
            noted = len(lacking) if lacking is not None else 0
            try:
                return run(scope) is not NOTHING
            except Absent:
                if lacking is not None:
                    del lacking[noted:]  # asking whether it is there is no want of it
                return False

        return there

    def call(self, node: Call) -> Run:
        function = FUNCTIONS[node.name]
        arguments = [self.compile(each) for each in node.arguments]
        run, grounded, name = function.run, function.grounded, node.name

        def call(scope: Scope) -> Any:
            given = [each(scope) for each in arguments]
            if any(each is NOTHING for each in given):
                raise Unfit(f"{name} has nothing to work on")
            if grounded:
                given = [ground(scope, name), *given]
            try:
                return run(*given)
            except (TypeError, AttributeError, ValueError, OverflowError, DecimalException) as exc:
                raise Unfit(f"{name}: {exc}") from exc

        return call

    def operation(self, node: Operation) -> Run:
        left, right, sign = self.compile(node.left), self.compile(node.right), node.sign
        if sign in {"||", "&&"}:
            return settled_by(left, right, by=sign == "||")
        if sign in {"==", "!="}:
            if isinstance(node.left, Member) and isinstance(node.left.of, Name) and _is_word(node.right):
                path = self.text[node.left.at : node.left.until]
                word: str = node.right.value
                return worded(node.left.of.name, node.left.key, word, path, is_it=sign == "==", strict=self.strict)
            return lambda scope: equal(left(scope), right(scope)) is (sign == "==")
        if sign == "in":
            return lambda scope: contained(left(scope), right(scope))
        return ordered(sign, left, right) if sign in ORDER else worked(sign, left, right)


_COMPILED: dict[type[Node], Callable[[_Compiler, Any], Run]] = {
    Literal: _Compiler.literal,
    Name: _Compiler.name,
    Member: _Compiler.member,
    Index: _Compiler.index,
    Call: _Compiler.call,
    Operation: _Compiler.operation,
    Unary: _Compiler.unary,
    Choice: _Compiler.choice,
    Items: _Compiler.items,
    Has: _Compiler.has,
    Each: _Compiler.each,
}


def _is_word(node: Node) -> TypeGuard[Literal]:
    return isinstance(node, Literal) and isinstance(node.value, str) and node.value != ""


def _members(node: Node, name: str) -> frozenset[str]:
    return frozenset(
        each.key
        for each in walk(node)
        if isinstance(each, Member) and isinstance(each.of, Name) and each.of.name == name
    )


def _root(node: Node) -> str | None:
    """Return the variable that a path of plain members begins with, or None."""
    while isinstance(node, Member):
        node = node.of
    return node.name if isinstance(node, Name) else None
