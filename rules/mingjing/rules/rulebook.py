"""The rulebook: every rule in force with the ground it stands on, compiled for the engine."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from mingjing.rules.calendar import TIERS, Calendar
from mingjing.rules.case import Case, Ground
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack
from mingjing.rules.rule import Rule
from mingjing.rules.selector import Condition, Selector, value_at
from mingjing.rules.view import View
from mingjing.rules.yaml_page import Fault, PackRefused
from mingjing.rules.zone import Zone


class Rulebook:
    """Packs, catalogue and calendar as one immutable whole.

    Every distinct shape of selector (types and condition) gets one bit; `tag`
    tests a fact against all of them once, and judges then compare masks.
    Raises PackRefused when two packs have a rule of one id, for a card is named by its rule.
    """

    def __init__(
        self,
        packs: Sequence[Pack],
        calendar: Calendar,
        catalogue: Catalogue | None = None,
        delays: Mapping[str, int] | None = None,
    ) -> None:
        _refuse_shared_ids(packs)
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
        known, region, agency = self.ground(case.facts)
        return View(
            case.facts,
            case.tags,
            now,
            zone,
            self.calendar,
            region,
            agency,
            known if item is None else item,
            case.attributes,
            self.delays,
        )

    def ground(self, facts: Sequence[Fact]) -> Ground:
        """Return the item, the region and the agency that the facts leave a case with."""
        return (self.item_of(facts), first_of(facts, "region"), first_of(facts, "agency"))

    def applies(self, rule: Rule, view: View) -> bool:
        """Whether the case lies in the rule's scope."""
        return all(self._in_scope(path, values, view) for path, values in rule.scope.items())

    def _in_scope(self, path: str, values: Iterable[str], view: View) -> bool:
        if path in {"agency", "region"}:
            found = (view.region if path == "region" else view.agency) or ""
            return any(found == value or (path == "region" and _lies_in(found, value)) for value in values)
        here = value_at(path, data={}, case=view.attributes, item=view.item)
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


def _refuse_shared_ids(packs: Sequence[Pack]) -> None:
    homes: dict[str, str] = {}
    faults: list[Fault] = []
    for pack in packs:
        for rule in pack.rules:
            home = homes.setdefault(rule.id, pack.name)
            if home != pack.name:
                faults.append(Fault(pack.name, 1, 1, f"rule id {rule.id!r} is taken already in pack {home}"))
    if faults:
        raise PackRefused(faults)


def _lies_in(region: str, area: str) -> bool:
    """Whether a region is `area` or a part of it, by the digits that name the area's tier."""
    digits = next((tier for tier in TIERS if not area[tier:].strip("0")), len(area))
    return region[:digits] == area[:digits]


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
