"""A case as its facts settle: duplicates, corrections, legal order.

The settled facts are a function of the set of facts received, never of the
order in which they came. Two facts with one (source, id) are one: equal content
is a duplicate, of different content the greatest (recorded, hash) stands. Of
the corrections of a fact the last by (recorded, order) wins, and may itself be
corrected; a correction that comes before what it corrects simply waits.
"""

from bisect import insort
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from mingjing.rules.events import VOIDED, Fact, content_hash

Ground = tuple[Mapping[str, Any], str | None, str | None]
"""What every rule stands on besides the facts: the item, the region and the agency of the case."""


class Issued(msgspec.Struct):
    """What was last said of one card: enough to tell whether there is something new to say."""

    level: str
    status: str
    digest: str
    revision: int
    issued_at: int
    violated_at: int


class Case:
    """One case: received facts, settled facts with their tags, and the cards issued on it."""

    __slots__ = (
        "_received",
        "armed",
        "attributes",
        "corrected",
        "facts",
        "ground",
        "held",
        "issued",
        "key",
        "last_offset",
        "parked",
        "tags",
        "wakes",
    )

    def __init__(self, key: str) -> None:
        self.key = key
        self.facts: list[Fact] = []
        self.tags: list[int] = []
        self.attributes: dict[str, Any] = {}
        self.issued: dict[tuple[str, str], Issued] = {}
        self.wakes: dict[int, int] = {}
        self.armed: int | None = None
        self.held: list[Fact] = []
        self.parked: dict[int, str] = {}
        self.ground: Ground | None = None
        self.corrected = False
        self.last_offset = -1
        self._received: dict[tuple[str, str], Fact] = {}

    @property
    def seen(self) -> int:
        """The mask of every selector shape that some fact of the case matches."""
        return reduce(or_, self.tags, 0)

    @property
    def received(self) -> list[Fact]:
        """Every fact that stands for its (source, id), corrected or not."""
        return list(self._received.values())

    def add(self, fact: Fact) -> bool | None:
        """Take a fact in. Return None if it changes nothing, True if it only extends the facts, else False.

        After True the fact is the last of `facts` (its tag is still to be
        appended); after False `facts` has been laid out anew and all tags with it.
        """
        known = self._received.get(fact.key)
        if known is not None:
            stands = _standing(known, fact)
            if stands == known:
                return None
            self._received[fact.key] = stands
        else:
            self._received[fact.key] = fact
        self.corrected = self.corrected or fact.corrects is not None
        if known is None and not self.corrected and (not self.facts or self.facts[-1].order <= fact.order):
            self.facts.append(fact)
            self._attribute(fact)
            return True
        self.settle()
        return False

    def settle(self) -> None:
        """Lay the facts out anew from all that were received; tags are dropped."""
        self.facts = []
        for fact in _effective(self._received) if self.corrected else self._received.values():
            insort(self.facts, fact, key=lambda each: each.order)
        self.tags = []
        self.attributes = {}
        for fact in self.facts:
            self._attribute(fact)

    def standing(self, key: tuple[str, str]) -> Fact | None:
        """Return the fact that stands for a (source, id), or None."""
        return self._received.get(key)

    def put_back(self, key: tuple[str, str], before: Fact | None) -> None:
        """Undo an `add`: let `before` stand for the key again, or nothing."""
        if before is None:
            del self._received[key]
        else:
            self._received[key] = before
        self.corrected = any(fact.corrects is not None for fact in self._received.values())
        self.settle()

    def restore(self, facts: list[Fact]) -> None:
        """Take back the received facts of a stored case."""
        self._received = {fact.key: fact for fact in facts}
        self.corrected = any(fact.corrects is not None for fact in facts)
        self.settle()

    def _attribute(self, fact: Fact) -> None:
        for name, value in fact.case_data.items():
            if value not in (None, ""):
                self.attributes[name] = value


def _standing(known: Fact, fact: Fact) -> Fact:
    """Return which of two facts with one key stands; of equal ones, the one stamped first."""
    old, new = content_hash(known), content_hash(fact)
    if old == new:
        return known if known.stamp <= fact.stamp else fact
    rank_old = (known.recorded_at if known.recorded_at is not None else known.at, old)
    rank_new = (fact.recorded_at if fact.recorded_at is not None else fact.at, new)
    return known if rank_old >= rank_new else fact


def _effective(received: dict[tuple[str, str], Fact]) -> list[Fact]:
    """Return the facts left once every correction has been applied."""
    corrections: dict[tuple[str, str], list[Fact]] = {}
    for fact in received.values():
        if fact.corrects is not None and fact.corrects != fact.id:
            corrections.setdefault((fact.source, fact.corrects), []).append(fact)
    effective: dict[tuple[str, str], Fact] = {}
    for fact in received.values():
        if fact.corrects is not None and fact.corrects != fact.id:
            continue  # it stands for what it corrects, or waits for it
        stands = _resolved(fact, corrections)
        if stands is not None:
            effective[stands.key] = stands
    return list(effective.values())


def _resolved(fact: Fact, corrections: dict[tuple[str, str], list[Fact]]) -> Fact | None:
    """Return the fact after its corrections and theirs; None when the last word takes it back."""
    seen = {fact.key}
    while later := [each for each in corrections.get(fact.key, []) if each.key not in seen]:
        fact = max(later, key=lambda each: (each.recorded_at if each.recorded_at is not None else each.at, each.order))
        seen.add(fact.key)
    return None if fact.type == VOIDED and len(seen) > 1 else fact
