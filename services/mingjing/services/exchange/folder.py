"""A watched folder: files that an exchange platform drops, taken once they are whole.

`<folder>/*.csv|xlsx|json|jsonl|xml` is taken, `done/` and `failed/` keep every file with its
receipt. A file still being written is left: it must end in none of `.part`, `.tmp`, and
look the same in two looks.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

SUFFIXES = frozenset({".csv", ".xlsx", ".json", ".jsonl", ".xml"})
DONE, FAILED = "done", "failed"


class Look(msgspec.Struct, frozen=True):
    """A file as it was last seen."""

    size: int
    changed_ns: int


class Folder:
    """Tells which files are whole, and puts away those that were read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._looks: dict[str, Look] = {}
        for each in (DONE, FAILED):
            (path / each).mkdir(parents=True, exist_ok=True)

    def settled(self) -> list[Path]:
        """Return the files that did not change since the look before, oldest first."""
        now = {path.name: look for path, look in self._seen()}
        whole = [name for name, look in now.items() if self._looks.get(name) == look]
        self._looks = now
        return [self.path / name for name in sorted(whole, key=lambda each: (now[each].changed_ns, each))]

    def put_away(self, file: Path, *, to: str, receipt: bytes) -> Path:
        """Move a file to `done` or `failed` beside its receipt, and return where it lies now.

        The receipt is written first: a file in `done` always has one.
        """
        name = self._free(self.path / to, file.name)
        target = self.path / to / name
        target.with_name(f"{name}.receipt.json").write_bytes(receipt)
        file.replace(target)
        self._looks.pop(file.name, None)
        return target

    def _seen(self) -> Iterator[tuple[Path, Look]]:
        for path in self.path.iterdir():
            if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
                found = path.stat()
                yield path, Look(found.st_size, found.st_mtime_ns)

    @staticmethod
    def _free(folder: Path, name: str) -> str:
        """Return the name, or with a number before its suffix where a file of that name lies there already."""
        stem, suffix = Path(name).stem, Path(name).suffix
        count = 1
        while (folder / name).exists():
            count += 1
            name = f"{stem}-{count}{suffix}"
        return name
