"""The rulebook: every rule in force with the ground it stands on, compiled for the engine."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack
from mingjing.rules.rule import Rule
from mingjing.rules.selector import Condition, Selector
from mingjing.rules.view import View
from mingjing.rules.zone import Zone


class Rulebook:
    """Packs, catalogue and calendar as one immutable whole.

    Every distinct shape of selector (types and condition) gets one bit; `tag`
    tests a fact against all of them once, and judges then compare masks.
    """

    def __init__(
        self,
        packs: Sequence[Pack],
        calendar: Calendar,
        catalogue: Catalogue | None = None,
        delays: Mapping[str, int] | None = None,
    ) -> None:
        self.packs = tuple(packs)
        self.calendar = calendar
        self.catalogue = catalogue or Catalogue([])
        self.delays = dict(delays or {})
        self.rules: tuple[Rule, ...] = tuple(rule for pack in packs for rule in pack.rules)
        self._bits: dict[tuple[frozenset[str] | None, str | None], int] = {}
        self._by_type: dict[str, int] = {}
        self._any = 0
        self._conditional: list[tuple[frozenset[str] | None, Condition, int]] = []
        self.masks = [tuple(self._mask(each) for each in rule.judge.selectors) for rule in self.rules]
        self._touched: dict[str, tuple[int, ...]] = {}
        self.all_rules = tuple(range(len(self.rules)))
        self.zones: dict[str, Zone] = {rule.zone.name: rule.zone for rule in self.rules}
        self.fingerprint = _fingerprint(self)
        self.versions = {"calendar": f"{calendar.name}@{calendar.version}", "catalogue": self.catalogue.version}

    @property
    def zone(self) -> Zone:
        """The zone of the first pack: that of the installation."""
        return self.packs[0].zone if self.packs else Zone("Asia/Shanghai")

    def tag(self, fact: Fact) -> int:
        """Return the mask of every selector shape that matches the fact."""
        mask = self._any | self._by_type.get(fact.type, 0)
        for types, condition, bit in self._conditional:
            if (types is None or fact.type in types) and condition.holds(fact):
                mask |= bit
        return mask

    def touched(self, event_type: str) -> tuple[int, ...]:
        """Return the places of the rules that a fact of this type can affect."""
        found = self._touched.get(event_type)
        if found is None:
            found = self._touched[event_type] = tuple(
                place
                for place, rule in enumerate(self.rules)
                if rule.judge.case_wide
                or any(key.startswith("case.") for key in rule.scope)
                or any(each.types is None or event_type in each.types for each in rule.judge.selectors)
            )
        return found

    def item_of(self, facts: Sequence[Fact]) -> Mapping[str, Any]:
        """Return the item of a case in the version in force when it was accepted, or else began."""
        code = next((fact.item for fact in facts if fact.item), None)
        if code is None:
            return {}
        return self.catalogue.in_force(code, date.fromordinal(self.zone.day(self._accepted(facts).at)))

    def view(self, case: Case, now: int, zone: Zone, item: Mapping[str, Any] | None = None) -> View:
        """Return what rules of `zone` may see of the case at `now`; `item` overrides the catalogue's."""
        facts = case.facts
        return View(
            facts,
            case.tags,
            now,
            zone,
            self.calendar.workdays(first_of(facts, "region"), first_of(facts, "agency")),
            self.item_of(facts) if item is None else item,
            case.attributes,
            self.delays,
        )

    def applies(self, rule: Rule, view: View) -> bool:
        """Whether the case lies in the rule's scope."""
        return all(self._in_scope(path, values, view) for path, values in rule.scope.items())

    def _in_scope(self, path: str, values: Iterable[str], view: View) -> bool:
        if path in {"agency", "region"}:
            found = first_of(view.facts, path) or ""
            return any(found == value or (path == "region" and found.startswith(value.rstrip("0"))) for value in values)
        room, _, key = path.partition(".")
        here: Any = view.item if room == "item" else view.attributes
        for part in key.split("."):
            here = here.get(part) if isinstance(here, Mapping) else None
        many = here if isinstance(here, list) else [here]
        return any(_written(each) in values for each in many if each is not None)

    def _accepted(self, facts: Sequence[Fact]) -> Fact:
        for fact in facts:
            for pack in self.packs:
                found = pack.vocabulary.types.get(fact.type)
                if found is not None and found.state == "accepted":
                    return fact
        return facts[0]

    def _mask(self, selector: Selector) -> int:
        bit = self._bits.get(selector.shape)
        if bit is not None:
            return bit
        bit = self._bits[selector.shape] = 1 << len(self._bits)
        if selector.where is not None:
            self._conditional.append((selector.types, Condition(selector.where), bit))
        elif selector.types is None:
            self._any |= bit
        else:
            for event_type in selector.types:
                self._by_type[event_type] = self._by_type.get(event_type, 0) | bit
        return bit


def first_of(facts: Sequence[Fact], name: str) -> str | None:
    """Return the first value that any fact of the case gives for an envelope attribute."""
    return next((value for fact in facts if (value := getattr(fact, name))), None)


def _fingerprint(book: Rulebook) -> str:
    """Return a hash that changes whenever a rule, its place, the catalogue or the calendar does."""
    parts = [f"{pack.name}@{pack.version}:{','.join(rule.id for rule in pack.rules)}" for pack in book.packs]
    parts += [
        f"{book.calendar.name}@{book.calendar.version}",
        book.catalogue.version,
        repr(sorted(book.delays.items())),
    ]
    return hashlib.blake2b("|".join(parts).encode(), digest_size=8).hexdigest()


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
