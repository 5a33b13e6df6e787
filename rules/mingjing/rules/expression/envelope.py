"""`event`: the envelope of a fact as expressions read it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from mingjing.rules.events import Fact, instant
from mingjing.rules.expression.types import DATE, INSTANT, NUMBER, TEXT, Type
from mingjing.rules.zone import SECOND, Zone

PLAIN = ("id", "source", "type", "item", "agency", "region", "officer", "post", "step", "sequence")

_instant = lru_cache(maxsize=8192)(instant)
"""The events of a case are compared with one another again and again."""

OF_FACT: dict[str, Callable[[Fact], Any]] = {
    **{name: attrgetter(name) for name in PLAIN},
    "time": lambda fact: _instant(fact.at),
    "recordedtime": lambda fact: None if fact.recorded_at is None else _instant(fact.recorded_at),
    "lag_s": lambda fact: max(0, fact.stamp - fact.at) // SECOND,
    "ahead_s": lambda fact: max(0, fact.at - fact.stamp) // SECOND,
}
"""What reads each member that a fact has by itself, wherever it happened."""

_LOCAL: dict[str, Callable[[Fact, Zone], Any]] = {
    "date": lambda fact, zone: date.fromordinal(zone.day(fact.at)).isoformat(),
    "weekday": lambda fact, zone: date.fromordinal(zone.day(fact.at)).isoweekday(),
    "hour": lambda fact, zone: zone.time_of_day(fact.at) // (3600 * SECOND),
}

NET_LAG = "net_lag_s"
"""The member that only a condition knows: when the systems of an agency were down is no part of an event."""

ENVELOPE: Mapping[str, Type] = {
    **dict.fromkeys(PLAIN, TEXT),
    "sequence": NUMBER,
    "time": INSTANT,
    "recordedtime": INSTANT,
    "lag_s": NUMBER,
    "ahead_s": NUMBER,
    "date": DATE,
    "weekday": NUMBER,
    "hour": NUMBER,
}
"""Every member of `event`. `weekday` is 1 for Monday to 7; `lag_s` the whole seconds from happening to ingest,
`ahead_s` those from ingest to a time still to come; `date`, `weekday` and `hour` are those of the zone."""

OF_CONDITION: Mapping[str, Type] = {**ENVELOPE, NET_LAG: NUMBER}
"""What a condition may read besides: `net_lag_s` is `lag_s` less what of it lay in declared outages of the agency."""


class Envelope:
    """One fact's envelope, each member worked out when it is asked for; `columns` are read where it has none.

    `down` are the stretches in which the systems of its agency were declared down, None where they are not known.
    """

    __slots__ = ("_columns", "_down", "_fact", "_zone")

    def __init__(
        self,
        fact: Fact,
        zone: Zone | None,
        columns: Mapping[str, Any],
        down: Sequence[tuple[int, int]] | None = None,
    ) -> None:
        self._fact = fact
        self._zone = zone
        self._columns = columns
        self._down = down

    def get(self, key: str) -> Any:
        """Return a member, or None where there is none; days and hours need a zone."""
        of_fact = OF_FACT.get(key)
        if of_fact is not None:
            found = of_fact(self._fact)
        elif key in _LOCAL and self._zone is not None:
            found = _LOCAL[key](self._fact, self._zone)
        elif key == NET_LAG and self._down is not None:
            found = lag_outside(self._fact, self._down)
        else:
            found = None
        return self._columns.get(key) if found is None else found


def lag_outside(fact: Fact, down: Sequence[tuple[int, int]]) -> int:
    """Return the whole seconds from happening to ingest that lie in none of the stretches, which are in order."""
    late, known = max(0, fact.stamp - fact.at), fact.at
    for begins, ends in down:
        begin, end = max(begins, known), min(ends, fact.stamp)
        if begin < end:
            late, known = late - (end - begin), end
    return late // SECOND
