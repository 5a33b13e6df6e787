"""What agencies try out: events that are judged on asking, and belong to no case of the installation."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, delete, func, insert, select

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import SANDBOX_EVENTS


class TriedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event; `print` tells it from every other of its agency, `body` is the vouched event as JSON."""

    agency: str
    print: str
    case_key: str
    at_ms: int
    body: str


class SandboxEvents:
    """The sandboxes of all agencies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, events: Sequence[TriedEvent]) -> None:
        """Keep new events, all or none; none of them may be there already."""
        if events:
            with self._database.writing() as connection:
                connection.execute(insert(SANDBOX_EVENTS), [msgspec.structs.asdict(each) for each in events])

    def count(self, agency: str) -> int:
        """Return how many events the agency's sandbox holds."""
        with self._database.reading() as connection:
            counted: int = connection.execute(
                select(func.count()).select_from(SANDBOX_EVENTS).where(_of(agency))
            ).scalar_one()
        return counted

    def known(self, agency: str, prints: Collection[str]) -> frozenset[str]:
        """Return those of `prints` that the agency's sandbox holds."""
        with self._database.reading() as connection:
            wanted = select(SANDBOX_EVENTS.c.print).where(_of(agency), SANDBOX_EVENTS.c.print.in_(prints))
            return frozenset(connection.execute(wanted).scalars())

    def of_cases(self, agency: str, case_keys: Collection[str]) -> list[TriedEvent]:
        """Return every event of these cases, by case."""
        return self._found(select(SANDBOX_EVENTS).where(_of(agency), SANDBOX_EVENTS.c.case_key.in_(case_keys)))

    def all(self, agency: str) -> list[TriedEvent]:
        """Return every event of the agency's sandbox, by case."""
        return self._found(select(SANDBOX_EVENTS).where(_of(agency)))

    def clear(self, agency: str) -> int:
        """Empty the agency's sandbox and return how many events went."""
        with self._database.writing() as connection:
            return connection.execute(delete(SANDBOX_EVENTS).where(_of(agency))).rowcount

    def _found(self, wanted: Select[Any]) -> list[TriedEvent]:
        ordered = wanted.order_by(SANDBOX_EVENTS.c.case_key, SANDBOX_EVENTS.c.at_ms, SANDBOX_EVENTS.c.print)
        with self._database.reading() as connection:
            return [TriedEvent(**row._asdict()) for row in connection.execute(ordered)]


def _of(agency: str) -> ColumnElement[bool]:
    return SANDBOX_EVENTS.c.agency == agency
