"""What a rule sees of a case: its facts in legal order, a clock, and the ground it stands on."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Protocol

from mingjing.rules.calendar import Calendar
from mingjing.rules.card import Evidence
from mingjing.rules.events import Fact
from mingjing.rules.under_way import arrived, arrives
from mingjing.rules.workdays import Workdays
from mingjing.rules.zone import Zone

Outages = Mapping[str, tuple[tuple[int, int], ...]]
"""By agency, the stretches [from, to] it declared its systems down, as instants, in order."""

NO_OUTAGES: Outages = {}


class Dated(Protocol):
    """What says which version of a case's item was in force when something happened; see `Grounds`."""

    @property
    def accepting(self) -> Collection[str]:
        """The types of the facts by which a case is accepted."""

    def item_on(self, facts: Sequence[Fact], fact: Fact) -> Mapping[str, Any]:
        """Return the item of the case that `facts` are of, in the version in force when `fact` happened."""


class View:
    """One case as a rule may read it; see `mingjing.rules.case` for how it comes about.

    `tags[i]` is a bit mask: bit k is set when selector shape k of the rulebook
    matches `facts[i]`. `now` is the partition's clock; `delays` says by how much
    each source may be late, which a missing duty of its cases is allowed, and
    `outages` when an agency's systems were down, which excuses its silence and what it sends late, and puts off what
    it is found to have missed. Whoever knows them already says what was `seen` (the mask of all tags) and which
    `workdays` are those of its region and agency; where rounds may be on other versions of its item, `dated` has them.
    """

    __slots__ = (
        "_attributes",
        "_seen",
        "_workdays",
        "agency",
        "calendar",
        "dated",
        "delays",
        "facts",
        "item",
        "now",
        "outages",
        "region",
        "tags",
        "zone",
    )

    def __init__(
        self,
        facts: Sequence[Fact],
        tags: Sequence[int],
        now: int,
        zone: Zone,
        calendar: Calendar,
        region: str | None,
        agency: str | None,
        item: Mapping[str, Any],
        attributes: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        delays: Mapping[str, int],
        outages: Outages = NO_OUTAGES,
        seen: int | None = None,
        workdays: Workdays | None = None,
        dated: Dated | None = None,
    ) -> None:
        self.facts = facts
        self.tags = tags
        self.now = now
        self.zone = zone
        self.calendar = calendar
        self.region = region
        self.agency = agency
        self._workdays = calendar.workdays(region, agency) if workdays is None else workdays
        self._seen = seen
        self.item = item
        self._attributes = attributes
        self.delays = delays
        self.outages = outages
        self.dated = dated

    @property
    def seen(self) -> int:
        """The mask of every selector shape that some fact matches."""
        if self._seen is None:
            self._seen = reduce(or_, self.tags, 0)
        return self._seen

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes of the case; they are worked out when they are first asked for."""
        if callable(self._attributes):
            self._attributes = self._attributes()
        return self._attributes

    def workdays_for(self, start: Fact) -> Workdays:
        """Return the line of days of a clock that starts at `start`: that of its region and agency.

        A start that names neither runs on the case's own.
        """
        region, agency = start.region, start.agency
        if (region is None or region == self.region) and (agency is None or agency == self.agency):
            return self._workdays
        return self.calendar.workdays(region or self.region, agency or self.agency)

    def now_for(self, fact: Fact) -> int:
        """Return the instant before which all is known by now that the fact's source had to say."""
        delay = self.delays.get(fact.source, 0)
        return arrived(self.now, delay, self.down(fact)) if self.outages else self.now - delay

    def known_from(self, instant: int, fact: Fact) -> int:
        """Return the clock at which all is known that the fact's source had to say of the time before an instant."""
        delay = self.delays.get(fact.source, 0)
        return arrives(instant, delay, self.down(fact)) if self.outages else instant + delay

    def down(self, fact: Fact) -> tuple[tuple[int, int], ...]:
        """Return when the systems of the agency that a fact is of were declared down."""
        return self.outages.get(fact.agency or self.agency or "", ())

    def part(self, since: int, until: int, item: Mapping[str, Any]) -> "View":
        """Return what a rule sees of the facts from one place on and before another, on `item` where the case was."""
        return View(
            self.facts[since:until],
            self.tags[since:until],
            self.now,
            self.zone,
            self.calendar,
            self.region,
            self.agency,
            item,
            lambda: self.attributes,
            self.delays,
            self.outages,
            workdays=self._workdays,
        )

    def matches(self, mask: int, begin: int = 0) -> Iterator[int]:
        """Yield the places, from `begin` on, of the facts a selector mask matches."""
        tags = self.tags
        for place in range(begin, len(tags)):
            if tags[place] & mask:
                yield place

    def first(self, mask: int, begin: int = 0) -> int | None:
        """Return the first matching place from `begin` on, or None."""
        tags = self.tags
        for place in range(begin, len(tags)):
            if tags[place] & mask:
                return place
        return None

    def last(self, mask: int) -> int | None:
        """Return the last matching place, or None."""
        tags = self.tags
        return next((place for place in range(len(tags) - 1, -1, -1) if tags[place] & mask), None)

    def chosen(self, mask: int, which: str) -> list[int]:
        """Return the places of the `first`, the `last`, or `each` match."""
        if which == "each":
            return [place for place, tag in enumerate(self.tags) if tag & mask]
        place = self.last(mask) if which == "last" else self.first(mask)
        return [] if place is None else [place]


def evidence_of(*facts: Fact | None) -> list[Evidence]:
    """Return the facts as evidence, in the order given, without the absent ones."""
    return [Evidence(each.id, each.source, each.type, each.at) for each in facts if each is not None]


def occurrence_of(fact: Fact) -> str:
    """Return the occurrence that `fact` starts, for rules judged once for each start."""
    return f"{fact.source}|{fact.id}"
