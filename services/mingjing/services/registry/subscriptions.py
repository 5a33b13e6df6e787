"""Who receives which report, and by which way."""

from typing import Any, Final, Literal, get_args

import msgspec
from sqlalchemy import ColumnElement, insert, select, update

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import REPORT_SUBSCRIPTIONS

Report = Literal["efficiency", "notice", "assessment"]
Every = Literal["month", "quarter", "half", "year"]
Way = Literal["channel", "folder"]

REPORTS: Final[tuple[Report, ...]] = get_args(Report)
EVERY: Final[tuple[Every, ...]] = get_args(Every)


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A report of every month, quarter, half or year, to one receiver; see the migration for each field."""

    id: str
    title: str
    report: Report
    every: Every
    forms: tuple[str, ...]
    region: str | None
    agency: str | None
    way: Way
    target: str
    made_by: str
    made_ms: int
    ended_ms: int | None = None


class Subscriptions:
    """The subscriptions of an installation. None is deleted: what was sent by one still names it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subscription: Subscription) -> None:
        """Enter a subscription."""
        row = msgspec.structs.asdict(subscription) | {"forms": msgspec.json.encode(subscription.forms).decode()}
        with self._database.writing() as connection:
            connection.execute(insert(REPORT_SUBSCRIPTIONS).values(row))

    def end(self, ident: str, now_ms: int) -> bool:
        """Have nothing more sent by a subscription; False when there is none that still runs."""
        running = (REPORT_SUBSCRIPTIONS.c.id == ident, REPORT_SUBSCRIPTIONS.c.ended_ms.is_(None))
        with self._database.writing() as connection:
            ending = update(REPORT_SUBSCRIPTIONS).where(*running).values(ended_ms=now_ms)
            return connection.execute(ending).rowcount == 1

    def of(self, ident: str) -> Subscription | None:
        """Return the subscription of that id, ended ones too, or None."""
        return next(iter(self._where(REPORT_SUBSCRIPTIONS.c.id == ident)), None)

    def running(self) -> list[Subscription]:
        """Return every subscription that has not ended, the oldest first."""
        return self._where(REPORT_SUBSCRIPTIONS.c.ended_ms.is_(None))

    def all(self) -> list[Subscription]:
        """Return every subscription there ever was, the oldest first."""
        return self._where()

    def _where(self, *conditions: ColumnElement[bool]) -> list[Subscription]:
        wanted = select(REPORT_SUBSCRIPTIONS).where(*conditions)
        ordered = wanted.order_by(REPORT_SUBSCRIPTIONS.c.made_ms, REPORT_SUBSCRIPTIONS.c.id)
        with self._database.reading() as connection:
            return [_read(row._asdict()) for row in connection.execute(ordered)]


def _read(row: dict[str, Any]) -> Subscription:
    forms = msgspec.json.decode(row.pop("forms"), type=tuple[str, ...])
    return Subscription(forms=forms, **row)
