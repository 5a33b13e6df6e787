"""What clickhouse-driver sends to the trial store and gets back."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_driver import Client
from clickhouse_driver.errors import ServerException

from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.clickhouse import Choice, clickhouse
from mingjing.services.stack.trial_store import wire

pytestmark = pytest.mark.contract

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
def client(clickhouse26: Address) -> Iterator[Client]:
    database = f"t_{uuid4().hex}"
    with Client(clickhouse26.host, clickhouse26.port) as first:
        first.execute(f"CREATE DATABASE {database}")
    with Client(clickhouse26.host, clickhouse26.port, database=database) as connected:
        yield connected
        connected.execute(f"DROP DATABASE {database}")


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("String", ["明镜高悬", "", "镜" * 1000]),
        ("FixedString(6)", ["明镜"]),
        ("Nullable(String)", [None, "黄牌"]),
        ("LowCardinality(String)", ["红牌", "黄牌", "红牌"]),
        ("LowCardinality(Nullable(String))", ["红牌", None]),
        ("Array(String)", [["甲", "乙"], []]),
        ("Array(LowCardinality(Nullable(String)))", [["甲", None], []]),
        ("Array(Nullable(UInt64))", [[1, None], [2**64 - 1]]),
        ("Enum8('预警' = 1, '红牌 (x, y)' = 2)", ["红牌 (x, y)", "预警"]),
        ("Nullable(Enum16('a' = 1000))", ["a", None]),
        ("Int64", [-(2**63), 0, 2**63 - 1]),
        ("Float64", [0.1, -1e300]),
        ("Decimal(18, 2)", [Decimal("3.14")]),
        ("UUID", [UUID(int=7)]),
        ("Map(String, UInt8)", [{"甲": 1}, {}]),
        ("Tuple(x UInt8, y String)", [(1, "乙")]),
        ("Bool", [True, False]),
        ("DateTime('Asia/Shanghai')", [NOON]),
        ("Nullable(DateTime('Asia/Shanghai'))", [NOON, None]),
        ("DateTime64(3, 'Asia/Shanghai')", [NOON]),
    ],
)
def test_values_come_back_as_they_went(client: Client, kind: str, values: list[Any]) -> None:
    client.execute(f"CREATE TABLE t (n UInt8, v {kind}) ENGINE = MergeTree ORDER BY n")
    client.execute("INSERT INTO t (n, v) VALUES", list(enumerate(values)))
    rows, columns = client.execute("SELECT v FROM t ORDER BY n", with_column_types=True)
    assert [row[0] for row in rows] == values
    assert columns == [("v", kind)]


def test_an_instant_keeps_its_zone(client: Client) -> None:
    client.execute("CREATE TABLE t (at DateTime('Asia/Shanghai')) ENGINE = MergeTree ORDER BY at")
    client.execute("INSERT INTO t VALUES", [(NOON,)])
    assert client.execute("SELECT at FROM t")[0][0].isoformat() == "2026-03-01T12:00:00+08:00"
    assert client.execute("SELECT timezone(), toString(toDateTime(0))") == [("Asia/Shanghai", "1970-01-01 08:00:00")]


def test_a_large_columnar_insert_comes_back_whole(client: Client) -> None:
    numbers = list(range(100_000))
    texts = [f"办件{number}" * (number % 40) for number in numbers]
    instants = [NOON] * len(numbers)
    client.execute("CREATE TABLE t (n UInt64, s String, at DateTime('UTC')) ENGINE = MergeTree ORDER BY n")
    client.execute("INSERT INTO t (n, s, at) VALUES", [numbers, texts, instants], columnar=True)
    back = client.execute("SELECT n, s, at FROM t ORDER BY n", columnar=True)
    assert [list(column) for column in back] == [numbers, texts, instants]


def test_an_insert_may_name_some_columns_in_any_order(client: Client) -> None:
    client.execute(
        "CREATE TABLE t (a UInt8, b String DEFAULT '无', c String MATERIALIZED b) ENGINE = MergeTree ORDER BY a"
    )
    client.execute("INSERT INTO t (b, a) VALUES", [("有", 1)])
    client.execute("INSERT INTO t (a) VALUES", [(2,)])
    client.execute("INSERT INTO t VALUES", [(3, "全")])
    assert client.execute("SELECT a, b, c FROM t ORDER BY a") == [(1, "有", "有"), (2, "无", "无"), (3, "全", "全")]


@pytest.mark.parametrize(
    "statement", ["SELECT s, at FROM t WHERE 0", "SELECT s, at FROM t LIMIT 0;", "WITH 1 AS x SELECT s, at FROM t"]
)
def test_columns_are_named_even_without_rows(client: Client, statement: str) -> None:
    client.execute("CREATE TABLE t (s String, at DateTime('Asia/Shanghai')) ENGINE = MergeTree ORDER BY s")
    assert client.execute(statement, with_column_types=True) == (
        [],
        [("s", "String"), ("at", "DateTime('Asia/Shanghai')")],
    )


def test_showing_and_asking_work_with_and_without_rows(client: Client) -> None:
    assert client.execute("SHOW TABLES", with_column_types=True) == ([], [("name", "String")])
    client.execute("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
    assert client.execute("SHOW TABLES") == [("t",)]
    assert client.execute("EXISTS TABLE t") == [(1,)]
    assert client.execute("DESCRIBE TABLE t")[0][:2] == ("a", "UInt8")


@pytest.mark.parametrize(
    ("statement", "rows", "code"),
    [
        ("SELECT * FROM nope", None, 60),
        ("SELECT 1 +", None, 62),
        ("SELECT throwIf(number = 70000) FROM numbers(100000)", None, 395),
        ("DROP TABLE nope", None, 60),
        ("USE nope", None, 81),
        ("INSERT INTO nope VALUES", [(1,)], 60),
        ("INSERT INTO system.one (nope) VALUES", [(1,)], 16),
    ],
)
def test_an_error_has_its_code_and_the_connection_lives_on(
    client: Client, statement: str, rows: list[Any] | None, code: int
) -> None:
    with pytest.raises(ServerException) as refused:
        client.execute(statement, rows)
    assert refused.value.code == code
    assert client.execute("SELECT 1") == [(1,)]


def test_an_unknown_database_is_refused_at_the_greeting(clickhouse26: Address) -> None:
    with (
        Client(clickhouse26.host, clickhouse26.port, database="nope") as lost,
        pytest.raises(ServerException) as refused,
    ):
        lost.execute("SELECT 1")
    assert refused.value.code == 81


def test_settings_hold_for_one_query(client: Client) -> None:
    ask = "SELECT getSetting('max_threads'), getSetting('max_block_size')"
    before = client.execute(ask)
    assert client.execute(ask, settings={"max_threads": 1, "max_block_size": 7}) == [(1, 7)]
    assert client.execute(ask) == before


def test_an_unknown_setting_is_refused(client: Client) -> None:
    with pytest.raises(ServerException) as refused:
        client.execute("SELECT 1", settings={"no_such_setting": 1})
    assert refused.value.code == 115


def test_a_connection_s_database_is_its_own(client: Client, clickhouse26: Address) -> None:
    here = client.execute("SELECT currentDatabase()")
    with Client(clickhouse26.host, clickhouse26.port) as other:
        other.execute("USE system")
        assert other.execute("SELECT currentDatabase()") == [("system",)]
        assert client.execute("SELECT currentDatabase()") == here


def test_connections_write_at_the_same_time(client: Client, clickhouse26: Address) -> None:
    database = client.execute("SELECT currentDatabase()")[0][0]
    client.execute("CREATE TABLE t (who UInt8, n UInt32) ENGINE = MergeTree ORDER BY (who, n)")

    def write(who: int) -> None:
        with Client(clickhouse26.host, clickhouse26.port, database=database) as writer:
            for first in range(0, 200, 20):
                writer.execute("INSERT INTO t VALUES", [(who, first + n) for n in range(20)])

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.execute("SELECT who, count(), sum(n) FROM t GROUP BY who ORDER BY who") == [
        (who, 200, 19900) for who in range(4)
    ]


def test_a_client_that_leaves_in_the_middle_of_an_answer_takes_nothing_with_it(
    client: Client, clickhouse26: Address
) -> None:
    with Client(clickhouse26.host, clickhouse26.port) as leaving:
        rows = leaving.execute_iter("SELECT number, toString(number) FROM numbers(5000000)")
        assert next(rows) == (0, "0")
        rows.close()
        leaving.disconnect()
    assert client.execute("SELECT count() FROM numbers(10)") == [(10,)]


def test_a_client_that_asks_for_compression_is_told_why_not(clickhouse26: Address) -> None:
    hello = wire.varint(wire.CLIENT_HELLO) + wire.text("test") + b"\1\1" + wire.varint(wire.REVISION)
    hello += wire.text("") + wire.text("default") + wire.text("")
    query = wire.varint(wire.CLIENT_QUERY) + wire.text("") + b"\0" + wire.text("") + b"\2\1" + wire.text("SELECT 1")
    with socket.create_connection(clickhouse26) as line:
        line.sendall(hello + query)
        reader = wire.Reader(line.recv)
        said = bytearray()
        while not reader.ended():
            said += reader.take(1)
    assert "不支持压缩".encode() in said


def test_what_was_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    address = Address("127.0.0.1", free_ports(1)[0])
    store = clickhouse(Choice.TRIAL, address, tmp_path, tmp_path / "log")
    with store, Client(address.host, address.port) as before:
        before.execute("CREATE DATABASE m")
        before.execute("CREATE TABLE m.t (s String) ENGINE = MergeTree ORDER BY s")
        before.execute("INSERT INTO m.t VALUES", [("明镜",)])
        second = [sys.executable, "-m", "mingjing.services.stack.trial_store", "--port", "1", "--path"]
        refused = subprocess.run([*second, str(tmp_path / "trial")], capture_output=True, text=True, check=False)
        assert "另一个试用存储" in refused.stderr
    with store, Client(address.host, address.port) as after:
        assert after.execute("SELECT s FROM m.t") == [("明镜",)]
    store.start()
    store.wait_ready()
    store.kill()
    store.stop()
    with store, Client(address.host, address.port) as after:
        assert after.execute("SELECT s FROM m.t") == [("明镜",)]
