"""Reports on their way to who receives them: each revision at most once to each."""

from collections.abc import Collection, Sequence
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import REPORT_DELIVERIES

State = Literal["waiting", "failed", "sending", "sent", "unknown", "given_up", "stopped"]
"""Not yet tried; refused and to be tried again; in hand; taken; perhaps taken; refused for a day; not to be sent."""

OPEN: Final[tuple[State, ...]] = ("waiting", "failed")
OVER: Final[tuple[State, ...]] = ("unknown", "given_up", "stopped")
"""States out of which only a person leads: nothing that may have arrived is sent again by itself."""

IN_HAND: Final[tuple[State, ...]] = ("sending",)


class ReportDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a report to one subscriber; see the migration for each field."""

    id: str
    subscription: str
    period: str
    revision: str
    state: State = "waiting"
    tries: int = 0
    next_ms: int
    lease_ms: int = 0
    failure: str = ""
    enclosed: str = "[]"
    made_ms: int
    sent_ms: int | None = None


class ReportDeliveries:
    """What was sent of reports, what is to be sent and what became of it. Nothing is ever deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, owed: Sequence[ReportDelivery], superseded: str) -> int:
        """Enter what is owed and is not known yet, and return how many that were.

        What still waits of the same subscription and period at another revision is stopped, `superseded` saying why.
        Of two processes that enter the same at once one enters it, the other nothing.
        """
        try:
            return self._entered(owed, superseded)
        except IntegrityError:
            return 0

    def _entered(self, owed: Sequence[ReportDelivery], superseded: str) -> int:
        fresh = 0
        with self._database.writing() as connection:
            known = set(
                connection.execute(
                    select(REPORT_DELIVERIES.c.id).where(REPORT_DELIVERIES.c.id.in_([each.id for each in owed]))
                ).scalars()
            )
            for each in owed:
                if each.id not in known:
                    same = (
                        REPORT_DELIVERIES.c.subscription == each.subscription,
                        REPORT_DELIVERIES.c.period == each.period,
                        REPORT_DELIVERIES.c.state.in_(OPEN),
                    )
                    stopping = update(REPORT_DELIVERIES).where(*same).values(state="stopped", failure=superseded)
                    connection.execute(stopping)
                    connection.execute(insert(REPORT_DELIVERIES).values(msgspec.structs.asdict(each)))
                    fresh += 1
        return fresh

    def take(self, now_ms: int, until_ms: int) -> ReportDelivery | None:
        """Return the delivery that has been due longest and hold it until `until_ms`; None when nothing is due."""
        due = and_(REPORT_DELIVERIES.c.state.in_(OPEN), REPORT_DELIVERIES.c.next_ms <= now_ms)
        order = (REPORT_DELIVERIES.c.next_ms, REPORT_DELIVERIES.c.id)
        with self._database.reading() as connection:
            first = connection.execute(select(REPORT_DELIVERIES.c.id).where(due).order_by(*order).limit(1)).scalar()
        if first is None:
            return None
        holding = (
            update(REPORT_DELIVERIES)
            .where(due, REPORT_DELIVERIES.c.id == first)
            .values(state="sending", lease_ms=until_ms, tries=REPORT_DELIVERIES.c.tries + 1)
        )
        with self._database.writing() as connection:
            row = connection.execute(holding.returning(*REPORT_DELIVERIES.c)).one_or_none()
        return None if row is None else ReportDelivery(**row._asdict())

    def lapsed(self, now_ms: int) -> list[ReportDelivery]:
        """Return what somebody had in hand who has not been heard of since."""
        return self._where(REPORT_DELIVERIES.c.state == "sending", REPORT_DELIVERIES.c.lease_ms <= now_ms)

    def sent(self, ident: str, enclosed: str, now_ms: int) -> None:
        """Note that the receiver took it, and which files those were."""
        self._change(ident, IN_HAND, state="sent", sent_ms=now_ms, enclosed=enclosed, failure="")

    def failed(self, ident: str, failure: str, next_ms: int | None) -> None:
        """Note that it was certainly not taken, and when to try again; None gives it up."""
        values: dict[str, Any] = {"state": "given_up"} if next_ms is None else {"state": "failed", "next_ms": next_ms}
        self._change(ident, IN_HAND, failure=failure, **values)

    def unknown(self, ident: str, failure: str) -> None:
        """Note that it may have been taken: it is not sent again unless a person says so."""
        self._change(ident, IN_HAND, state="unknown", failure=failure)

    def stop(self, ident: str, reason: str) -> bool:
        """Have it not sent any more; False when nothing was to be sent."""
        return self._change(ident, OPEN, state="stopped", failure=reason)

    def stop_all(self, subscription: str, reason: str) -> None:
        """Have nothing more sent by a subscription."""
        theirs = (REPORT_DELIVERIES.c.subscription == subscription, REPORT_DELIVERIES.c.state.in_(OPEN))
        with self._database.writing() as connection:
            connection.execute(update(REPORT_DELIVERIES).where(*theirs).values(state="stopped", failure=reason))

    def again(self, ident: str, now_ms: int, states: Collection[State] = OVER) -> bool:
        """Have it sent once more; False when it is in none of `states`."""
        return self._change(ident, states, state="waiting", next_ms=now_ms, tries=0, failure="")

    def of(self, ident: str) -> ReportDelivery | None:
        """Return the delivery of that id, or None."""
        return next(iter(self._where(REPORT_DELIVERIES.c.id == ident)), None)

    def newest(
        self, subscriptions: Collection[str], *, limit: int, before: tuple[int, str] | None = None
    ) -> list[ReportDelivery]:
        """Return at most `limit` of these subscriptions, newest first, of those before the key (made_ms, id)."""
        made, ident = REPORT_DELIVERIES.c.made_ms, REPORT_DELIVERIES.c.id
        conditions: list[ColumnElement[bool]] = [REPORT_DELIVERIES.c.subscription.in_(subscriptions)]
        if before is not None:
            conditions.append(or_(made < before[0], and_(made == before[0], ident < before[1])))
        wanted = select(REPORT_DELIVERIES).where(*conditions).order_by(made.desc(), ident.desc()).limit(limit)
        with self._database.reading() as connection:
            return [ReportDelivery(**row._asdict()) for row in connection.execute(wanted)]

    def counts(self) -> dict[State, int]:
        """Return how many deliveries wait, failed, are given up and unknown."""
        shown: tuple[State, ...] = (*OPEN, "given_up", "unknown")
        counted = select(REPORT_DELIVERIES.c.state, func.count().label("deliveries")).group_by(
            REPORT_DELIVERIES.c.state
        )
        with self._database.reading() as connection:
            found = {row.state: row.deliveries for row in connection.execute(counted)}
        return {state: found.get(state, 0) for state in shown}

    def _where(self, *conditions: ColumnElement[bool]) -> list[ReportDelivery]:
        with self._database.reading() as connection:
            rows = connection.execute(select(REPORT_DELIVERIES).where(*conditions))
            return [ReportDelivery(**row._asdict()) for row in rows]

    def _change(self, ident: str, states: Collection[State], **values: Any) -> bool:
        ours = (REPORT_DELIVERIES.c.id == ident, REPORT_DELIVERIES.c.state.in_(states))
        with self._database.writing() as connection:
            return connection.execute(update(REPORT_DELIVERIES).where(*ours).values(values)).rowcount == 1
