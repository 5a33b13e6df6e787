"""The only speaker to ClickHouse: typed calls, and errors that say whether to try again.

Three traps of the engines and their driver are settled here, once: IN lists are
passed as tuples (18.16 refuses lists), instants travel as integers (a DateTime
comes back aware from one engine and naive from another), and settings that only
newer servers know are sent only to them.
"""

import queue
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from clickhouse_driver import Client, errors
from clickhouse_driver.errors import ErrorCodes

from mingjing.services.ledger.errors import LedgerRefused, LedgerUnavailable
from mingjing.services.settings import Settings

MODERN = (21, 0)
"""The first server version whose nicer table definitions and settings are used."""

_CONNECT_TIMEOUT_S = 3
_ANSWER_TIMEOUT_S = 30
_WAIT_FOR_FREE_S = 5

# Two codes the driver has no name for.
_ACCESS_DENIED = 497
_AUTHENTICATION_FAILED = 516

# The server is up but busy, behind, full, or not yet what we need: a person or time mends it.
# Every other code means that these very values or this very statement do not fit.
_PASSING = frozenset(
    {
        ErrorCodes.THERE_IS_NO_COLUMN,
        ErrorCodes.NO_SUCH_COLUMN_IN_TABLE,
        ErrorCodes.UNKNOWN_TABLE,
        ErrorCodes.UNKNOWN_DATABASE,
        ErrorCodes.UNKNOWN_USER,
        ErrorCodes.WRONG_PASSWORD,
        ErrorCodes.REQUIRED_PASSWORD,
        ErrorCodes.IP_ADDRESS_NOT_ALLOWED,
        _ACCESS_DENIED,
        _AUTHENTICATION_FAILED,
        ErrorCodes.DATABASE_ACCESS_DENIED,
        ErrorCodes.READONLY,
        ErrorCodes.TABLE_IS_READ_ONLY,
        ErrorCodes.TIMEOUT_EXCEEDED,
        ErrorCodes.SOCKET_TIMEOUT,
        ErrorCodes.NETWORK_ERROR,
        ErrorCodes.TOO_SLOW,
        ErrorCodes.TOO_MANY_SIMULTANEOUS_QUERIES,
        ErrorCodes.TOO_MANY_PARTS,
        ErrorCodes.QUOTA_EXPIRED,
        ErrorCodes.MEMORY_LIMIT_EXCEEDED,
        ErrorCodes.CANNOT_ALLOCATE_MEMORY,
        ErrorCodes.NOT_ENOUGH_SPACE,
        ErrorCodes.CANNOT_WRITE_TO_FILE_DESCRIPTOR,
        ErrorCodes.CANNOT_OPEN_FILE,
        ErrorCodes.CANNOT_FSYNC,
        ErrorCodes.CANNOT_STATVFS,
        ErrorCodes.ABORTED,
        ErrorCodes.NO_ZOOKEEPER,
        ErrorCodes.KEEPER_EXCEPTION,
        ErrorCodes.UNKNOWN_STATUS_OF_INSERT,
        ErrorCodes.ALL_CONNECTION_TRIES_FAILED,
        ErrorCodes.QUERY_WAS_CANCELLED,
    }
)

_UNSENDABLE = (errors.TypeMismatchError, AttributeError, TypeError, ValueError, OverflowError)
"""What the driver raises for a value that no packet of its column's type can hold."""


class Limits(msgspec.Struct, frozen=True):
    """What the questions of a connection may take of the server.

    Of questions asked at once those of a greater `priority` wait for those of a smaller;
    `threads` None is as many as the server gives. `nice` is how far its threads stand back
    for all others of the machine, as `nice` counts it; servers before `MODERN` know no such thing.
    What sorts or groups more than `memory` bytes goes on with what it has on disk; 0 is never.
    """

    priority: int = 1
    threads: int | None = None
    nice: int = 0
    memory: int = 0

    def settings(self, version: tuple[int, int]) -> dict[str, int]:
        """Return the limits as a server of that version names them."""
        named = {"priority": self.priority}
        if self.threads is not None:
            named["max_threads"] = self.threads
            if version >= MODERN:
                named["max_insert_threads"] = self.threads
        if self.nice and version >= MODERN:
            named["os_thread_priority"] = self.nice
        if self.memory:
            named["max_bytes_before_external_group_by"] = named["max_bytes_before_external_sort"] = self.memory
        return named


