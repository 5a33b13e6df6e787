"""The rulebook: every rule in force with the ground it stands on, compiled for the engine."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.deem import DEEMING, Deeming, breach_of, duty_of
from mingjing.rules.event_type import EventType, attributes_of
from mingjing.rules.events import Fact
from mingjing.rules.glances.every_kind import glance_of
from mingjing.rules.glances.glance import Glance
from mingjing.rules.ground import Ground
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.pack import Pack
from mingjing.rules.rule import Rule
from mingjing.rules.scope import asks_case, in_scope, of_ground
from mingjing.rules.shapes import Shapes
from mingjing.rules.tables import Table
from mingjing.rules.view import NO_OUTAGES, Outages, View
from mingjing.rules.yaml_page import Fault, PackRefused
from mingjing.rules.zone import Zone


class Seat(NamedTuple):
    """A rule as the engine calls on it: its place, and what tells at once whether a fact concerns it.

    `begins` is the mask without which it finds nothing, `reads` that of every
    selector; `wide` rules also read attributes of the case.
    """

    place: int
    bit: int
    begins: int
    reads: int
    wide: bool
    glance: Glance | None


class Rulebook:
    """Packs, catalogue and calendar as one immutable whole.

    `tag` returns the mask of every selector shape that matches a fact; `masks`
    and `across_masks` have, rule by rule, the bits of its selectors.
    Raises PackRefused when two packs have a rule of one id, for a card is named by its rule.
    """

    def __init__(
        self,
        packs: Sequence[Pack],
        calendar: Calendar,
        catalogue: Catalogue | None = None,
        delays: Mapping[str, int] | None = None,
        profile: str = "",
        outages: Outages = NO_OUTAGES,
    ) -> None:
        _refuse_shared_ids(packs)
        self.profile = profile
        self.packs = tuple(packs)
        self.calendar = calendar
        self.catalogue = catalogue or Catalogue([])
        self.delays = dict(delays or {})
        self.outages = outages
        rules = tuple(rule for pack in packs for rule in pack.rules)
        self.tables: Mapping[str, Table] = {name: table for pack in packs for name, table in pack.tables.items()}
        self.rules: tuple[Rule, ...] = tuple(rule for rule in rules if rule.reach == "case")
        self.across: tuple[Rule, ...] = tuple(rule for rule in rules if rule.reach == "across")
        self._shapes = Shapes(self.zone)
        self.tag = self._shapes.tag
        self.masks = [self._shapes.masks(rule.judge.selectors) for rule in self.rules]
        self.across_masks = [self._shapes.masks(rule.judge.selectors) for rule in self.across]
        self.deeming = tuple(self._deemings())
        self._deeming_types = {
            name for each in self.deeming for selector in each.duty.selectors for name in selector.types or ()
        }
        self._deeming_on: dict[Ground, tuple[tuple[int, Deeming], ...]] = {}
        self._touched: dict[str, tuple[int, ...]] = {}
        self._seats: dict[str, tuple[Seat, ...]] = {}
        self._grounds: dict[tuple[int, str | None, str | None], Ground] = {}
        self._accepting = {
            name for pack in packs for name, found in pack.vocabulary.types.items() if found.state == "accepted"
        }
        self.all_rules = tuple(range(len(self.rules)))
        self.places = {rule.id: place for place, rule in enumerate(self.rules)}
        self.all_seats = tuple(self._seat(place) for place in self.all_rules)
        self.clock_seats = tuple(seat for seat in self.all_seats if isinstance(self.rules[seat.place].judge, TimeLimit))
        self.declared: dict[str, EventType] = {}
        for pack in packs[::-1]:
            self.declared.update(pack.vocabulary.types)
        self.attributing = frozenset(name for name, found in self.declared.items() if found.case)
        self.zones: dict[str, Zone] = {rule.zone.name: rule.zone for rule in self.rules}
        self.fingerprint = _fingerprint(self)
        self.versions = {"calendar": f"{calendar.name}@{calendar.version}", "catalogue": self.catalogue.version}
        if self.tables:
            self.versions["tables"] = "+".join(map(str, self.tables.values()))
        if profile:
            self.versions["profile"] = profile

    @property
    def zone(self) -> Zone:
        """The zone of the first pack: that of the installation."""
        return self.packs[0].zone if self.packs else Zone("Asia/Shanghai")

    def with_packs(self, packs: Sequence[Pack]) -> "Rulebook":
        """Return a rulebook of other packs on the same ground."""
        return Rulebook(packs, self.calendar, self.catalogue, self.delays, self.profile, self.outages)

    def touched(self, event_type: str) -> tuple[int, ...]:
        """Return the places of the rules that a fact of this type can affect."""
        found = self._touched.get(event_type)
        if found is None:
            found = self._touched[event_type] = tuple(
                place
                for place, rule in enumerate(self.rules)
                if rule.judge.case_wide
                or asks_case(rule.scope)
                or any(each.types is None or event_type in each.types for each in rule.judge.selectors)
            )
        return found

    def seats(self, event_type: str) -> tuple[Seat, ...]:
        """Return the rules that a fact of this type can affect, in the order of their places."""
        found = self._seats.get(event_type)
        if found is None:
            found = self._seats[event_type] = tuple(self.all_seats[place] for place in self.touched(event_type))
        return found

    def item_of(self, facts: Sequence[Fact]) -> Mapping[str, Any]:
        """Return the item of a case in the version in force when it was accepted, or else began."""
        code = next((fact.item for fact in facts if fact.item), None)
        if code is None:
            return {}
        return self.catalogue.in_force(code, date.fromordinal(self.zone.day(self._accepted(facts).at)))

    def view(self, case: Case, now: int, zone: Zone, item: Mapping[str, Any] | None = None) -> View:
        """Return what rules of `zone` may see of the case at `now`; `item` overrides the catalogue's."""
        ground = case.ground or self.ground(case.facts)
        return View(
            case.facts,
            case.tags,
            now,
            zone,
            self.calendar,
            ground.region,
            ground.agency,
            ground.item if item is None else item,
            self.attributes(case),
            self.delays,
            self.outages,
        )

    def attributes(self, case: Case) -> Mapping[str, Any]:
        """Return the attributes of a case: what its sources repeat of it, and the fields declared to be such."""
        if self.attributing and any(fact.type in self.attributing for fact in case.facts):
            return attributes_of(case.facts, self.declared)
        return case.attributes

    def ground(self, facts: Sequence[Fact]) -> Ground:
        """Return the ground that the facts put a case on; equal grounds are one object."""
        item, region, agency = self.item_of(facts), first_of(facts, "region"), first_of(facts, "agency")
        key = (id(item) if item else 0, region, agency)
        found = self._grounds.get(key)
        if found is None:
            found = self._grounds[key] = self._ground(item, region, agency)
        return found

    def ground_after(self, ground: Ground | None, facts: Sequence[Fact]) -> Ground:
        """Return the ground once the last of the facts has been added in order to those that made `ground`."""
        last = facts[-1]
        if (
            ground is None
            or last.type in self._accepting
            or (last.item is not None and not ground.item)
            or (last.agency is not None and ground.agency is None)
            or (last.region is not None and ground.region is None)
        ):
            return self.ground(facts)
        return ground

    def applies(self, rule: Rule, view: View) -> bool:
        """Whether the case lies in the rule's scope."""
        return in_scope(rule.scope, view.region, view.agency, view.item, view.attributes)

    def may_deem(self, facts: Sequence[Fact], ground: Ground | None) -> bool:
        """Whether the last fact of a case, which had stood on `ground`, may change what is deemed to have happened."""
        if facts[-1].type in self._deeming_types:
            return True
        return ground is not None and self.ground_after(ground, facts) is not ground

    def deeming_on(self, ground: Ground) -> tuple[tuple[int, Deeming], ...]:
        """Return what may be deemed in cases on this ground, each with the place under which they wait for it."""
        found = self._deeming_on.get(ground)
        if found is None:
            region, agency, item = ground.region, ground.agency, ground.item
            found = self._deeming_on[ground] = tuple(
                (DEEMING - number, each)
                for number, each in enumerate(self.deeming)
                if in_scope(each.rule.scope, region, agency, item, {})
            )
        return found

    def _deemings(self) -> Iterator[Deeming]:
        """Yield what each vocabulary declares, once, in the zone of the first pack on it."""
        seen: set[str] = set()
        for pack in self.packs:
            if pack.vocabulary.name in seen:
                continue
            seen.add(pack.vocabulary.name)
            for each in pack.vocabulary.deem:
                duty = duty_of(each, pack.vocabulary)
                masks = self._shapes.masks(duty.selectors)
                breach = breach_of(each, duty, pack.vocabulary, pack.zone)
                yield Deeming(each, duty, masks, pack.zone, glance_of(breach, masks, self.calendar, self.delays))

    def _ground(self, item: Mapping[str, Any], region: str | None, agency: str | None) -> Ground:
        scope = open_scope = 0
        for place, rule in enumerate(self.rules):
            if in_scope(of_ground(rule.scope), region, agency, item, {}):
                scope |= 1 << place
                open_scope |= (1 << place) if asks_case(rule.scope) else 0
        return Ground(item, region, agency, self.calendar.workdays(region, agency), scope, open_scope)

    def _seat(self, place: int) -> Seat:
        rule, masks = self.rules[place], self.masks[place]
        return Seat(
            place,
            1 << place,
            masks[0],
            reduce(or_, masks),
            rule.judge.case_wide or asks_case(rule.scope),
            glance_of(rule, masks, self.calendar, self.delays),
        )

    def _accepted(self, facts: Sequence[Fact]) -> Fact:
        return next((fact for fact in facts if fact.type in self._accepting), facts[0])


def first_of(facts: Sequence[Fact], name: str) -> str | None:
    """Return the first value that any fact of the case gives for an envelope attribute."""
    return next((value for fact in facts if (value := getattr(fact, name))), None)


def _fingerprint(book: Rulebook) -> str:
    """Return a hash that changes whenever a rule, its place, the catalogue or the calendar does."""
    parts = [f"{pack.name}@{pack.version}:{','.join(rule.id for rule in pack.rules)}" for pack in book.packs]
    parts += [
        f"{book.calendar.name}@{book.calendar.version}",
        book.catalogue.version,
        *map(str, book.tables.values()),
        book.profile,
        repr(sorted(book.delays.items())),
        repr(sorted(book.outages.items())),
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
