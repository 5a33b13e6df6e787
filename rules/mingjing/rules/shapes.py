"""The shapes of the selectors of a rulebook, and which of them match a fact."""

from bisect import bisect_right
from collections.abc import Iterable

from mingjing.rules.events import Fact
from mingjing.rules.rule import EVER
from mingjing.rules.selector import Condition, Selector
from mingjing.rules.zone import Zone

Tests = tuple[int, tuple[tuple[Condition, int], ...]]
"""What every fact of a type matches, and the conditions that some of them meet."""


class Shapes:
    """Every distinct shape of selector (types and condition) has one bit, and so has every gate.

    A fact is tested against all of them once; judges then compare masks. What is tested is
    looked up by the era a fact happened in: no gate opens or closes within one.
    """

    __slots__ = (
        "_any",
        "_bits",
        "_bounds",
        "_by_type",
        "_conditional",
        "_eras",
        "_from",
        "_gates",
        "_last",
        "_tests",
        "_to",
        "_zone",
    )

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._from, self._to = EVER, -EVER
        self._bounds: list[int] = []
        self._eras: dict[int, dict[str, Tests]] = {}
        self._gates: dict[tuple[int, int, int], int] = {}
        self._bits: dict[tuple[frozenset[str] | None, str | None], int] = {}
        self._by_type: dict[str, int] = {}
        self._any = 0
        self._conditional: list[tuple[frozenset[str] | None, Condition, int]] = []
        self._tests: dict[str, Tests] = {}
        self._last: tuple[Fact | None, int] = (None, 0)

    def masks(self, selectors: Iterable[Selector]) -> tuple[int, ...]:
        """Return the bit of each selector's shape; all must be known before the first fact is tagged."""
        return tuple(map(self._bit, selectors))

    def tag(self, fact: Fact) -> int:
        """Return the mask of every selector shape that matches the fact."""
        last, mask = self._last
        if fact is last:
            return mask  # whoever deems, judges and tells asks of the fact that has just come
        if not self._from <= fact.at < self._to:
            self._enter(fact.at)
        tests = self._tests.get(fact.type)
        if tests is None:
            tests = self._tests[fact.type] = self._tests_of(fact.type)
        mask, conditional = tests
        for condition, bit in conditional:
            if condition.holds(fact):
                mask |= bit
        self._last = (fact, mask)
        return mask

    def gate(self, selector: Selector, since: int, until: int) -> int:
        """Return the bit of what matches a selector and happened from `since` on and before `until`."""
        place = (self._bit(selector), since, until)
        if place not in self._gates:
            self._gates[place] = 1 << (len(self._bits) + len(self._gates))
            self._bounds = sorted({*self._bounds, since, until})
        return self._gates[place]

    def _enter(self, at: int) -> None:
        era = bisect_right(self._bounds, at)
        self._from = self._bounds[era - 1] if era else -EVER
        self._to = self._bounds[era] if era < len(self._bounds) else EVER
        self._tests = self._eras.setdefault(era, {})

    def _tests_of(self, event_type: str) -> Tests:
        return self._through(self._any | self._by_type.get(event_type, 0)), tuple(
            (condition, self._through(bit))
            for types, condition, bit in self._conditional
            if types is None or event_type in types
        )

    def _through(self, mask: int) -> int:
        """Return a mask with the gates that let it through in the era entered."""
        for (bit, since, until), gate in self._gates.items():
            if mask & bit and since <= self._from and self._to <= until:
                mask |= gate
        return mask

    def _bit(self, selector: Selector) -> int:
        bit = self._bits.get(selector.shape)
        if bit is not None:
            return bit
        bit = self._bits[selector.shape] = 1 << (len(self._bits) + len(self._gates))
        if selector.where is not None:
            self._conditional.append((selector.types, Condition(selector.where, self._zone), bit))
        elif selector.types is None:
            self._any |= bit
        else:
            for event_type in selector.types:
                self._by_type[event_type] = self._by_type.get(event_type, 0) | bit
        return bit
