"""What is said on one TCP connection: a greeting, then one query after another."""

import socket
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mingjing.services.stack.trial_store import wire
from mingjing.services.stack.trial_store.blocks import Column, is_zoned, read_block, with_zones, without_rows
from mingjing.services.stack.trial_store.engine import Refusal, Session
from mingjing.services.stack.trial_store.layout import Unmeasured
from mingjing.services.stack.trial_store.statements import Insert, parse_insert

NAME = "mingjing trial store"

_COMPRESSION_UNKNOWN, _UNEXPECTED_PACKET, _BAD_TEXT, _TYPE_UNKNOWN = 89, 99, 62, 50


class Query(NamedTuple):
    """A query as it was asked: the statement and the settings for it alone."""

    statement: str
    settings: dict[str, str]


class Conversation:
    """Speaks with one client until it goes.

    `open_session` is called once the client has greeted; the session is closed
    with the conversation.
    """

    def __init__(self, client: socket.socket, open_session: Callable[[], Session], timezone: str) -> None:
        self._client = client
        self._reader = wire.Reader(client.recv)
        self._open_session = open_session
        self._timezone = timezone

    def run(self) -> None:
        """Answer until the client leaves, or says something after which nothing can be understood."""
        self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._talk()
        except Unmeasured as exc:
            self._send(wire.exception(_TYPE_UNKNOWN, f"DB::Exception: 试用存储不支持列类型 {exc}"))
        except UnicodeDecodeError:
            self._send(wire.exception(_BAD_TEXT, "DB::Exception: 语句不是 UTF-8"))
        except (wire.Ended, ConnectionError):
            return

    def _talk(self) -> None:
        if self._reader.ended():
            return
        if self._reader.varint() != wire.CLIENT_HELLO:
            self._send(wire.exception(_UNEXPECTED_PACKET, "DB::NetException: 连接的第一个包应当是 Hello"))
            return
        session = self._open_session()
        try:
            if self._greeted(session):
                self._answer_all(session)
        finally:
            session.close()

    def _greeted(self, session: Session) -> bool:
        reader = self._reader
        reader.raw()  # the client's name
        for _ in range(3):
            reader.varint()  # its version and revision
        database = reader.text()
        reader.raw()  # user
        reader.raw()  # password
        try:
            if database:
                session.use(database)
        except Refusal as exc:
            self._send(wire.exception(exc.code, exc.message))
            return False
        self._send(wire.hello(session.version(), self._timezone, NAME))
        return True

    def _answer_all(self, session: Session) -> None:
        while not self._reader.ended():
            match self._reader.varint():
                case wire.CLIENT_PING:
                    self._send(wire.varint(wire.PONG))
                case wire.CLIENT_QUERY:
                    self._answer(session, *self._read_query())
                case wire.CLIENT_CANCEL:
                    continue  # nothing runs between queries
                case strange:
                    self._send(wire.exception(_UNEXPECTED_PACKET, f"DB::NetException: 不认识的包 {strange}"))
                    return

    def _read_query(self) -> tuple[Query, bool]:
        """Read a query and the empty block after it; True when the client wants compression."""
        reader = self._reader
        reader.raw()  # query id
        if reader.byte():  # what kind of query; 0 = nothing follows about the client
            _skip_client(reader)
        settings = {}
        while name := reader.text():
            reader.varint()  # flags
            settings[name] = reader.text()
        reader.varint()  # stage
        compressed = bool(reader.varint())
        statement = reader.text()
        if not compressed:
            self._skip_tables()
        return Query(statement, settings), compressed

    def _answer(self, session: Session, query: Query, compressed: bool) -> None:  # noqa: FBT001  # read off the wire
        if compressed:
            self._send(wire.exception(_COMPRESSION_UNKNOWN, "DB::Exception: 试用存储不支持压缩，请关闭 compression"))
            raise wire.Ended(within=False)  # the compressed block after the query cannot be read
        try:
            with session.settings(query.settings):
                if (insert := parse_insert(query.statement)) is not None:
                    self._insert(session, insert)
                else:
                    for block in _result(session, query.statement):
                        self._send(wire.data(block))
        except Refusal as exc:
            self._send(wire.exception(exc.code, exc.message))
        else:
            self._send(wire.varint(wire.END_OF_STREAM))

    def _insert(self, session: Session, insert: Insert) -> None:
        columns = session.columns(insert)
        self._send(wire.data(without_rows(columns)))
        blocks = list(self._blocks())
        if blocks:
            session.insert(insert, columns, blocks)

    def _blocks(self) -> Iterator[bytes]:
        """Yield the blocks of rows a client sends, up to the empty one that ends them."""
        reader = self._reader
        while True:
            if reader.varint() != wire.CLIENT_DATA:
                raise wire.Ended(within=True)
            reader.raw()  # name of an external table
            wire.skip_block_info(reader)
            columns, rows, block = read_block(reader)
            if columns == 0:
                return
            if rows:
                yield block

    def _skip_tables(self) -> None:
        """Pass over external tables, which are not supported: a query that names one is refused by the engine."""
        for _ in self._blocks():
            continue

    def _send(self, packet: bytes) -> None:
        self._client.sendall(packet)


def _result(session: Session, statement: str) -> Iterator[bytes]:
    """Yield the block that names the columns a statement returns, then its blocks of rows, time zones and all.

    The columns are asked for first: a session answers one statement at a time.
    """
    columns = _columns(session, statement)
    if columns:
        yield without_rows(columns)
    zoned = any(is_zoned(column) for column in columns)
    for block in session.answer(statement):
        yield with_zones(block, columns) if zoned else block


def _columns(session: Session, statement: str) -> list[Column]:
    """Return the columns a statement returns; none if it cannot be described: its own words say best why."""
    try:
        return session.describe(statement)
    except Refusal:
        return []


def _skip_client(reader: wire.Reader) -> None:
    for _ in range(3):
        reader.raw()  # initial user, query id, address
    reader.byte()  # interface
    for _ in range(3):
        reader.raw()  # system user, host, client
    for _ in range(3):
        reader.varint()  # version and revision
    reader.raw()  # quota key
    reader.varint()  # patch
