"""What has to be said to whom, and what became of it: the work of the notifier and its log in one."""

from collections.abc import Collection, Sequence
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, text, update

from mingjing.services.ledger.scope import Scope, region_prefix
from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import ANSWERED_CARDS, DELIVERIES, TOLD_CARDS

State = Literal["waiting", "failed", "sent", "given_up", "stopped"]
"""Not yet tried; tried and to be tried again; taken by its receiver; tried for a day in vain; not to be sent."""

OPEN: Final[tuple[State, ...]] = ("waiting", "failed")
"""States in which something is still to be sent."""

Purpose = Literal["card", "escalation", "appeal", "decision", "supervision"]
"""A card, one that nobody took up, and what people did with it; see `notices.steps`."""


_UNSENT = "state IN ('waiting', 'failed', 'given_up')"
"""As the migration's index has it: a parameter in its place would hide from the planner that it fits."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One card to be told by one channel for one route; instants are milliseconds since 1970.

    `told` is JSON, what is said of the card; `batch` the id of the message it goes in. It is due from
    `next_ms`, unless a sender has it in hand until `lease_ms`. `failure` says why it has not been sent.
    """

    id: str
    batch: str
    route: str
    channel: str
    purpose: Purpose
    card_id: str
    agency: str | None
    region: str | None
    told: str
    state: State = "waiting"
    tries: int = 0
    next_ms: int
    lease_ms: int = 0
    failure: str = ""
    made_ms: int
    sent_ms: int | None = None


class Told(msgspec.Struct, frozen=True):
    """What was last made known of a card; `ver` is that of its record, `card` its JSON as told, '' where not kept."""

    card_id: str
    level: str
    status: str
    issue: str
    ver: tuple[int, int, int]
    card: str = ""


class News(msgspec.Struct):
    """What some records change: entered together or not at all."""

    told: list[Told] = msgspec.field(default_factory=list)
    deliveries: list[Delivery] = msgspec.field(default_factory=list)
    stopped: dict[str, str] = msgspec.field(default_factory=dict)
    """Reasons by the id of the delivery that need not be sent any more."""
    answered: set[str] = msgspec.field(default_factory=set)
    reopened: set[str] = msgspec.field(default_factory=set)


class DeliveryFilter(msgspec.Struct, frozen=True):
    """Which deliveries are asked for; None asks for any."""

    card: str | None = None
    state: State | None = None
    channel: str | None = None


