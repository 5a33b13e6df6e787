"""Numbered migrations: forward only, each applied once, none ever edited after release.

What they are applied to, and in which words it speaks, is the affair of its room:
the ledger's ClickHouse, the registry's SQLite or PostgreSQL.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

_NAME = re.compile(r"\d{4}_[a-z_]+")


class MigrationsRefused(Exception):
    """A database was brought to its shape by other migrations than ours."""


class Migration(msgspec.Struct, frozen=True):
    """One file of `migrations/`; `name` is the file's, with its number."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """Return a hash of the text: an applied migration must still have it."""
        return hashlib.blake2b(self.text.encode(), digest_size=16).hexdigest()

    def statements(self) -> list[str]:
        """Return the statements, in order.

        A statement ends with a `;` at the end of a line; lines that begin `--` are the story.
        """
        told = "\n".join(line for line in self.text.splitlines() if not line.startswith("--"))
        return [part.strip() for part in re.split(r";\s*$", told, flags=re.MULTILINE) if part.strip()]


def numbered(folder: Path) -> list[Migration]:
    """Return every migration of `folder` in the order of its number; ValueError for a strange or repeated number."""
    found = [Migration(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]
    for number, each in enumerate(found, start=1):
        if not _NAME.fullmatch(each.name) or int(each.name[:4]) != number:
            raise ValueError(f"migration {each.name}.sql should be number {number:04d} and be named in a-z and _")
    return found


def unapplied(known: Sequence[Migration], done: Mapping[str, str]) -> list[Migration]:
    """Return what is still to be applied where `done` (name to digest) has been.

    MigrationsRefused when an applied migration has since been edited, or is one that this version does not have.
    """
    digests = {each.name: each.digest for each in known}
    strange = sorted(done.keys() - digests.keys())
    if strange:
        raise MigrationsRefused(f"数据库已应用本版本没有的迁移 {', '.join(strange)}, 请使用较新的程序版本")
    edited = sorted(name for name, digest in done.items() if digests[name] != digest)
    if edited:
        raise MigrationsRefused(f"迁移 {', '.join(edited)} 在应用之后被改动, 迁移只能追加, 不能修改")
    return [each for each in known if each.name not in done]
