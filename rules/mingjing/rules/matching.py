"""Rules across cases by what they read: which of them a tag concerns, and which of their selectors it matches."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from mingjing.rules.remembering import remember
from mingjing.rules.rule import Rule

MOST_TAGS = 20_000
"""Tags whose rules are kept; beyond it they are looked for anew."""

Matched = tuple[Rule, tuple[bool, ...]]
"""A rule, and for each of its selectors whether it matches."""


class Matching:
    """Rules with the masks of their selectors; `reads` is the mask of them all."""

    __slots__ = ("_known", "_rules", "reads")

    def __init__(self, rules: Sequence[tuple[Rule, tuple[int, ...]]]) -> None:
        self._rules = tuple(rules)
        self.reads = reduce(or_, (mask for _, masks in self._rules for mask in masks), 0)
        self._known: dict[int, tuple[Matched, ...]] = {}

    def __bool__(self) -> bool:
        """Whether there is any rule."""
        return bool(self._rules)

    def on(self, tag: int) -> tuple[Matched, ...]:
        """Return the rules that read a fact with this tag."""
        found = self._known.get(tag)
        if found is None:
            every = [(rule, tuple(bool(tag & mask) for mask in masks)) for rule, masks in self._rules]
            found = remember(self._known, tag, tuple(each for each in every if any(each[1])), MOST_TAGS)
        return found
