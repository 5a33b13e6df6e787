"""A case as its facts settle: duplicates, corrections, legal order.

The settled facts are a function of the set of facts received, never of the
order in which they came. Two facts with one (source, id) are one: equal content
is a duplicate, of different content the greatest (recorded, hash) stands. Of
the corrections of a fact the last by (recorded, order) wins, and may itself be
corrected; a correction that comes before what it corrects simply waits.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable
from functools import reduce
from operator import attrgetter, or_
from typing import Any, Final

from mingjing.rules.corrections import effective, standing_of
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.ground import Ground
from mingjing.rules.issued import Issued, Told
from mingjing.rules.kept import Kept
from mingjing.rules.standing import STANDS, Standing, stands_of

SCANNED: Final = 24
"""As many facts as are looked through one by one for an id; a longer case keeps an index."""

NEVER_BEFORE: Final = -(1 << 62)
"""An instant before that of any fact."""


class Case:
    """One case: received facts, settled facts with their tags, and the cards issued on it.

    `seen` is the mask of every selector shape that some fact matches. `wakes`, `parked` and the bits of `spoken` (rules
    of which something was said) go by the place of a rule in its rulebook. What a subject found before `since` stays
    as it was said, for what it rests on may be forgotten. `standings` has what people last said of a card, by its id,
    where that is not the finding's own. `account` holds what `case_facts` worked out last, for as long as its facts
    only go on. `kept` is what was last put into bytes, `written` the bytes that the whole comes to, None where they
    are not known. Where it is not `deemed`, none of its facts is one that the law deems.
    """

    __slots__ = (
        "_received",
        "_tags",
        "account",
        "armed",
        "attributes",
        "corrected",
        "deemed",
        "facts",
        "ground",
        "held",
        "issued",
        "kept",
        "key",
        "last_offset",
        "parked",
        "seen",
        "since",
        "spoken",
        "standings",
        "told",
        "wakes",
        "written",
    )

    def __init__(self, key: str) -> None:
        self.key = key
        self.facts: list[Fact] = []
        self.seen = 0
        self.attributes: dict[str, Any] = {}
        self.issued: dict[tuple[str, str], Issued] = {}
        self.spoken = 0
        self.wakes: dict[int, int] = {}
        self.armed: int | None = None
        self.held: list[Fact] = []
        self.parked: dict[int, str] = {}
        self.ground: Ground | None = None
        self.account: Any = None
        self.corrected = False
        self.deemed = False
        self.told: dict[str, Told] | None = None
        self.standings: dict[str, Standing] | None = None
        self.since = 0
        self.last_offset = -1
        self.kept: Kept | None = None
        self.written: bytes | None = None
        self._tags: list[int] = []
        self._received: dict[tuple[str, str], Fact] | None = None

    @property
    def tags(self) -> list[int]:
        """The mask of each settled fact, in their order."""
        return self._tags

    @tags.setter
    def tags(self, tags: list[int]) -> None:
        self._tags = tags
        self.seen = reduce(or_, tags, 0)

    @property
    def received(self) -> list[Fact]:
        """Every fact that stands for its (source, id), corrected or not."""
        return list(self._received.values()) if self.corrected and self._received is not None else list(self.facts)

    @property
    def extends_kept(self) -> bool:
        """Whether its facts are those that were kept, in their order, and any number after them."""
        return self.kept is not None and self.kept.facts is self.facts and not self.corrected

    @property
    def empty(self) -> bool:
        """Whether nothing was ever taken in, and nothing is held."""
        return not (self.facts or self._received or self.held or self.standings)

    @property
    def latest(self) -> int:
        """The instant of its latest fact; before all others where it has none."""
        return self.facts[-1].at if self.facts else NEVER_BEFORE

    def receive(self, facts: Iterable[Fact]) -> None:
        """Take in facts as an archive has them: the story of the case, and what people said of its cards."""
        for fact in facts:
            if fact.type == STANDS:
                self.stand(fact)
            else:
                self.add(fact)

    def stand(self, fact: Fact) -> str | None:
        """Take what people say of a card; return the card's id, None where something later was said of it before.

        Raises msgspec.ValidationError for a fact that says nothing of the kind.
        """
        said = stands_of(fact)
        known = (self.standings or {}).get(said.card_id)
        if known is not None and known.revision >= said.standing.revision:
            return None
        self.standings = {**(self.standings or {}), said.card_id: said.standing}
        return said.card_id

    def add(self, fact: Fact) -> bool | None:
        """Take a fact in. Return None if it changes nothing, True if it only extends the facts, else False.

        After True the fact is the last of `facts` (`tell` its tag next); after
        False there are new `facts`, `tags` and `attributes`; the former ones are left as they were.
        """
        return self.extend(fact) or self.add_beside(fact, self.standing(fact.key))

    def extend(self, fact: Fact) -> bool:
        """Take in a fact that is new, comes after all others and has to do with no correction; return whether it was.

        It is the last of `facts` then; else nothing was done.
        """
        facts = self.facts
        if self.corrected or fact.corrects is not None:
            return False
        if facts and facts[-1].at >= fact.at and facts[-1].order > fact.order:
            return False
        if self._received is not None:
            if fact.key in self._received:
                return False
            self._received[fact.key] = fact
        else:
            fact_id = fact.id
            for each in facts:
                if each.id == fact_id and each.source == fact.source:
                    return False
            if len(facts) >= SCANNED:
                self._received = {each.key: each for each in facts} | {fact.key: fact}
        facts.append(fact)
        if fact.source == DEEMED:
            self.deemed = True
        if fact.case_data:
            self.account = None
            self._attribute(fact)
        return True

    def add_beside(self, fact: Fact, known: Fact | None) -> bool | None:
        """Do as `add` does with a fact that `extend` did not take, and for whose key `known` stands so far."""
        if known is not None:
            stands = standing_of(known, fact)
            if stands == known:
                return None
            self._stand(stands)
            return False
        if self.corrected or fact.corrects is not None:
            self._stand(fact)
            return False
        self.insert(fact)
        return False

    def insert(self, fact: Fact) -> int:
        """Take in a fact that is new, comes before others and has to do with no correction; return its place.

        There are new `facts`, `tags` and `attributes` then, as `add` says.
        """
        if self._received is not None:
            self._received[fact.key] = fact
        elif len(self.facts) >= SCANNED:
            self._received = {each.key: each for each in self.facts} | {fact.key: fact}
        place = bisect_right(self.facts, fact.order, key=attrgetter("order"))
        self.facts = [*self.facts[:place], fact, *self.facts[place:]]
        self._attribute_all()
        return place

    def tell(self, tag: int) -> None:
        """Give the fact that was last appended its tag."""
        self._tags.append(tag)
        self.seen |= tag

    def drop_last(self, seen: int, attributes: dict[str, Any]) -> None:
        """Undo an `add` that returned True: what was `seen` and the `attributes` are as they were before it."""
        fact = self.facts.pop()
        if self._received is not None:
            del self._received[fact.key]
        del self._tags[len(self.facts) :]
        self.seen, self.attributes = seen, attributes

    def wait(self, place: int, wake: int | None) -> None:
        """Let a rule wait for an instant, or for none."""
        if wake:
            self.wakes[place] = wake
        else:
            self.wakes.pop(place, None)

    def settle(self) -> None:
        """Lay the facts out anew from all that were received; tags are dropped."""
        if self._received is not None:
            self.facts = []
            for fact in effective(self._received) if self.corrected else self._received.values():
                insort(self.facts, fact, key=attrgetter("order"))
        self._attribute_all()

    def standing(self, key: tuple[str, str]) -> Fact | None:
        """Return the fact that stands for a (source, id), or None."""
        if self._received is not None:
            return self._received.get(key)
        source, fact_id = key
        for each in self.facts:
            if each.id == fact_id and each.source == source:
                return each
        return None

    def put_back(self, key: tuple[str, str], before: Fact | None) -> None:
        """Undo an `add`: let `before` stand for the key again, or nothing."""
        received = self._index()
        if before is None:
            del received[key]
        else:
            received[key] = before
        self.corrected = any(fact.corrects is not None for fact in received.values())
        self.settle()

    def restore(self, facts: list[Fact]) -> None:
        """Take back the received facts of a stored case."""
        self.corrected = any(fact.corrects is not None for fact in facts)
        if self.corrected:
            self._received = {fact.key: fact for fact in facts}
            self.settle()
        else:
            self.facts = facts
            self._received = {fact.key: fact for fact in facts} if len(facts) > SCANNED else None
            self._attribute_all()

    def _stand(self, fact: Fact) -> None:
        """Let a fact stand for its key, which is a correction or the other word on a known fact."""
        if fact.corrects is not None and not self.corrected:
            self.corrected = True
            self._received = {each.key: each for each in self.facts}  # in legal order, as a restored case has them
        received = self._index()
        received[fact.key] = fact
        self.corrected = self.corrected and any(each.corrects is not None for each in received.values())
        self.settle()

    def _index(self) -> dict[tuple[str, str], Fact]:
        if self._received is None:
            self._received = {each.key: each for each in self.facts}
        return self._received

    def _attribute_all(self) -> None:
        """Read the attributes of the case from all its facts; what was worked out for the old ones is dropped."""
        self.tags = []
        self.account = None
        self.attributes = {}
        self.deemed = False
        for fact in self.facts:
            if fact.case_data:
                self._attribute(fact)
            if fact.source == DEEMED:
                self.deemed = True

    def _attribute(self, fact: Fact) -> None:
        for name, value in fact.case_data.items():
            if value not in (None, ""):
                self.attributes[name] = value
