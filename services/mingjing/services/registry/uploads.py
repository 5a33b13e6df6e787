"""Files handed in, and how far each has come."""

from typing import Any, Literal

import msgspec
import orjson
from sqlalchemy import Row, delete, insert, select, update

from mingjing.services.registry.database import Database
from mingjing.services.registry.newest import Key, newest
from mingjing.services.registry.tables import UPLOADS

State = Literal["waiting", "reading", "done", "refused", "failed"]
"""Not begun; being read; read to its end; no table of this standard; given up for a fault of ours."""

OPEN: tuple[State, ...] = ("waiting", "reading")


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `remarks` counts what was taken but remarked on, by sentence; `reason` says why it was not read."""

    id: str
    agency: str
    caller: str
    source: str
    standard: str
    object: str
    name: str
    dry_run: bool
    state: State = "waiting"
    lines: int = 0
    rows: int = 0
    accepted: int = 0
    returned: int = 0
    events: int = 0
    remarks: dict[str, int] = {}
    reason: str = ""
    receipt: str | None = None
    made_ms: int
    ended_ms: int | None = None


class Uploads:
    """The files handed in at an installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, upload: Upload) -> None:
        """Keep a new one."""
        with self._database.writing() as connection:
            connection.execute(insert(UPLOADS).values(_settled(msgspec.structs.asdict(upload))))

    def of(self, upload: str) -> Upload | None:
        """Return the upload of that id, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(UPLOADS).where(UPLOADS.c.id == upload)).one_or_none()
        return _upload(row) if row is not None else None

    def of_agency(self, agency: str, limit: int, before: Key | None = None) -> list[Upload]:
        """Return at most `limit` uploads of an agency, newest first, of those before the key (made_ms, id)."""
        theirs = select(UPLOADS).where(UPLOADS.c.agency == agency)
        with self._database.reading() as connection:
            return [_upload(row) for row in connection.execute(newest(theirs, UPLOADS, limit, before))]

    def unfinished(self, agency: str | None = None) -> list[Upload]:
        """Return what is waiting or being read, of one agency or of all, oldest first."""
        wanted = select(UPLOADS).where(UPLOADS.c.state.in_(OPEN)).order_by(UPLOADS.c.made_ms)
        if agency is not None:
            wanted = wanted.where(UPLOADS.c.agency == agency)
        with self._database.reading() as connection:
            return [_upload(row) for row in connection.execute(wanted)]

    def change(self, upload: str, **values: Any) -> None:
        """Set `values` of an upload."""
        with self._database.writing() as connection:
            connection.execute(update(UPLOADS).where(UPLOADS.c.id == upload).values(_settled(values)))

    def forget(self, made_before_ms: int) -> list[str]:
        """Delete what was ended and is older, and return their ids."""
        old = (UPLOADS.c.made_ms < made_before_ms) & UPLOADS.c.state.not_in(OPEN)
        with self._database.writing() as connection:
            gone = list(connection.execute(select(UPLOADS.c.id).where(old)).scalars())
            if gone:
                connection.execute(delete(UPLOADS).where(old))
        return gone


def _settled(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: orjson.dumps(value).decode() if name == "remarks" else int(value) if isinstance(value, bool) else value
        for name, value in values.items()
    }


def _upload(row: Row[Any]) -> Upload:
    held = row._asdict()
    return Upload(**{**held, "dry_run": bool(held["dry_run"]), "remarks": orjson.loads(held["remarks"])})
