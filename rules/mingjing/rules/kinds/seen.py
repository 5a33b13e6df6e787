"""What a rule across cases reads of one event: its envelope, its data, and the case it happened in."""

from typing import Any

from mingjing.rules.events import Fact
from mingjing.rules.kinds.courses import NOT_READ
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.values import value_at
from mingjing.rules.view import View
from mingjing.rules.yaml_page import Node, nearest

ENVELOPE = ("agency", "region", "officer", "post", "step", "item", "type", "source", "case")
"""What may be named besides `data.…`, `case.…` and `item.…`; `case` is the key of the case."""

CASE = "case"
_PATHS = ("data.", "case.", "item.")


class Seen:
    """One fact of a case, with the case as it stands now."""

    __slots__ = ("_by", "_key", "case_key", "fact", "view")

    def __init__(self, case_key: str, fact: Fact, view: View) -> None:
        self.case_key = case_key
        self.fact = fact
        self.view = view
        self._by: tuple[str, ...] | None = None
        self._key: tuple[str, ...] | None = None

    def value(self, path: str) -> str | None:
        """Return what stands at a path as text, or None where it is absent or blank.

        An event that does not name its agency, region or item has those of its
        case. Several values are one text, in their order, whatever the source's.
        """
        if path == CASE:
            return self.case_key
        if path in ENVELOPE:
            named: str | None = getattr(self.fact, path)
            return named or self._of_case(path)
        attributes = self.view.attributes if path.startswith("case.") else NOT_READ
        return _text(value_at(path, data=self.fact.data, case=attributes, item=self.view.item))

    def number(self, path: str) -> int | None:
        """Return the whole number at a path, or None where there is none."""
        text = self.value(path)
        return int(text) if text is not None and text.isdecimal() else None

    def key(self, paths: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the values at all paths, or None where any is absent: nothing is counted for nobody."""
        if paths is not self._by:
            self._by, self._key = paths, self._values(paths)
        return self._key

    def _values(self, paths: tuple[str, ...]) -> tuple[str, ...] | None:
        found: list[str] = []
        for path in paths:
            value = self.value(path)
            if value is None:
                return None
            found.append(value)
        return tuple(found)

    def _of_case(self, path: str) -> str | None:
        match path:
            case "agency":
                return self.view.agency
            case "region":
                return self.view.region
            case "item":
                return next((fact.item for fact in self.view.facts if fact.item), None)
        return None


def path_of(rule: RuleReader, node: Node | None) -> str:
    """Return the path at `node`, which must name part of the envelope or begin with data., case. or item."""
    path = rule.page.text(node)
    if path not in ENVELOPE and not path.startswith(_PATHS):
        rule.page.fault(
            node,
            f"rule {rule.id}: {path!r} is neither {', '.join(ENVELOPE)} nor a path data.…, case.… or item.…"
            f"{nearest(path, ENVELOPE)}",
        )
    return rule.lead(node, path)


def paths_of(rule: RuleReader, key: str) -> tuple[str, ...]:
    """Return the paths under `key`, one or several."""
    return tuple(path_of(rule, node) for node in rule.page.items(rule.fields.get(key)))


def of_case(paths: tuple[str, ...]) -> bool:
    """Whether any of the paths is read from the attributes of the case, which later events may change."""
    return any(path.startswith("case.") for path in paths)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return "、".join(sorted(text for each in value if (text := _text(each)) is not None)) or None
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value).strip()
    return text or None
