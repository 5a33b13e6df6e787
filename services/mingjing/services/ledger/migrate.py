"""Bring a ClickHouse database to the shape this version of the ledger reads.

Migrations are the numbered files of `migrations/`: forward only, each applied
once, none ever edited after release. One text serves every server: what only a
modern one (>= 21) understands stands in a comment that begins `/*26:`, which an
older server skips by itself and for which we take the comment marks away.
"""

import hashlib
import re
import time
from pathlib import Path

import msgspec

from mingjing.services.ledger.connection import MODERN, Connection
from mingjing.services.ledger.errors import LedgerRefused
from mingjing.services.settings import Settings

_FOLDER = Path(__file__).parent / "migrations"
_MODERN_ONLY = re.compile(r"/\*26:(.*?)\*/", re.DOTALL)
_NAME = re.compile(r"\d{4}_[a-z_]+")

_RECORD = """
CREATE TABLE IF NOT EXISTS migrations (name String, digest String, applied_ms UInt64)
ENGINE = ReplacingMergeTree ORDER BY name
"""


class Migration(msgspec.Struct, frozen=True):
    """One file of `migrations/`; `name` is the file's, with its number."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """Return a hash of the text: an applied migration must still have it."""
        return hashlib.blake2b(self.text.encode(), digest_size=16).hexdigest()

    def statements(self, version: tuple[int, int]) -> list[str]:
        """Return the statements for a server of `version`, in order.

        A statement ends with a `;` at the end of a line; lines that begin `--` are the story.
        """
        told = "\n".join(line for line in self.text.splitlines() if not line.startswith("--"))
        fitted = _MODERN_ONLY.sub(r"\1" if version >= MODERN else "", told)
        return [part.strip() for part in re.split(r";\s*$", fitted, flags=re.MULTILINE) if part.strip()]


def migrations(folder: Path = _FOLDER) -> list[Migration]:
    """Return every migration in the order of its number; ValueError for a strange or repeated number."""
    found = [Migration(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]
    for number, each in enumerate(found, start=1):
        if not _NAME.fullmatch(each.name) or int(each.name[:4]) != number:
            raise ValueError(f"migration {each.name}.sql should be number {number:04d} and be named in a-z and _")
    return found


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
    known = {each.name: each for each in migrations()}
    strange = sorted(done.keys() - known.keys())
    if strange:
        raise LedgerRefused(f"数据库已应用本版本没有的迁移 {', '.join(strange)}, 请使用较新的程序版本")
    edited = sorted(name for name, digest in done.items() if known[name].digest != digest)
    if edited:
        raise LedgerRefused(f"迁移 {', '.join(edited)} 在应用之后被改动, 迁移只能追加, 不能修改")
    return [each for name, each in known.items() if name not in done]


def _applied(connection: Connection, migration: Migration) -> bool:
    for statement in migration.statements(connection.version):
        connection.command(statement)
    row = (migration.name, migration.digest, time.time_ns() // 1_000_000)
    connection.insert("migrations", ("name", "digest", "applied_ms"), [row])
    return True
