"""`event`: the envelope of a fact as expressions read it."""

from collections.abc import Callable, Mapping
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


class Envelope:
    """One fact's envelope, each member worked out when it is asked for; `columns` are read where it has none."""

    __slots__ = ("_columns", "_fact", "_zone")

    def __init__(self, fact: Fact, zone: Zone | None, columns: Mapping[str, Any]) -> None:
        self._fact = fact
        self._zone = zone
        self._columns = columns

    def get(self, key: str) -> Any:
        """Return a member, or None where there is none; days and hours need a zone."""
        of_fact = OF_FACT.get(key)
        if of_fact is not None:
            found = of_fact(self._fact)
        elif key in _LOCAL and self._zone is not None:
            found = _LOCAL[key](self._fact, self._zone)
        else:
            found = None
        return self._columns.get(key) if found is None else found
