"""chDB, the engine inside this process: the one place that knows its Python interface."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import chdb
import orjson

from mingjing.services.stack.trial_store.blocks import Column
from mingjing.services.stack.trial_store.statements import Insert, is_select, literal, only_reads, quoted

_CODE = re.compile(r"Code: (\d+)\. (DB::.*)", re.DOTALL)
_UNKNOWN = 1002
_NO_SUCH_COLUMN = 16
_UNKNOWN_SETTING = 115

# Rows on their way from a client to the engine lie in memory where there is such a folder.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # temporary files made by tempfile, with its safeguards

_NOT_WRITTEN = frozenset({"MATERIALIZED", "ALIAS"})

# Each insert is one part at once, as on a server without asynchronous inserts;
# and a type is one line, as the protocol writes it.
_SESSION = {"async_insert": "0", "print_pretty_type_names": "0"}


class Refusal(Exception):  # what the engine answered
    """The engine's error: its number and its text."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Session:
    """One session of the engine on the data folder: a current database, settings, one statement at a time."""

    def __init__(self, path: Path) -> None:
        self._chdb = chdb.connect(str(path))
        self._set(_SESSION)

    def close(self) -> None:
        """End the session."""
        self._chdb.close()

    def version(self) -> tuple[int, int, int]:
        """Return the engine's version."""
        major, minor, patch, *_ = self._table("SELECT version()")[0][0].split(".")
        return int(major), int(minor), int(patch)

    def use(self, database: str) -> None:
        """Make `database` the current one."""
        self.run(f"USE {quoted(database)}")

    def run(self, statement: str) -> None:
        """Run a statement for its effect."""
        with _refusals():
            self._chdb.query(statement, "Null")

    def answer(self, statement: str) -> Iterator[bytes]:
        """Run a statement and yield what it returns, block by block in Native format; nothing for no rows."""
        with _refusals():
            if is_select(statement):
                for piece in self._chdb.send_query(statement, "Native"):
                    if block := piece.bytes():
                        yield block
            elif block := self._chdb.query(statement, "Native").bytes():
                yield block

    def describe(self, statement: str) -> list[Column]:
        """Return the columns a reading statement returns, whether it has rows or not; none for any other."""
        if is_select(statement):
            rows = self._table(f"DESCRIBE TABLE ({statement.strip().rstrip(';')}\n)")
            return [Column(row[0], row[1]) for row in rows]
        if only_reads(statement):
            with _refusals():
                meta = orjson.loads(self._chdb.query(statement, "JSONCompact").bytes())["meta"]
            return [Column(column["name"], column["type"]) for column in meta]
        return []

    def columns(self, insert: Insert) -> list[Column]:
        """Return the columns whose values an insert must bring, in its order."""
        rows = self._table(f"DESCRIBE TABLE {insert.table}")
        kinds = {name: kind for name, kind, default, *_ in rows if default not in _NOT_WRITTEN}
        names = insert.columns if insert.columns is not None else tuple(kinds)
        strange = [name for name in names if name not in kinds]
        if strange:
            raise Refusal(_NO_SUCH_COLUMN, f"DB::Exception: No such column {strange[0]} in table {insert.table}")
        return [Column(name, kinds[name]) for name in names]

    def insert(self, insert: Insert, columns: Sequence[Column], blocks: Sequence[bytes]) -> None:
        """Write blocks in Native format into the table, as one insert."""
        names = ", ".join(quoted(column.name) for column in columns)
        folder = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
        with tempfile.NamedTemporaryFile(dir=folder, prefix="mingjing-", suffix=".native") as rows:
            rows.writelines(blocks)
            rows.flush()
            self.run(f"INSERT INTO {insert.table} ({names}) FROM INFILE {literal(rows.name)} FORMAT Native")

    @contextmanager
    def settings(self, given: Mapping[str, str]) -> Iterator[None]:
        """Run what is inside with these settings, and put back what was before."""
        strange = next((name for name in given if not name.isidentifier()), None)
        if strange is not None:
            raise Refusal(_UNKNOWN_SETTING, f"DB::Exception: Unknown setting {strange!r}")
        before = self._present(list(given))
        self._set(given)
        try:
            yield
        finally:
            self._set(before)

    def _present(self, names: Sequence[str]) -> dict[str, str]:
        if not names:
            return {}
        asked = ", ".join(f"toString(getSetting({literal(name)}))" for name in names)
        return dict(zip(names, self._table(f"SELECT {asked}")[0], strict=True))

    def _set(self, values: Mapping[str, str]) -> None:
        if values:
            self.run("SET " + ", ".join(f"{name} = {literal(value)}" for name, value in values.items()))

    def _table(self, statement: str) -> list[list[str]]:
        with _refusals():
            lines = self._chdb.query(statement, "JSONCompactEachRow").bytes().splitlines()
        return [orjson.loads(line) for line in lines if line.strip()]


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except chdb.ChdbError as exc:
        match = _CODE.search(str(exc))
        code, message = (int(match[1]), match[2]) if match else (_UNKNOWN, f"DB::Exception: {exc}")
        raise Refusal(code, message) from exc