class Deliveries:
    """The deliveries of an installation. Nothing is ever deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def told(self, card_ids: Collection[str]) -> dict[str, Told]:
        """Return what was last made known of those of the cards that were ever told."""
        wanted = select(TOLD_CARDS).where(TOLD_CARDS.c.card_id.in_(card_ids))
        with self._database.reading() as connection:
            return {
                row.card_id: Told(
                    row.card_id, row.level, row.status, row.issue, (row.folded, row.generation, row.revision), row.card
                )
                for row in connection.execute(wanted)
            }

    def answered(self, card_ids: Collection[str]) -> set[str]:
        """Return those of the cards that somebody has taken up."""
        wanted = select(ANSWERED_CARDS.c.card_id).where(ANSWERED_CARDS.c.card_id.in_(card_ids))
        with self._database.reading() as connection:
            return set(connection.execute(wanted).scalars())

    def of_cards(self, card_ids: Collection[str]) -> list[Delivery]:
        """Return every delivery of the cards."""
        wanted = select(DELIVERIES).where(DELIVERIES.c.card_id.in_(card_ids))
        with self._database.reading() as connection:
            return [Delivery(**row._asdict()) for row in connection.execute(wanted)]

    def enter(self, news: News, now_ms: int) -> None:
        """Write `news`, all or nothing; a delivery whose id is known already stays as it is."""
        with self._database.writing() as connection:
            for column, ids in (
                (TOLD_CARDS.c.card_id, [each.card_id for each in news.told]),
                (ANSWERED_CARDS.c.card_id, [*news.answered, *news.reopened]),
            ):
                connection.execute(delete(column.table).where(column.in_(ids)))
            if news.told:
                connection.execute(insert(TOLD_CARDS), [_head(each) for each in news.told])
            if news.answered:
                rows = [{"card_id": each, "answered_ms": now_ms} for each in sorted(news.answered)]
                connection.execute(insert(ANSWERED_CARDS), rows)
            for ident, reason in news.stopped.items():
                connection.execute(_stopping(ident, reason))
            ids = [each.id for each in news.deliveries]
            known = set(connection.execute(select(DELIVERIES.c.id).where(DELIVERIES.c.id.in_(ids))).scalars())
            fresh = [msgspec.structs.asdict(each) for each in news.deliveries if each.id not in known]
            if fresh:
                connection.execute(insert(DELIVERIES), fresh)

    def take(self, channel: str, now_ms: int, until_ms: int) -> list[Delivery]:
        """Return the deliveries of the channel's next message that is due, by age, and hold them until `until_ms`.

        Empty when nothing is due, or another sender took it first.
        """
        due = and_(
            DELIVERIES.c.channel == channel,
            DELIVERIES.c.state.in_(OPEN),
            DELIVERIES.c.next_ms <= now_ms,
            DELIVERIES.c.lease_ms <= now_ms,
        )
        first = select(DELIVERIES.c.batch).where(due).order_by(DELIVERIES.c.next_ms, DELIVERIES.c.id).limit(1)
        with self._database.reading() as connection:
            batch = connection.execute(first).scalar_one_or_none()
        if batch is None:
            return []
        taken = update(DELIVERIES).where(due, DELIVERIES.c.batch == batch).values(lease_ms=until_ms)
        with self._database.writing() as connection:
            rows = connection.execute(taken.returning(*DELIVERIES.c)).all()
        return sorted((Delivery(**row._asdict()) for row in rows), key=lambda each: (each.made_ms, each.id))

    def sent(self, ids: Sequence[str], now_ms: int) -> None:
        """Note that the receiver took them, whatever was decided about them meanwhile."""
        self._change(ids, state="sent", sent_ms=now_ms, failure="", tries=DELIVERIES.c.tries + 1, lease_ms=0)

    def failed(self, ids: Sequence[str], failure: str, next_ms: int | None) -> None:
        """Note that they were not taken, and when to try again; None gives them up. What was stopped stays so."""
        values: dict[str, Any] = {"failure": failure, "tries": DELIVERIES.c.tries + 1, "lease_ms": 0}
        values |= {"state": "given_up"} if next_ms is None else {"state": "failed", "next_ms": next_ms}
        self._change(ids, DELIVERIES.c.state.in_(OPEN), **values)

    def stop(self, ident: str, reason: str) -> bool:
        """Have a delivery not sent any more; False when nothing was to be sent."""
        with self._database.writing() as connection:
            return connection.execute(_stopping(ident, reason)).rowcount == 1

    def again(self, batch: str, now_ms: int) -> int:
        """Have the message of that id offered again from `now_ms`, with all its tries; return of how many deliveries.

        Only what failed or was given up; what its sender has in hand at this moment is left to them.
        """
        untaken = (
            DELIVERIES.c.batch == batch,
            DELIVERIES.c.state.in_(("failed", "given_up")),
            DELIVERIES.c.lease_ms <= now_ms,
        )
        with self._database.writing() as connection:
            anew = update(DELIVERIES).where(*untaken).values(state="waiting", tries=0, next_ms=now_ms, lease_ms=0)
            return connection.execute(anew).rowcount

    def of(self, ident: str) -> Delivery | None:
        """Return the delivery of that id, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(DELIVERIES).where(DELIVERIES.c.id == ident)).one_or_none()
        return None if row is None else Delivery(**row._asdict())

    def newest(
        self, scope: Scope, wanted: DeliveryFilter, *, limit: int, before: tuple[int, str] | None = None
    ) -> list[Delivery]:
        """Return at most `limit` within `scope`, newest first, of those before the key (made_ms, id)."""
        conditions = list(_within(scope))
        for column, value in (("card_id", wanted.card), ("state", wanted.state), ("channel", wanted.channel)):
            if value is not None:
                conditions.append(DELIVERIES.c[column] == value)
        if before is not None:
            made_ms, ident = before
            conditions.append(
                or_(DELIVERIES.c.made_ms < made_ms, and_(DELIVERIES.c.made_ms == made_ms, DELIVERIES.c.id < ident))
            )
        newest = select(DELIVERIES).where(*conditions)
        with self._database.reading() as connection:
            ordered = newest.order_by(DELIVERIES.c.made_ms.desc(), DELIVERIES.c.id.desc()).limit(limit)
            return [Delivery(**row._asdict()) for row in connection.execute(ordered)]

    def stop_others(self, channels: Collection[str], reason: str) -> int:
        """Have nothing sent any more by channels other than these, and return how many deliveries that stopped."""
        theirs = (DELIVERIES.c.state.in_(OPEN), DELIVERIES.c.channel.not_in(channels))
        with self._database.writing() as connection:
            stopping = update(DELIVERIES).where(*theirs).values(state="stopped", failure=reason)
            return connection.execute(stopping).rowcount

    def unsent(self) -> dict[State, int]:
        """Return how many deliveries wait, have failed and were given up."""
        counted = (
            select(DELIVERIES.c.state, func.count().label("deliveries"))
            .where(text(_UNSENT))
            .group_by(DELIVERIES.c.state)
        )
        with self._database.reading() as connection:
            found = {row.state: row.deliveries for row in connection.execute(counted)}
        return {"waiting": 0, "failed": 0, "given_up": 0, **found}

    def _change(self, ids: Sequence[str], *conditions: ColumnElement[bool], **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(DELIVERIES).where(DELIVERIES.c.id.in_(ids), *conditions).values(values))


def _stopping(ident: str, reason: str) -> Any:
    still = (DELIVERIES.c.id == ident, DELIVERIES.c.state.in_(OPEN))
    return update(DELIVERIES).where(*still).values(state="stopped", failure=reason)


def _head(told: Told) -> dict[str, Any]:
    folded, generation, revision = told.ver
    of = {"card_id": told.card_id, "level": told.level, "status": told.status, "issue": told.issue, "card": told.card}
    return {**of, "folded": folded, "generation": generation, "revision": revision}


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if scope.regions is not None:
        prefixes = map(region_prefix, scope.regions)
        conditions.append(
            or_(False, *(DELIVERIES.c.region.startswith(each, autoescape=True) for each in prefixes))
        )  # SQL's own false
    if scope.agencies is not None:
        conditions.append(DELIVERIES.c.agency.in_(scope.agencies))
    return conditions
