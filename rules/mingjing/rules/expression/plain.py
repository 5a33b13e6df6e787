"""Conditions so plain that an event answers them at once: one word of its data or its envelope.

Most selectors ask no more than `data.result == "denied"` or `event.step in ["审查", "审核"]`. What these say of
an event is what the program of the same text says, without a scope to say it in.
"""

from collections.abc import Callable

from mingjing.rules.events import Fact
from mingjing.rules.expression.tree import Has, Items, Literal, Member, Name, Node, Operation, Unary

WORDED = ("source", "type", "item", "agency", "region", "officer", "post", "step")
"""Members of the envelope that are words."""

INSTANTS = {"time": "at", "recordedtime": "recorded_at"}
"""Members of the envelope that are instants, by what a fact calls them."""

Plain = Callable[[Fact], bool]


def plain(node: Node) -> Plain | None:
    """Return what answers a condition of a selector, or None where it asks more than of single words."""
    if isinstance(node, Unary) and node.sign == "!":
        inner = plain(node.of)
        return None if inner is None else lambda fact: not inner(fact)
    if isinstance(node, Has):
        return _there(node.of)
    return _said(node) if isinstance(node, Operation) and node.sign in {"==", "!=", "in"} else None


def _said(node: Operation) -> Plain | None:
    """Return whether a member of the data or the envelope is one of some words, or is not."""
    words, member = _words(node.right, many=node.sign == "in"), node.left
    if words is None or not isinstance(member, Member) or not isinstance(member.of, Name):
        return None
    key, is_it = member.key, node.sign != "!="
    if member.of.name == "data":
        return lambda fact: (fact.data.get(key) in words) is is_it
    if member.of.name == "event" and key in WORDED:
        return lambda fact: ((fact.data.get(key) if (said := getattr(fact, key)) is None else said) in words) is is_it
    return None


def _there(member: Node) -> Plain | None:
    """Return whether a member of the data or the envelope is there; an empty text is not."""
    if not isinstance(member, Member) or not isinstance(member.of, Name):
        return None
    key = member.key
    if member.of.name == "data":
        return lambda fact: fact.data.get(key) not in (None, "")
    name = INSTANTS.get(key, key if key in WORDED else None)
    if member.of.name != "event" or name is None:
        return None
    return lambda fact: (fact.data.get(key) if (said := getattr(fact, name)) is None else said) not in (None, "")


def _words(node: Node, *, many: bool) -> tuple[str, ...] | None:
    """Return the words of a literal, or of a list of literals; None where any is no word, or empty."""
    given = node.elements if many and isinstance(node, Items) else () if many else (node,)
    found = [each.value for each in given if isinstance(each, Literal)]
    words = tuple(each for each in found if isinstance(each, str) and each)
    return words if given and len(words) == len(given) else None
