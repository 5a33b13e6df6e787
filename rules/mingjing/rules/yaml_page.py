"""A YAML text under review: what it says, and where it says something wrong.

Faults are collected, not raised one by one, and each is shown with its place,
the line it stands on and a caret. Scalars stay text until a reader asks for
something else, so `2026.1` is a version and `2026-03-06` no surprise.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any
from unicodedata import east_asian_width

import msgspec
import yaml

from mingjing.rules.witness import note

Node = yaml.Node

SURE = 0.8
"""How alike a misspelt key and the one that was meant are, at the least, for it to be read as that one."""


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong, at 1-based `line` and `column` of file `name`."""

    name: str
    line: int
    column: int
    message: str
    source: str = ""

    def __str__(self) -> str:
        place = f"{self.name}:{self.line}:{self.column}: {self.message}"
        if not self.source:
            return place
        before = self.source[: self.column - 1]
        indent = "".join("\u3000" if east_asian_width(each) in "WF" else " " for each in before)
        return f"{place}\n    {self.source}\n    {indent}^"


class PackRefused(ValueError):
    """A pack, catalogue or vocabulary cannot be used; `faults` lists every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(dict.fromkeys(faults), key=lambda each: (each.name, each.line, each.column))
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type["PackRefused"], tuple[list[Fault]]]:
        return (PackRefused, (self.faults,))  # it may have been raised in another process


class YamlPage:
    """One file's text, read node by node; see `refuse`."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self._lines = text.splitlines()
        self.root: Node | None = None
        try:
            self.root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as exc:
            mark = exc.problem_mark or exc.context_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            self._add(line, column, f"not YAML: {exc.problem or exc.context}")
        except yaml.YAMLError as exc:
            self._add(0, 0, f"not YAML: {exc}")
        if self.root is None and not self.faults:
            self._add(0, 0, "the file is empty")

    def note(self, node: Node | None, how: str, known: Collection[str] = (), needed: Collection[str] = ()) -> None:
        """Tell whoever watches the readers (see `mingjing.rules.witness`) as what `node` is read."""
        note(self.root, node, how, known, needed)

    def refuse(self) -> None:
        """Raise PackRefused if anything has been found wrong so far."""
        if self.faults:
            raise PackRefused(self.faults)

    def fault(self, node: Node | None, message: str) -> None:
        """Note that `node` is wrong; None means the file as a whole."""
        mark = node.start_mark if node is not None else None
        self._add(mark.line if mark else 0, mark.column if mark else 0, message)

    def fault_in(self, node: Node, offset: int, message: str) -> None:
        """Note that a scalar is wrong at `offset` of its text; of one that is folded or escaped, the whole is shown."""
        mark, text = node.start_mark, str(node.value)
        quoted = isinstance(node, yaml.ScalarNode) and node.style in {"'", '"'}
        column = mark.column + offset + quoted
        source = self._lines[mark.line] if mark.line < len(self._lines) else ""
        plain = source[column - offset : column - offset + len(text)] == text
        self._add(mark.line, column if plain else mark.column, message)

    def mapping(self, node: Node | None, known: Collection[str], needed: Collection[str] = ()) -> dict[str, Node]:
        """Return the entries of a mapping; unknown, doubled and missing keys are faults, a misspelt one is read too."""
        self.note(node, "mapping", known, needed)
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"expected a mapping with keys {', '.join(known)}")
            return {}
        found: dict[str, Node] = {}
        strange: dict[str, Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in found:
                self.fault(key_node, f"key {key!r} stands here a second time")
            if known and key not in known:
                self.fault(key_node, f"key {key!r} is not known here{nearest(key, known)}")
                strange[key] = value
                continue
            found[key] = value
        read_as_meant(found, strange, known)
        for key in needed:
            if key not in found:
                self.fault(node, f"key {key!r} is missing")
        return found

    def entries(self, node: Node | None) -> dict[str, Node]:
        """Return the entries of a mapping whose keys are free names."""
        return self.mapping(node, ())

    def items(self, node: Node | None) -> list[Node]:
        """Return the elements of a list; a single value counts as a list of one, nothing as none."""
        self.note(node, "items")
        if node is None:
            return []
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def text(self, node: Node | None) -> str:
        """Return a scalar as it is written; anything else is a fault and reads as empty."""
        self.note(node, "text")
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if node is not None:
            self.fault(node, "expected a single value")
        return ""

    def texts(self, node: Node | None) -> list[str]:
        """Return a list of scalars, or one scalar as a list of one."""
        return [self.text(each) for each in self.items(node)]

    def word(self, node: Node | None, allowed: Collection[str], default: str) -> str:
        """Return a scalar that must be one of `allowed`; `default` where there is none.

        A misspelt one is a fault and read as the closest, so that what hangs on it is not found faulty too.
        """
        self.note(node, "word", allowed)
        if node is None:
            return default
        found = self.text(node)
        if found not in allowed:
            self.fault(node, f"{found!r} is not one of {', '.join(allowed)}{nearest(found, allowed)}")
            return next(iter(get_close_matches(found, list(allowed), n=1)), default)
        return found

    def flag(self, node: Node | None, *, default: bool) -> bool:
        """Return a scalar that must be true or false."""
        return self.word(node, ("true", "false"), "true" if default else "false") == "true"

    def number(self, node: Node | None, default: int) -> int:
        """Return a scalar that must be a whole number of 1 or more."""
        self.note(node, "number")
        if node is None:
            return default
        found = self.text(node)
        if not found.isdecimal() or int(found) < 1:
            self.fault(node, f"{found!r} is not a whole number of 1 or more")
            return default
        return int(found)

    def date(self, node: Node | None) -> date | None:
        """Return a scalar that must be an ISO date; None where there is none."""
        if node is None:
            return None
        try:
            return date.fromisoformat(self.text(node))
        except ValueError:
            self.fault(node, f"{self.text(node)!r} is not a date; write 2020-01-01")
            return None

    def plain(self, node: Node | None) -> Any:
        """Return a node as JSON-like values; only true, false, null and numbers leave the form of text."""
        self.note(node, "plain")
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self.plain(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(each) for each in node.value]
        if not isinstance(node, yaml.ScalarNode):
            return None
        return _READ.get(node.tag, str)(node.value)

    def _add(self, line: int, column: int, message: str) -> None:
        source = self._lines[line] if line < len(self._lines) else ""
        self.faults.append(Fault(self.name, line + 1, column + 1, message, source))


def read_as_meant(found: dict[str, Node], strange: Mapping[str, Node], known: Collection[str]) -> None:
    """Let what stands under a misspelt key be `found` under the one that was meant, where nothing else stands.

    The misspelling is told of; what it leaves unsaid need not be told of too.
    """
    for key, value in strange.items():
        for meant in get_close_matches(key, list(known), n=1, cutoff=SURE):
            found.setdefault(meant, value)


def nearest(word: str, known: Collection[str]) -> str:
    """Return `; did you mean …?` for the known word closest to `word`, or nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


_READ: dict[str, Any] = {
    "tag:yaml.org,2002:bool": lambda text: text.lower() in {"true", "yes", "on"},
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": lambda text: int(text) if text.lstrip("+-").isdecimal() else text,
    "tag:yaml.org,2002:float": lambda text: float(text) if text.replace(".", "", 1).lstrip("+-").isdecimal() else text,
}