ORDINARY = Limits()
"""Lists, the feed's start, what the sink writes: somebody waits for it."""


class Connection:
    """One connection; for one thread at a time. It opens itself, and again after a failure."""

    def __init__(
        self,
        settings: Settings,
        *,
        database: str | None = None,
        answer_within_s: int = _ANSWER_TIMEOUT_S,
        limits: Limits = ORDINARY,
    ) -> None:
        host, _, port = settings.clickhouse.rpartition(":")
        self._address = settings.clickhouse
        self._client = Client(
            host=host,
            port=int(port),
            user=settings.clickhouse_user,
            password=settings.clickhouse_password,
            database=settings.clickhouse_database if database is None else database,
            connect_timeout=_CONNECT_TIMEOUT_S,
            send_receive_timeout=answer_within_s,
            client_name="mingjing",
        )
        self._limits = limits
        self._version: tuple[int, int] | None = None

    @property
    def version(self) -> tuple[int, int]:
        """Return the server's version, (major, minor); asked once."""
        if self._version is None:
            with self._told():
                ((text,),) = self._client.execute("SELECT version()")
            major, minor = text.split(".")[:2]
            self._version = (int(major), int(minor))
        return self._version

    @property
    def _settings(self) -> dict[str, int]:
        return self._limits.settings(self.version)

    def rows(self, query: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of `query`; its `%(name)s` are filled from `params`, lists as tuples."""
        with self._told():
            answer: list[tuple[Any, ...]] = self._client.execute(
                query, params and dict(params), settings=self._settings
            )
            return answer

    def command(self, statement: str) -> None:
        """Run a statement that answers nothing."""
        with self._told():
            self._client.execute(statement, settings=self._settings)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write `rows` as one columnar block.

        LedgerRefused: a row does not fit, and which one is unknown. After
        LedgerUnavailable any part of the rows may have been written: offer the
        same rows again, every table settles repetitions by its key.
        """
        if not rows:
            return
        # Newer servers gather small inserts by default and refuse blocks of many months: ours are
        # batches already, and a year of history in one batch is legal.
        settings = {"async_insert": 0, "max_partitions_per_insert_block": 0} if self.version >= MODERN else {}
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES"
        with self._told():
            try:
                self._client.execute(
                    statement, list(zip(*rows, strict=True)), columnar=True, settings=self._settings | settings
                )
            except _UNSENDABLE as exc:
                raise LedgerRefused(f"{table}: {exc}") from exc

    def close(self) -> None:
        """Hang up; the next call would open the connection again."""
        self._client.disconnect()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except errors.ServerException as exc:
            reason = f"ClickHouse {self._address} 错误码 {exc.code}: {_first_line(exc.message)}"
            if exc.code in _PASSING:
                raise LedgerUnavailable(reason) from exc
            raise LedgerRefused(reason) from exc
        except (errors.Error, EOFError, OSError) as exc:
            self._version = None
            self._client.disconnect()
            raise LedgerUnavailable(f"ClickHouse {self._address} 不可用: {exc}") from exc


class Pool:
    """Up to `size` connections, lent to one thread each; the last returned is lent first."""

    def __init__(
        self, settings: Settings, size: int, *, answer_within_s: int = _ANSWER_TIMEOUT_S, limits: Limits = ORDINARY
    ) -> None:
        self._free: queue.LifoQueue[Connection] = queue.LifoQueue()
        self._all = [Connection(settings, answer_within_s=answer_within_s, limits=limits) for _ in range(size)]
        for connection in self._all:
            self._free.put(connection)

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """Lend a connection; LedgerUnavailable when all stay busy for too long."""
        try:
            connection = self._free.get(timeout=_WAIT_FOR_FREE_S)
        except queue.Empty as exc:
            raise LedgerUnavailable(f"ClickHouse 连接已全部占用({len(self._all)} 个), 请稍后再试") from exc
        try:
            yield connection
        finally:
            self._free.put(connection)

    def close(self) -> None:
        """Hang up every connection."""
        for connection in self._all:
            connection.close()


def _first_line(message: str) -> str:
    """Return the server's sentence without its stack trace."""
    return message.removeprefix("DB::Exception: ").split("\n", 1)[0].split(". Stack trace", 1)[0]
