"""The shapes of the selectors of a rulebook, and which of them match a fact."""

from collections.abc import Iterable

from mingjing.rules.events import Fact
from mingjing.rules.selector import Condition, Selector
from mingjing.rules.zone import Zone

Tests = tuple[int, tuple[tuple[Condition, int], ...]]
"""What every fact of a type matches, and the conditions that some of them meet."""


class Shapes:
    """Every distinct shape of selector (types and condition) has one bit.

    A fact is tested against all of them once; judges then compare masks.
    """

    __slots__ = ("_any", "_bits", "_by_type", "_conditional", "_last", "_tests", "_zone")

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
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
        tests = self._tests.get(fact.type)
        if tests is None:
            tests = self._tests[fact.type] = self._tests_of(fact.type)
        mask, conditional = tests
        for condition, bit in conditional:
            if condition.holds(fact):
                mask |= bit
        self._last = (fact, mask)
        return mask

    def _tests_of(self, event_type: str) -> Tests:
        return self._any | self._by_type.get(event_type, 0), tuple(
            (condition, bit) for types, condition, bit in self._conditional if types is None or event_type in types
        )

    def _bit(self, selector: Selector) -> int:
        bit = self._bits.get(selector.shape)
        if bit is not None:
            return bit
        bit = self._bits[selector.shape] = 1 << len(self._bits)
        if selector.where is not None:
            self._conditional.append((selector.types, Condition(selector.where, self._zone), bit))
        elif selector.types is None:
            self._any |= bit
        else:
            for event_type in selector.types:
                self._by_type[event_type] = self._by_type.get(event_type, 0) | bit
        return bit
