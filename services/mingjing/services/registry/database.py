"""The registry's connection: SQLite on one machine, PostgreSQL for an installation."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from mingjing.services.migrations import Migration, MigrationsRefused, numbered, unapplied
from mingjing.services.registry.errors import RegistryRefused, RegistryUnavailable
from mingjing.services.settings import Settings

_UNDEFINED_TABLE = "42P01"
_FOLDER = Path(__file__).parent / "migrations"
_FILE = "registry.sqlite"
_BUSY_MS = 5000
_ANSWER_S = 5
_CONNECTIONS = 8
_WRITES = "mingjing_writes"
_BEGIN_WRITING = "BEGIN IMMEDIATE"
_SCHEMES = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

_RECORD = (
    "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, digest TEXT NOT NULL, applied_ms BIGINT NOT NULL)"
)


class Database:
    """Transactions on the registry, for any number of threads.

    `url` is sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME; nothing is
    connected before the first transaction. RegistryRefused for any other.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError as exc:
            raise RegistryRefused(_not_a_url(url)) from exc
        if parsed.drivername not in _SCHEMES:
            raise RegistryRefused(_not_a_url(parsed.render_as_string()))
        self.name = parsed.render_as_string()  # hides the password
        parsed = parsed.set(drivername=_SCHEMES[parsed.drivername])
        self._engine = (
            _sqlite(str(parsed))
            if parsed.drivername == "sqlite"
            else create_engine(
                parsed,
                pool_size=_CONNECTIONS,
                pool_pre_ping=True,
                pool_timeout=_ANSWER_S,
                connect_args={"connect_timeout": _ANSWER_S, "options": f"-c statement_timeout={_ANSWER_S}s"},
            )
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection for reading; errors as `writing`."""
        with self._lent(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend a connection in a transaction that is committed unless an error leaves the block.

        RegistryUnavailable when the database cannot be reached, is not migrated or does not answer in time;
        IntegrityError, when a unique key is taken, passes through to whoever can say what that means.
        """
        with self._lent(writes=True) as connection:
            yield connection

    def write(self, statements: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for every row, in a transaction of its own; errors as `writing`, but the driver's own.

        `statements` are one, by how a driver marks its parameters. It is for what is written hundreds of times a
        second: SQLAlchemy's transaction takes longer than the database does.
        """
        dialect = self._engine.dialect
        driver = dialect.loaded_dbapi
        try:
            link = self._engine.raw_connection()
            try:
                cursor = link.cursor()
                if dialect.name == "sqlite":
                    cursor.execute(_BEGIN_WRITING)
                cursor.executemany(statements[dialect.paramstyle], rows)
                link.commit()
            except BaseException:
                link.invalidate()  # whatever it is in the middle of ends with it
                raise
            finally:
                link.close()
        except driver.Error as exc:
            self._refuse(exc, away=isinstance(exc, driver.OperationalError | driver.InterfaceError))
            raise
        except PoolTimeout as exc:
            raise self._busy() from exc

    @contextmanager
    def _lent(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with self._engine.connect() as bare:
                connection = bare.execution_options(**{_WRITES: writes})
                with connection.begin():
                    yield connection
        except DBAPIError as exc:
            self._refuse(exc.orig or exc, away=isinstance(exc, OperationalError | InterfaceError))
            raise
        except PoolTimeout as exc:
            raise self._busy() from exc

    def _refuse(self, exc: BaseException, *, away: bool) -> None:
        """Raise what an error of the driver means; return where it means nothing about the database."""
        if _has_no_tables(exc):
            raise RegistryUnavailable(f"登记库 {self.name} 尚未建表, 请执行 mingjing migrate") from exc
        if away:
            raise RegistryUnavailable(f"登记库 {self.name} 不可用: {_first_line(exc)}") from exc

    def _busy(self) -> RegistryUnavailable:
        return RegistryUnavailable(f"登记库 {self.name} 的连接已全部占用, 请稍后再试")

    def migrate(self) -> list[str]:
        """Apply what is missing and return its names; several processes may call it at once.

        RegistryRefused when the database was shaped by other migrations than ours.
        """
        with self.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('mingjing registry'))"))
            connection.execute(text(_RECORD))
            pending = self._pending(connection)
            for each in pending:
                for statement in each.statements():
                    connection.execute(text(statement))
                connection.execute(
                    text("INSERT INTO migrations (name, digest, applied_ms) VALUES (:name, :digest, :at)"),
                    {"name": each.name, "digest": each.digest, "at": time.time_ns() // 1_000_000},
                )
        return [each.name for each in pending]

    def ready(self) -> None:
        """Return when the database answers and is migrated; RegistryUnavailable or RegistryRefused if not."""
        with self.reading() as connection:
            known = inspect(connection).has_table("migrations")
            if not known or self._pending(connection):
                raise RegistryUnavailable(f"登记库 {self.name} 尚未建表, 请执行 mingjing migrate")

    def close(self) -> None:
        """Hang up every connection."""
        self._engine.dispose()

    def _pending(self, connection: Connection) -> list[Migration]:
        done = {row.name: row.digest for row in connection.execute(text("SELECT name, digest FROM migrations"))}
        try:
            return unapplied(migrations(), done)
        except MigrationsRefused as exc:
            raise RegistryRefused(str(exc)) from exc


def migrations() -> list[Migration]:
    """Return every migration of the registry in the order of its number."""
    return numbered(_FOLDER)


def registry_url(settings: Settings) -> str:
    """Return where the registry lies: as set, or a file in the data folder."""
    return settings.registry or f"sqlite:///{settings.data_dir.absolute() / _FILE}"


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, pool_size=_CONNECTIONS, pool_timeout=_ANSWER_S, connect_args={"timeout": _BUSY_MS / 1000}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: object, _: ConnectionPoolEntry) -> None:
        # The driver's own transactions begin late and not at all around DDL: we begin them (see `_begin`).
        connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3.Connection
        cursor = connection.cursor()  # type: ignore[attr-defined]  # sqlite3.Connection
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turns writer half-way is refused at once; one that says so first waits its turn.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql(_BEGIN_WRITING if writes else "BEGIN")

    return engine


def _not_a_url(given: str) -> str:
    return f"MINGJING_REGISTRY={given}: 应为 sqlite:///文件 或 postgresql://用户:口令@主机:端口/库名"


def _has_no_tables(exc: BaseException) -> bool:
    return "no such table" in str(exc) or getattr(exc, "sqlstate", None) == _UNDEFINED_TABLE


def _first_line(exc: BaseException) -> str:
    return str(exc).split("\n", 1)[0]
