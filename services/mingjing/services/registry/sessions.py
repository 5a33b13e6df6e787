"""The time people spend signed in."""

from typing import Any, Literal

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import SESSIONS

Stage = Literal["code", "change", "open"]
"""What a session may be used for: owing a one-time code, owing a new password, everything."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in on one browser; `id` is for people to name it by and opens nothing."""

    id: str
    token_hash: str
    account: str
    stage: Stage
    csrf: str
    address: str
    browser: str
    began_ms: int
    seen_ms: int


class Sessions:
    """The sessions of an installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, session: Session) -> None:
        """Keep a new session."""
        with self._database.writing() as connection:
            connection.execute(insert(SESSIONS).values(msgspec.structs.asdict(session)))

    def of_token(self, token_hash: str) -> Session | None:
        """Return the session whose cookie hashes to this, expired or not; None when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.token_hash == token_hash)).one_or_none()
        return _session(row) if row is not None else None

    def of_account(self, account: str) -> list[Session]:
        """Return a person's sessions, newest first."""
        theirs = select(SESSIONS).where(SESSIONS.c.account == account).order_by(SESSIONS.c.began_ms.desc())
        with self._database.reading() as connection:
            return [_session(row) for row in connection.execute(theirs)]

    def see(self, session: str, seen_ms: int) -> None:
        """Note that the session was used."""
        with self._database.writing() as connection:
            connection.execute(update(SESSIONS).where(SESSIONS.c.id == session).values(seen_ms=seen_ms))

    def advance(self, session: str, stage: Stage, token_hash: str) -> None:
        """Give the session more rights and, with them, another cookie: one known from before must not gain them."""
        with self._database.writing() as connection:
            values = {"stage": stage, "token_hash": token_hash}
            connection.execute(update(SESSIONS).where(SESSIONS.c.id == session).values(values))

    def end(self, account: str, session: str) -> bool:
        """End one session of `account`; False when it has none of that id."""
        theirs = (SESSIONS.c.account == account) & (SESSIONS.c.id == session)
        with self._database.writing() as connection:
            return connection.execute(delete(SESSIONS).where(theirs)).rowcount == 1

    def end_all(self, account: str, *, but: str | None = None) -> int:
        """End every session of `account`, but the one named, and return how many those were."""
        theirs = SESSIONS.c.account == account
        if but is not None:
            theirs &= SESSIONS.c.id != but
        with self._database.writing() as connection:
            return connection.execute(delete(SESSIONS).where(theirs)).rowcount

    def forget(self, *, began_before_ms: int, seen_before_ms: int) -> int:
        """Delete sessions that have expired either way, and return how many those were."""
        gone = (SESSIONS.c.began_ms < began_before_ms) | (SESSIONS.c.seen_ms < seen_before_ms)
        with self._database.writing() as connection:
            return connection.execute(delete(SESSIONS).where(gone)).rowcount


def _session(row: Row[Any]) -> Session:
    return Session(**row._asdict())
