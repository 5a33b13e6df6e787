"""Versions of the law that somebody wants published, and what a second person made of it."""

from typing import Any, Literal

import msgspec
from sqlalchemy import insert, or_, select, update

from mingjing.services.registry.database import Database
from mingjing.services.registry.newest import Key, newest
from mingjing.services.registry.tables import PROPOSALS

ProposalState = Literal["open", "approving", "published", "refused"]


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """Files to be published together, by name; `keys` are the publications they become. See the migration."""

    id: str
    title: str
    files: dict[str, str]
    keys: tuple[str, ...]
    in_force_ms: int
    backtest: str | None
    digest: str | None
    state: ProposalState = "open"
    made_by: str
    made_role: str
    made_ms: int
    decided_by: str | None = None
    decided_role: str | None = None
    decided_ms: int | None = None
    reason: str | None = None


class Proposals:
    """The proposals of an installation. None is deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, proposal: Proposal) -> None:
        """Enter a proposal."""
        packed = {name: msgspec.json.encode(getattr(proposal, name)).decode() for name in ("files", "keys")}
        with self._database.writing() as connection:
            connection.execute(insert(PROPOSALS).values(msgspec.structs.asdict(proposal) | packed))

    def of(self, ident: str) -> Proposal | None:
        """Return the proposal of that id, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(PROPOSALS).where(PROPOSALS.c.id == ident)).one_or_none()
        return _read(row._asdict()) if row is not None else None

    def newest(self, limit: int, before: Key | None = None) -> list[Proposal]:
        """Return at most `limit` proposals, newest first, of those before the key (made_ms, id)."""
        wanted = newest(select(PROPOSALS), PROPOSALS, limit, before)
        with self._database.reading() as connection:
            return [_read(row._asdict()) for row in connection.execute(wanted)]

    def approving(self, ident: str, *, by: str, role: str, now_ms: int) -> bool:
        """Have it that somebody approves an open one, or is at it again; False when it is not open to them."""
        theirs = or_(PROPOSALS.c.state == "open", (PROPOSALS.c.state == "approving") & (PROPOSALS.c.decided_by == by))
        return self._set(ident, theirs, state="approving", decided_by=by, decided_role=role, decided_ms=now_ms)

    def reopen(self, ident: str, *, by: str) -> bool:
        """Have an approval not be, for it could not be published; False when there is none of theirs."""
        theirs = (PROPOSALS.c.state == "approving") & (PROPOSALS.c.decided_by == by)
        return self._set(ident, theirs, state="open", decided_by=None, decided_role=None, decided_ms=None)

    def published(self, ident: str) -> bool:
        """Have it that the approved one lies on the topic; False when it was not being approved."""
        return self._set(ident, PROPOSALS.c.state == "approving", state="published")

    def refuse(self, ident: str, *, by: str, role: str, reason: str, now_ms: int) -> bool:
        """Have an open one refused, by whomever: its maker may take it back; False when it is not open."""
        decided = {"decided_by": by, "decided_role": role, "decided_ms": now_ms, "reason": reason}
        return self._set(ident, PROPOSALS.c.state == "open", state="refused", **decided)

    def _set(self, ident: str, condition: Any, **values: Any) -> bool:
        with self._database.writing() as connection:
            changing = update(PROPOSALS).where(PROPOSALS.c.id == ident, condition).values(values)
            return connection.execute(changing).rowcount == 1


def _read(row: dict[str, Any]) -> Proposal:
    files = msgspec.json.decode(row.pop("files"), type=dict[str, str])
    keys = msgspec.json.decode(row.pop("keys"), type=tuple[str, ...])
    return Proposal(files=files, keys=keys, **row)
