"""What may happen once: a nonce is used, a write is made."""

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from mingjing.services.registry.database import Database
from mingjing.services.registry.tables import IDEMPOTENCY, NONCES


class Nonces:
    """Values that were used, for as long as a second use would still be believed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, kind: str, value: str, *, expires_ms: int, now_ms: int) -> bool:
        """Use a value; False when it was used before and that has not expired. The expired are forgotten."""
        try:
            with self._database.writing() as connection:
                connection.execute(delete(NONCES).where(NONCES.c.expires_ms < now_ms))
                connection.execute(insert(NONCES).values(kind=kind, value=value, expires_ms=expires_ms))
        except IntegrityError:
            return False
        return True


class Answered(msgspec.Struct, frozen=True):
    """What became of a write with an Idempotency-Key; `status` is None while it is still at work."""

    request_hash: str
    status: int | None
    body: str | None


class Idempotency:
    """The writes that carried an Idempotency-Key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, caller: str, key: str, request_hash: str, *, expires_ms: int, now_ms: int) -> Answered | None:
        """Return None when the write is new and ours to make until `expires_ms`; otherwise what became of the first."""
        ours = (IDEMPOTENCY.c.caller == caller) & (IDEMPOTENCY.c.key == key)
        values = {"caller": caller, "key": key, "request_hash": request_hash, "expires_ms": expires_ms}
        try:
            with self._database.writing() as connection:
                connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.expires_ms < now_ms))
                connection.execute(insert(IDEMPOTENCY).values(values))
        except IntegrityError:
            with self._database.reading() as connection:
                columns = (IDEMPOTENCY.c.request_hash, IDEMPOTENCY.c.status, IDEMPOTENCY.c.body)
                row = connection.execute(select(*columns).where(ours)).one_or_none()
            # Gone between the two: the first failed just now and may be made again by whoever asks next.
            return Answered(*row) if row is not None else Answered(request_hash, None, None)
        return None

    def finish(self, caller: str, key: str, status: int, body: str, *, expires_ms: int) -> None:
        """Keep the answer until `expires_ms` for whoever repeats the request."""
        ours = (IDEMPOTENCY.c.caller == caller) & (IDEMPOTENCY.c.key == key)
        with self._database.writing() as connection:
            connection.execute(update(IDEMPOTENCY).where(ours).values(status=status, body=body, expires_ms=expires_ms))

    def give_up(self, caller: str, key: str) -> None:
        """Forget a write that did not happen, so that it may be tried again."""
        ours = (IDEMPOTENCY.c.caller == caller) & (IDEMPOTENCY.c.key == key)
        with self._database.writing() as connection:
            connection.execute(delete(IDEMPOTENCY).where(ours))
