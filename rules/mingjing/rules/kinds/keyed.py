"""Pairs under one key: a clock for each member, each step, each document, with its own start and its own stop.

A fact whose key is absent belongs to no pair.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from mingjing.rules.events import Fact
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.values import reading
from mingjing.rules.view import View
from mingjing.rules.yaml_page import Node

NOTHING: Final[Mapping[str, Any]] = {}
"""The case and the item as a key sees them, which is the event's alone."""

ENVELOPE = ("step", "post", "officer", "agency")


def key_of(path: str, fact: Fact) -> str | None:
    """Return the key that a fact bears at a path `data.…` or `event.…`, or None."""
    found = reading(path)(fact, NOTHING, NOTHING)
    return None if found is None else str(found)


def keys_at(path: str) -> Callable[[Fact], str | None]:
    """Return what says of a fact which key it bears at a path, for who asks it again and again."""
    read = reading(path)

    def key(fact: Fact) -> str | None:
        found = read(fact, NOTHING, NOTHING)
        return None if found is None else str(found)

    return key


def chosen(view: View, mask: int, which: str, path: str) -> list[int]:
    """Return the places of the `first`, the `last`, or `each` match of every key, in legal order."""
    if which == "each":
        return [place for place in view.matches(mask) if key_of(path, view.facts[place]) is not None]
    found: dict[str, int] = {}
    for place in view.matches(mask):
        key = key_of(path, view.facts[place])
        if key is not None and (which == "last" or key not in found):
            found[key] = place
    return sorted(found.values())


def matches(view: View, mask: int, path: str, key: str | None, begin: int = 0) -> Iterator[int]:
    """Yield the places, from `begin` on, of the matches that bear this key."""
    return (place for place in view.matches(mask, begin) if key_of(path, view.facts[place]) == key)


def read_path(rule: RuleReader, node: Node) -> str:
    """Return the path at `node`: an attribute of the envelope (`step`, `event.step`) or `data.…`."""
    found = rule.page.text(node)
    bare = found.removeprefix("event.")
    if bare in ENVELOPE:
        return f"event.{bare}"
    if not found.startswith("data."):
        rule.page.fault(node, f"rule {rule.id}: {found!r} is not a path data.… or one of {', '.join(ENVELOPE)}")
    return rule.lead(node, found)
