"""The rulebook: every rule in force with the ground it stands on, compiled for the engine."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import reduce
from operator import or_
from typing import Any

from mingjing.rules.begun import Begun
from mingjing.rules.calendar import Calendar
from mingjing.rules.case import Case
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.concerned import Concerned
from mingjing.rules.deem import DEEMING, Deeming, breach_of, duty_of
from mingjing.rules.eras import Era, Turn, attributes_in_time, era_at, followed, vocabularies_in_time
from mingjing.rules.event_type import EventType, attributes_of
from mingjing.rules.events import Fact, any_of
from mingjing.rules.fingerprint import LAW, fingerprint_of, part_of
from mingjing.rules.glances.every_kind import glance_of
from mingjing.rules.ground import Ground
from mingjing.rules.grounds import Grounds
from mingjing.rules.outages import together
from mingjing.rules.pack import Pack
from mingjing.rules.rule import EVER, Rule
from mingjing.rules.scope import asks_case, in_scope
from mingjing.rules.seats import Seat, has_clocks, masks_of, one_each, seat_of, tellers
from mingjing.rules.shapes import Shapes
from mingjing.rules.tables import Table
from mingjing.rules.view import NO_OUTAGES, Outages, View
from mingjing.rules.zone import Zone

Lineage = Mapping[str, int]


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
        *,
        eras: Sequence[Era] = (),
        lineage: Lineage | None = None,
        turn: "Turn | None" = None,
    ) -> None:
        self.profile = profile
        self.lineage = lineage or {}
        self.turn = turn
        self.packs = tuple(packs)
        self.calendar = calendar
        self.catalogue = catalogue or Catalogue([])
        self.delays = dict(delays or {})
        self.outages = self._declared = outages
        self._announced = NO_OUTAGES
        self.tables: Mapping[str, Table] = {name: table for pack in packs for name, table in pack.tables.items()}
        self.rules = one_each(packs)
        self.across = tellers(packs)
        self._shapes = Shapes(self.zone)
        self.tag = self._shapes.tag
        self.masks = [masks_of(rule, self._shapes) for rule in self.rules]
        self.across_masks = [self._shapes.masks(rule.judge.selectors) for rule in self.across]
        self.deeming = tuple(self._deemings())
        self.deeming_types = {
            name for each in self.deeming for selector in each.duty.selectors for name in selector.types or ()
        }
        self._deeming_on: dict[Ground, tuple[tuple[int, Deeming], ...]] = {}
        self._touched: dict[str, tuple[int, ...]] = {}
        self._seats: dict[str, tuple[Seat, ...]] = {}
        self.all_rules = tuple(range(len(self.rules)))
        self.places = {rule.id: place for place, rule in enumerate(self.rules)}
        self.all_seats = tuple(
            seat_of(rule, place, self.masks[place], calendar, self.delays) for place, rule in enumerate(self.rules)
        )
        self.concerned = Concerned(self.all_seats)
        self.clock_seats = Begun([seat for seat in self.all_seats if has_clocks(self.rules[seat.place])])
        self.declared: dict[str, EventType] = {}
        for pack in packs[::-1]:
            self.declared.update(pack.vocabulary.types)
        self.attributing = frozenset(name for name, found in self.declared.items() if found.case)
        self.zones: dict[str, Zone] = {rule.zone.name: rule.zone for rule in self.rules}
        self.versions = {"calendar": f"{calendar.name}@{calendar.version}", "catalogue": self.catalogue.version}
        if self.tables:
            self.versions["tables"] = "+".join(map(str, self.tables.values()))
        if profile:
            self.versions["profile"] = profile
        self.eras = tuple(eras) or (Era(-EVER, self.catalogue, self.declared, self.versions),)
        accepting = {
            name for pack in packs for name, found in pack.vocabulary.types.items() if found.state == "accepted"
        }
        grounds = Grounds(self.rules, calendar, self.eras, accepting, self.zone)
        self.dated, self.ground, self.ground_after, self.item_of = grounds, grounds.of, grounds.after, grounds.item_of
        self._accepted = grounds.accepted
        self.fingerprint = fingerprint_of(self)

    @property
    def zone(self) -> Zone:
        """The zone of the first pack: that of the installation."""
        return self.packs[0].zone if self.packs else Zone("Asia/Shanghai")

    def part(self, packs: Sequence[Pack], name: str) -> "Rulebook":
        """Return the rulebook of `packs` on the same ground; they follow from these alone, in a way called `name`.

        What such a part of an ancestor has judged it judges alike, where this one does.
        """
        turn = self.turn and Turn(self.turn.at, self.turn.to.part(packs, name))
        book = self._on(packs, self.calendar, turn, {part_of(law, name): at for law, at in self.lineage.items()})
        book.fingerprint = part_of(self.fingerprint[:LAW], name) + self.fingerprint[LAW:]
        return book

    def succeeded_by(self, other: "Rulebook", since: int) -> "Rulebook":
        """Return a rulebook that judges what begins from `since` on as `other` does, and all else as this one.

        It stands on the calendar of this one, and its rules have the places that they have in this one.
        """
        era = Era(since, other.catalogue, other.declared, {**other.versions})
        lineage = {name: min(at, since) for name, at in self.lineage.items()} | {self.fingerprint[:LAW]: since}
        return Rulebook(
            followed(self.packs, other.packs, since),
            self.calendar,
            other.catalogue,
            self.delays,
            other.profile,
            self._declared,
            eras=(*self.eras, era),
            lineage=lineage,
        ).excusing(self._announced)

    def under(self, calendar: Calendar, turn: "Turn | None") -> "Rulebook":
        """Return a rulebook that says the same on another calendar, until the `turn` to the next."""
        return self._on(self.packs, calendar, turn, self.lineage)

    def excusing(self, announced: Outages) -> "Rulebook":
        """Return a rulebook that also excuses silence and lateness in outages announced before they began.

        It has the fingerprint of this one: what was judged before they began is judged alike.
        """
        if announced == self._announced:
            return self
        book = copy(self)
        book._announced = announced  # noqa: SLF001  # of its own class
        book.outages = together(self._declared, announced)
        book.turn = self.turn and Turn(self.turn.at, self.turn.to.excusing(announced))
        return book

    def at(self, now: int) -> "Rulebook":
        """Return the rulebook on the calendar that is in force when the clock stands at `now`."""
        book = self
        while book.turn is not None and book.turn.at <= now:
            book = book.turn.to
        return book

    def judged_alike(self, fingerprint: str, latest: int) -> bool:
        """Whether a case was judged as here under the rulebook of that name, its latest fact being of `latest`."""
        if fingerprint == self.fingerprint:
            return True
        since = self.lineage.get(fingerprint[:LAW])
        return since is not None and latest < since and fingerprint[LAW:] == self.fingerprint[LAW:]

    def versions_of(self, rule: Rule, facts: Sequence[Fact]) -> dict[str, str]:
        """Return the versions that a card of the rule names besides its pack's."""
        if len(self.eras) == 1:
            return self.versions
        accepted = era_at(self.eras, self._accepted(facts).at) if facts else self.eras[0]
        mine = dict(era_at(self.eras, rule.since).versions)
        return mine | {"calendar": self.versions["calendar"], "catalogue": accepted.versions["catalogue"]}

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
            lambda: self.attributes(case),
            self.delays,
            self.outages,
            case.seen,
            ground.workdays,
            self.dated if item is None else None,
        )

    def attributes(self, case: Case) -> Mapping[str, Any]:
        """Return the attributes of a case: what its sources repeat of it, and the fields declared to be such."""
        if any_of(case.facts, self.attributing):
            if len(self.eras) > 1:
                return attributes_in_time(self.eras, case.facts)
            return attributes_of(case.facts, self.declared)
        return case.attributes

    def applies(self, rule: Rule, view: View) -> bool:
        """Whether the case lies in the rule's scope."""
        if not rule.scope:
            return True
        attributes = view.attributes if asks_case(rule.scope) else {}
        return in_scope(rule.scope, view.region, view.agency, view.item, attributes)

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
        """Yield what each vocabulary declares, for the time it is in force, in the zone of the first pack on it."""
        for pack, since, until in vocabularies_in_time(self.packs):
            for each in pack.vocabulary.deem:
                duty = duty_of(each, pack.vocabulary)
                masks = self._shapes.masks(duty.selectors)
                breach = breach_of(each, duty, pack.vocabulary, pack.zone)
                glance = glance_of(breach, masks, self.calendar, self.delays)
                yield Deeming(each, duty, masks, pack.zone, glance, since, until, reduce(or_, masks, 0))

    def _on(self, packs: Sequence[Pack], calendar: Calendar, turn: Turn | None, lineage: Lineage) -> "Rulebook":
        return Rulebook(
            packs,
            calendar,
            self.catalogue,
            self.delays,
            self.profile,
            self._declared,
            eras=self.eras if len(self.eras) > 1 else (),
            lineage=lineage,
            turn=turn,
        ).excusing(self._announced)
