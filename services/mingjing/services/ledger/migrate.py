"""Bring a ClickHouse database to the shape this version of the ledger reads.

Migrations are the numbered files of `migrations/`. One text serves every server:
what only a modern one (>= 21) understands stands in a comment that begins `/*26:`,
which an older server skips by itself and for which we take the comment marks away.
"""

import re
import time
from pathlib import Path

from mingjing.services.ledger.connection import MODERN, Connection
from mingjing.services.ledger.errors import LedgerRefused
from mingjing.services.migrations import Migration, MigrationsRefused, numbered, unapplied
from mingjing.services.settings import Settings

_FOLDER = Path(__file__).parent / "migrations"
_MODERN_ONLY = re.compile(r"/\*26:(.*?)\*/", re.DOTALL)
_ADDS_COLUMN = re.compile(r"\s*ALTER TABLE (\w+) ADD COLUMN (\w+)")
"""Only newer servers understand IF NOT EXISTS here, and a migration broken off half way is applied again."""

_RECORD = """
CREATE TABLE IF NOT EXISTS migrations (name String, digest String, applied_ms UInt64)
ENGINE = ReplacingMergeTree ORDER BY name
"""


def migrations() -> list[Migration]:
    """Return every migration of the ledger in the order of its number."""
    return numbered(_FOLDER)


def statements(migration: Migration, version: tuple[int, int]) -> list[str]:
    """Return the statements of a migration for a server of `version`, in order."""
    modern = r"\1" if version >= MODERN else ""
    return [_MODERN_ONLY.sub(modern, statement) for statement in migration.statements()]


def migrate(settings: Settings) -> list[str]:
    """Create the database if need be, apply what is missing and return the names of what was applied.

    LedgerRefused when a migration that was applied here has since been edited,
    or when one is known here that this version does not have.
    """
    first = Connection(settings, database="default")
    try:
        first.command(f"CREATE DATABASE IF NOT EXISTS {settings.clickhouse_database}")
    finally:
        first.close()
    connection = Connection(settings)
    try:
        connection.command(_RECORD)
        return [each.name for each in pending(connection) if _applied(connection, each)]
    finally:
        connection.close()


def pending(connection: Connection) -> list[Migration]:
    """Return what `migrate` would still apply; LedgerRefused as there."""
    done = dict(connection.rows("SELECT name, digest FROM migrations FINAL"))
    try:
        return unapplied(migrations(), done)
    except MigrationsRefused as exc:
        raise LedgerRefused(str(exc)) from exc


def _there(connection: Connection, statement: str) -> bool:
    """Return whether a statement adds a column that was added before."""
    adds = _ADDS_COLUMN.match(re.sub(r"--.*", "", statement))
    return adds is not None and bool(
        connection.rows(
            "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = %(of)s AND name = %(name)s",
            {"of": adds[1], "name": adds[2]},
        )
    )


def _applied(connection: Connection, migration: Migration) -> bool:
    for statement in statements(migration, connection.version):
        if not _there(connection, statement):
            connection.command(statement)
    row = (migration.name, migration.digest, time.time_ns() // 1_000_000)
    connection.insert("migrations", ("name", "digest", "applied_ms"), [row])
    return True
