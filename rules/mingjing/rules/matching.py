"""Rules across cases by what they read: which of them a tag concerns, and which of their selectors it matches."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from mingjing.rules.ground import Ground
from mingjing.rules.remembering import remember
from mingjing.rules.rule import Rule
from mingjing.rules.scope import asks_case, in_scope, of_ground

MOST_TAGS = 20_000
"""Tags whose rules are kept; beyond it they are looked for anew."""

Matched = tuple[Rule, tuple[bool, ...]]
"""A rule, and for each of its selectors whether it matches."""

MatchedHere = tuple[Rule, tuple[bool, ...], bool]
"""The same of a rule in whose scope a ground lies, and whether it asks the attributes of the case besides."""


class Matching:
    """Rules with the masks of their selectors; `reads` is the mask of them all."""

    __slots__ = ("_here", "_known", "_rules", "reads")

    def __init__(self, rules: Sequence[tuple[Rule, tuple[int, ...]]]) -> None:
        self._rules = tuple(rules)
        self.reads = reduce(or_, (mask for _, masks in self._rules for mask in masks), 0)
        self._known: dict[int, tuple[Matched, ...]] = {}
        self._here: dict[tuple[int, Ground], tuple[MatchedHere, ...]] = {}

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

    def here(self, tag: int, ground: Ground) -> tuple[MatchedHere, ...]:
        """Return the rules that read a fact with this tag in cases on this ground."""
        found = self._here.get((tag, ground))
        if found is None:
            region, agency, item = ground.region, ground.agency, ground.item
            every = [
                (rule, matched, asks_case(rule.scope))
                for rule, matched in self.on(tag)
                if in_scope(of_ground(rule.scope), region, agency, item, {})
            ]
            found = remember(self._here, (tag, ground), tuple(every), MOST_TAGS)
        return found
