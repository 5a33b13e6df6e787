"""Cases to judge: those of a log, or those of the archive."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from mingjing.rules.events import Event, Fact, fact_of
from mingjing.rules.zone import Zone
from mingjing.services.ledger import Scope, open_ledger
from mingjing.services.ledger.archived import archived
from mingjing.services.ledger.connection import Connection
from mingjing.services.log_mapping import LogMapping
from mingjing.services.log_rows import LogRefused
from mingjing.services.logs import read_log
from mingjing.services.settings import Settings

ROWS_BETWEEN = 10_000
"""Events between two words on how far the reading of a log has come."""

MILLI = 1000
"""Microseconds of a millisecond, in which the archive counts."""


def log_cases(log: Path, mapping: LogMapping, heard: Callable[[int], object] = lambda _: None) -> dict[str, list[Fact]]:
    """Return the cases of a log by their keys, in the order in which they first appear; LogRefused as `read_log`.

    `heard` is told now and then how many events have been read.
    """
    cases: dict[str, list[Fact]] = {}
    for number, (key, fact) in enumerate(read_log(log, mapping), start=1):
        cases.setdefault(key, []).append(fact)
        if number % ROWS_BETWEEN == 0:
            heard(number)
    return cases


def horizon(until: str | None, zone: Zone, cases: Mapping[str, list[Fact]]) -> int:
    """Return the clock: `until` (a bare date means the end of that day), else the last event's instant."""
    if until is None:
        return max((fact.at for facts in cases.values() for fact in facts), default=0)
    return instant_of(until, zone, "--until")


def instant_of(text: str, zone: Zone, option: str, *, begin: bool = False) -> int:
    """Return the instant an option names, of a bare date the last, or the first for a `begin`.

    Raises LogRefused naming the option.
    """
    try:
        found, whole_day = zone.parse(text)
    except ValueError as exc:
        raise LogRefused(f"{option}: {exc}") from exc
    return zone.midnight(zone.day(found) + 1) - 1 if whole_day and not begin else found


def archived_case(settings: Settings, case_key: str) -> list[Fact]:
    """Return the facts of one case of the archive; empty where there is none. LedgerError as the ledger's."""
    ledger = open_ledger(settings, connections=1)
    try:
        return _facts(ledger.events(Scope.everything(), case_key))
    finally:
        ledger.close()


def archived_cases(settings: Settings, since: int, until: int) -> Iterator[tuple[str, list[Fact]]]:
    """Yield the cases with an event in [since, until] (microseconds), whole; LedgerError as the ledger's."""
    connection = Connection(settings)
    try:
        for key, events in archived(connection, Scope.everything(), since // MILLI, until // MILLI + 1):
            yield key, _facts(events)
    finally:
        connection.close()


def _facts(events: list[dict[str, Any]]) -> list[Fact]:
    return [fact_of(msgspec.convert(event, Event)) for event in events]
