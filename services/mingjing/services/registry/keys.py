"""Keys with which programs sign what they ask."""

from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from mingjing.services.registry.database import Database
from mingjing.services.registry.newest import Key, newest
from mingjing.services.registry.tables import API_KEYS


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A program's key; `secret_sealed` is what it signs with, sealed with the installation's key.

    `replaces` is the key whose place it took. `last_used_ms` is when it was last believed, to the minute.
    """

    id: str
    title: str
    role: str
    region: str | None = None
    agency: str | None = None
    secret_sealed: str
    made_by: str
    made_ms: int
    expires_ms: int | None = None
    revoked_ms: int | None = None
    replaces: str | None = None
    last_used_ms: int | None = None

    def good(self, now_ms: int) -> bool:
        """Return whether the key still opens anything."""
        return self.revoked_ms is None and (self.expires_ms is None or now_ms < self.expires_ms)


class ApiKeys:
    """The keys of an installation, revoked ones too: an audit trail names them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        with self._database.writing() as connection:
            connection.execute(insert(API_KEYS).values(msgspec.structs.asdict(key)))

    def of(self, key: str) -> ApiKey | None:
        """Return the key of that id, good or not; None when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(API_KEYS).where(API_KEYS.c.id == key)).one_or_none()
        return _key(row) if row is not None else None

    def all(self) -> list[ApiKey]:
        """Return every key, newest first."""
        return self.newest(None)

    def newest(self, limit: int | None, before: Key | None = None) -> list[ApiKey]:
        """Return at most `limit` keys, newest first, of those before the key (made_ms, id)."""
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(newest(select(API_KEYS), API_KEYS, limit, before))]

    def rotate(self, key: ApiKey, until_ms: int) -> None:
        """Keep a new key, and let the one it replaces open things until an instant and no longer."""
        old = API_KEYS.c.id == key.replaces
        longer = API_KEYS.c.expires_ms.is_(None) | (API_KEYS.c.expires_ms > until_ms)
        with self._database.writing() as connection:
            connection.execute(insert(API_KEYS).values(msgspec.structs.asdict(key)))
            connection.execute(update(API_KEYS).where(old & longer).values(expires_ms=until_ms))

    def used(self, key: str, at_ms: int) -> None:
        """Note that a key was believed."""
        with self._database.writing() as connection:
            connection.execute(update(API_KEYS).where(API_KEYS.c.id == key).values(last_used_ms=at_ms))

    def revoke(self, key: str, now_ms: int) -> bool:
        """Close the key for ever; False when there is none of that id or it is closed already."""
        standing = (API_KEYS.c.id == key) & API_KEYS.c.revoked_ms.is_(None)
        with self._database.writing() as connection:
            return connection.execute(update(API_KEYS).where(standing).values(revoked_ms=now_ms)).rowcount == 1


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(**row._asdict())
