"""Reading the text of an expression into its tree."""

import re
from collections.abc import Callable
from decimal import Decimal

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

LONGEST = 2_000
"""Characters an expression may have; a longer one is a program, and belongs in several rules."""

DEEPEST = 24
"""How many brackets, calls and operators may stand inside one another."""

MACROS = ("exists", "all", "exists_one", "filter", "map")
RELATIONS = ("==", "!=", "<=", ">=", "<", ">", "in")

_TOKEN = re.compile(
    r"""\s*(?://[^\n]*\n?\s*)*(?:
    (?P<number>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+)
  | (?P<text>[rR]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
  | (?P<name>[^\W\d]\w*)
  | (?P<sign>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])
  | (?P<end>$)
)""",
    re.VERBOSE,
)

ROOMS = ("data", "case", "event")
"""Names whose members may be called as the columns of a log are."""

_COLUMN = re.compile(r"\(\w+\)\w*|\d\w*|\w+(?::\w+)+")
"""Names of columns that are none of CEL's, and can be nothing else after a dot: (case)_phase, 2nd_visit, org:role."""

_SPACED = re.compile(r"\b(data|case|event)\.(\w+ \w+)$")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "`": "`", "?": "?"}


class ExpressionFault(ValueError):
    """An expression cannot be used; `at` is the offset in its text of what is wrong."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


def parse(text: str) -> Node:
    """Return the tree of an expression; ExpressionFault naming the first thing that is not CEL."""
    if len(text) > LONGEST:
        raise ExpressionFault(0, f"an expression has at most {LONGEST} characters; this one has {len(text)}")
    return _Parser(text).whole()


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.choices = 0
        self.last = 0
        self.kind, self.token, self.at, self.next = "", "", 0, 0
        self._advance()

    def whole(self) -> Node:
        found = self._expression()
        if self.kind != "end":
            spaced = _SPACED.search(self.text, 0, self.next)
            told = f'; a name with a space in it is written {spaced[1]}["{spaced[2]}"]' if spaced else ""
            raise ExpressionFault(self.at, f"cannot parse {self.token!r} here; an operator is missing before it{told}")
        return found

    def _advance(self) -> None:
        self.last = self.next
        found = _TOKEN.match(self.text, self.next)
        if found is None:
            at = self.next + len(self.text[self.next :]) - len(self.text[self.next :].lstrip())
            raise ExpressionFault(at, f"cannot parse {self.text[at : at + 12]!r}: it begins nothing CEL knows")
        self.kind = str(found.lastgroup)
        self.token, self.at, self.next = found[self.kind], found.start(self.kind), found.end()

    def _take(self, *signs: str) -> str | None:
        if self.kind in {"sign", "name"} and self.token in signs:
            token = self.token
            self._advance()
            return token
        return None

    def _need(self, sign: str) -> None:
        if self._take(sign) is None:
            raise ExpressionFault(self.at, f"cannot parse {self._here()} here; {sign!r} is missing")

    def _here(self) -> str:
        return repr(self.token) if self.token else "the end"

    def _expression(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionFault(self.at, f"brackets nest deeper than {DEEPEST}; split the condition")
        found = self._binary(0)
        if self._take("?"):
            self.choices += 1
            yes = self._expression()
            self.choices -= 1
            self._need(":")
            found = Choice(found.at, self.last, found, yes, self._expression())
        self.depth -= 1
        return found

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        found = self._binary(level + 1)
        while sign := self._take(*_LEVELS[level]):
            right = self._binary(level + 1)
            found = Operation(found.at, right.until, sign, found, right)
        return found

    def _unary(self) -> Node:
        at = self.at
        signs: list[str] = []
        while sign := self._take("!", "-"):
            signs.append(sign)
        found = self._members(self._primary())
        for sign in reversed(signs):
            found = Unary(at, found.until, sign, found)
        return found

    def _members(self, found: Node) -> Node:
        while True:
            if self._take("."):
                found = self._member(found)
            elif self._take("["):
                place = self._expression()
                self._need("]")
                written = isinstance(place, Literal) and isinstance(place.value, str)
                found = (
                    Member(found.at, self.last, found, place.value)
                    if isinstance(place, Literal) and written
                    else Index(found.at, self.last, found, place)
                )
            else:
                return found

    def _member(self, of: Node) -> Node:
        if isinstance(of, Name) and of.name in ROOMS and (column := self._column()) is not None:
            return Member(of.at, self.last, of, column)
        name, at = self.token, self.at
        if self.kind != "name":
            raise ExpressionFault(at, f"cannot parse {self._here()} here; a name follows the dot")
        self._advance()
        if not self._take("("):
            return Member(of.at, self.last, of, name)
        if name not in MACROS:
            return Call(of.at, self.last, name, (of, *self._arguments()), method=True)
        if self.kind != "name":
            raise ExpressionFault(self.at, f"{name} names its element first: list.{name}(x, …)")
        element = self.token
        self._advance()
        self._need(",")
        body = self._expression()
        self._need(")")
        return Each(of.at, self.last, name, of, element, body)

    def _column(self) -> str | None:
        """Take the name of a column where it is none of CEL's; a colon within a choice ends what it is chosen for."""
        found = _COLUMN.match(self.text, self.at)
        if found is None or (self.choices and ":" in found[0]):
            return None
        self.next = found.end()
        self._advance()
        return found[0]

    def _arguments(self, close: str = ")") -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._take(close):
            if found:
                self._need(",")
            found.append(self._expression())
        return tuple(found)

    def _primary(self) -> Node:
        at, token, kind = self.at, self.token, self.kind
        if self._take("("):
            found = self._expression()
            self._need(")")
            return found
        if self._take("["):
            return Items(at, self.last, self._arguments("]"))
        if kind not in _READ:
            raise ExpressionFault(at, f"cannot parse {self._here()} here; a value is missing")
        self._advance()
        if kind == "name" and self._take("("):
            return self._call(token, at)
        return _READ[kind](at, self.last, token)

    def _call(self, name: str, at: int) -> Node:
        arguments = self._arguments()
        if name != "has":
            return Call(at, self.last, name, arguments, method=False)
        if len(arguments) != 1 or not isinstance(arguments[0], Member | Index):
            raise ExpressionFault(at, "has() asks for one member, such as has(data.amount)")
        return Has(at, self.last, arguments[0])


_LEVELS = (("||",), ("&&",), RELATIONS, ("+", "-"), ("*", "/", "%"))


def _text(at: int, until: int, token: str) -> Node:
    if token[0] in "rR":
        return Literal(at, until, token[2:-1])

    def plain(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise ExpressionFault(
                at + found.start() + 1, f"cannot parse the escape '\\{code}'; write r'…' for patterns"
            )
        return _ESCAPES[code]

    return Literal(at, until, _ESCAPE.sub(plain, token[1:-1]))


def _number(at: int, until: int, token: str) -> Node:
    return Literal(at, until, int(token) if token.isdecimal() else Decimal(token))


def _name(at: int, until: int, token: str) -> Node:
    words = {"true": True, "false": False, "null": None}
    return Literal(at, until, words[token]) if token in words else Name(at, until, token)


_READ: dict[str, Callable[[int, int, str], Node]] = {"text": _text, "number": _number, "name": _name}
