"""The grounds that facts put cases on: many cases stand on one, and it is worked out once."""

from collections.abc import Mapping, Sequence
from typing import Any

from mingjing.rules.calendar import Calendar
from mingjing.rules.eras import Era, era_at
from mingjing.rules.events import Fact
from mingjing.rules.ground import Ground
from mingjing.rules.rule import Rule
from mingjing.rules.scope import asks_case, in_scope, of_ground
from mingjing.rules.zone import Zone


class Grounds:
    """The grounds of one rulebook; `accepting` are the types of the facts by which a case is accepted."""

    __slots__ = ("_calendar", "_eras", "_known", "_rules", "_zone", "accepting")

    def __init__(
        self, rules: Sequence[Rule], calendar: Calendar, eras: Sequence[Era], accepting: set[str], zone: Zone
    ) -> None:
        self._rules = rules
        self._calendar = calendar
        self._eras = eras
        self.accepting = accepting
        self._zone = zone
        self._known: dict[tuple[int, str | None, str | None], Ground] = {}

    def of(self, facts: Sequence[Fact]) -> Ground:
        """Return the ground that the facts put a case on; equal grounds are one object."""
        code = region = agency = None
        for fact in facts:
            code, region, agency = code or fact.item, region or fact.region, agency or fact.agency
            if code and region and agency:
                break
        item = {} if not code else self._item(code, facts)
        key = (id(item) if item else 0, region or None, agency or None)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._worked_out(item, region or None, agency or None)
        return found

    def after(self, ground: Ground | None, facts: Sequence[Fact]) -> Ground:
        """Return the ground once the last of the facts has been added in order to those that made `ground`."""
        last = facts[-1]
        if (
            ground is None
            or last.type in self.accepting
            or (last.item is not None and not ground.item)
            or (last.agency is not None and ground.agency is None)
            or (last.region is not None and ground.region is None)
        ):
            return self.of(facts)
        return ground

    def item_of(self, facts: Sequence[Fact]) -> Mapping[str, Any]:
        """Return the item of a case in the version in force when it was accepted, or else began."""
        return self.item_on(facts, self.accepted(facts)) if facts else {}

    def item_on(self, facts: Sequence[Fact], fact: Fact) -> Mapping[str, Any]:
        """Return the item of the case that `facts` are of, in the version in force when `fact` happened."""
        for each in facts:
            if each.item:
                return era_at(self._eras, fact.at).catalogue.on(each.item, self._zone.day(fact.at))
        return {}

    def accepted(self, facts: Sequence[Fact]) -> Fact:
        """Return the fact by which a case was accepted, or else the one with which it began."""
        for fact in facts:
            if fact.type in self.accepting:
                return fact
        return facts[0]

    def _item(self, code: str, facts: Sequence[Fact]) -> Mapping[str, Any]:
        at = self.accepted(facts).at
        return era_at(self._eras, at).catalogue.on(code, self._zone.day(at))

    def _worked_out(self, item: Mapping[str, Any], region: str | None, agency: str | None) -> Ground:
        scope = open_scope = 0
        for place, rule in enumerate(self._rules):
            if in_scope(of_ground(rule.scope), region, agency, item, {}):
                scope |= 1 << place
                open_scope |= (1 << place) if asks_case(rule.scope) else 0
        return Ground(item, region, agency, self._calendar.workdays(region, agency), scope, open_scope)
