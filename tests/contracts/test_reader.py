"""The account dashboards read with, as it is provisioned: it answers every question, and can change nothing."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from mingjing.services.ledger.connection import Connection, Limits
from mingjing.services.ledger.errors import LedgerError
from mingjing.services.ledger.migrate import migrate
from mingjing.services.observability.boards import BOARDS
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.clickhouse import Choice, clickhouse

from .test_dashboards import asked

pytestmark = pytest.mark.contract

PROVISIONED = Path(__file__).parents[2] / "deploy" / "clickhouse" / "reader.xml"
PASSWORD = "reader-of-boards"  # noqa: S105  # of a server that ends with the test

_CONSTRAINTS = re.compile(r"<constraints>.*?</constraints>", re.DOTALL)
_GRANTS = re.compile(r"<grants>.*?</grants>")
"""What 18.16 does not know yet: that an account may not raise its own limits, and what it may read."""
_ALLOWED = "<allow_databases><database>mingjing</database></allow_databases>"

ASKS = Path(__file__).with_name("asked_of_chdb.py")
USERS = "<clickhouse><profiles><default/></profiles><users/><quotas><default/></quotas></clickhouse>"
BESIDE = "<clickhouse><users_config>{}</users_config></clickhouse>"


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A migrated server with the account provisioned; the settings are the owner's."""
    folder = tmp_path_factory.mktemp("reader")
    users = folder / "debian" / "users.d"
    users.mkdir(parents=True)
    older = _GRANTS.sub(_ALLOWED, _CONSTRAINTS.sub("", PROVISIONED.read_text("utf-8")))
    (users / PROVISIONED.name).write_text(older, "utf-8")
    address = Address("127.0.0.1", free_ports(1)[0])
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CLICKHOUSE_READER_PASSWORD", PASSWORD)
        with clickhouse(Choice.DEBIAN, address, folder, folder / "clickhouse.log"):
            settings = read_settings(clickhouse=str(address), clickhouse_database="mingjing")
            migrate(settings)
            root = Connection(settings, database="default")
            root.command("CREATE TABLE elsewhere (a UInt8) ENGINE = Memory")
            root.close()
            yield settings


@pytest.fixture
def reader(owner: Settings) -> Iterator[Connection]:
    theirs = owner.model_copy(update={"clickhouse_user": "mingjing_reader", "clickhouse_password": PASSWORD})
    connection = Connection(theirs, limits=Limits(10))
    yield connection
    connection.close()


def test_it_answers_every_question_of_every_board(reader: Connection) -> None:
    for board in BOARDS:
        for panel in board.panels:
            if panel.sql:
                reader.rows(asked(panel.sql))
        for variable in board.variables:
            reader.rows(variable.sql)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO cards (card_id) VALUES ('x')",
        "INSERT INTO report_cells (month) SELECT toUInt32(1)",
        "ALTER TABLE report_cells DELETE WHERE month = 1",
        "ALTER TABLE cards ADD COLUMN x UInt8",
        "DROP TABLE reports",
        "TRUNCATE TABLE reports",
        "CREATE TABLE mine (a UInt8) ENGINE = Memory",
        "OPTIMIZE TABLE cards",
        "RENAME TABLE cards TO gone",
        "SET readonly = 0",
    ],
)
def test_it_can_change_nothing(reader: Connection, owner: Settings, statement: str) -> None:
    assert reader.rows("SELECT count() FROM cards") == [(0,)]
    with pytest.raises(LedgerError):
        reader.command(statement)
    kept = Connection(owner)
    assert kept.rows("SELECT count() FROM cards") == [(0,)]
    assert kept.rows("SELECT count() FROM reports") == [(0,)]
    kept.close()


def test_every_limit_it_is_given_is_one_it_may_not_raise() -> None:
    profile = ET.parse(PROVISIONED).getroot().find("profiles/mingjing_reader")  # noqa: S314  # our own file
    assert profile is not None
    limits = {each.tag for each in profile} - {"readonly", "constraints"}

    assert {each.tag for each in profile.findall("constraints/*")} == limits


def test_it_may_ask_for_less_time_as_the_plugin_does(reader: Connection) -> None:
    reader.command("SET max_execution_time = 30")

    assert reader.rows("SELECT value FROM system.settings WHERE name = 'max_execution_time'") == [("30",)]


def test_it_sees_no_other_database(reader: Connection) -> None:
    with pytest.raises(LedgerError):
        reader.rows("SELECT * FROM default.elsewhere")


def test_nobody_reads_without_the_password(owner: Settings) -> None:
    stranger = Connection(owner.model_copy(update={"clickhouse_user": "mingjing_reader"}))

    with pytest.raises(LedgerError):
        stranger.rows("SELECT 1")
    stranger.close()


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Any]]:
    """Ask today's engine as the account, by the very file: migrated tables, and users.d as a server reads it.

    The engine that runs inside a process knows no login: its own account takes the place of the one provisioned.
    """
    folder = tmp_path_factory.mktemp("today")
    address = Address("127.0.0.1", free_ports(1)[0])
    with clickhouse(Choice.TRIAL, address, folder, folder / "clickhouse.log"):
        migrate(read_settings(clickhouse=str(address), clickhouse_database="mingjing"))
    (folder / "users.d").mkdir()
    provisioned = ET.parse(PROVISIONED)  # noqa: S314  # our own file
    account = provisioned.find("users/mingjing_reader")
    assert account is not None
    account.tag = "default"
    provisioned.write(folder / "users.d" / PROVISIONED.name)
    (folder / "users.xml").write_text(USERS, "utf-8")
    (folder / "config.xml").write_text(BESIDE.format(folder / "users.xml"), "utf-8")

    def ask(*statements: str) -> list[Any]:
        said = subprocess.run(
            [sys.executable, str(ASKS), str(folder / "trial" / "data"), str(folder / "config.xml")],
            input="".join(json.dumps(each) + "\n" for each in ("USE mingjing", *statements)),
            capture_output=True,
            text=True,
            check=True,
            env={"CLICKHOUSE_READER_PASSWORD": ""},
        )
        begun, *answers = (json.loads(line) for line in said.stdout.splitlines())
        assert begun == []
        return answers

    return ask


def test_today_s_engine_answers_it_every_question_of_every_board(today: Callable[..., list[Any]]) -> None:
    questions = [asked(panel.sql) for board in BOARDS for panel in board.panels if panel.sql]
    questions += [variable.sql for board in BOARDS for variable in board.variables]

    assert [(sql, said) for sql, said in zip(questions, today(*questions), strict=True) if "refused" in said] == []


REFUSED = {
    "SELECT 1 SETTINGS max_execution_time = 61": "SETTING_CONSTRAINT_VIOLATION",
    "SELECT 1 SETTINGS max_execution_time = 0": "SETTING_CONSTRAINT_VIOLATION",
    "SELECT 1 SETTINGS max_memory_usage = 0": "SETTING_CONSTRAINT_VIOLATION",
    "SELECT 1 SETTINGS max_threads = 3": "SETTING_CONSTRAINT_VIOLATION",
    "SELECT 1 SETTINGS priority = 1": "SETTING_CONSTRAINT_VIOLATION",
    "SET readonly = 0": "READONLY",
    "SELECT * FROM url('http://127.0.0.1:9/', 'CSV', 'a String')": "ACCESS_DENIED",
    "SELECT * FROM file('config.xml', 'LineAsString')": "ACCESS_DENIED",
    "SELECT * FROM remote('127.0.0.1', 'mingjing', 'cards')": "ACCESS_DENIED",
    "INSERT INTO cards (card_id) SELECT 'x'": "ACCESS_DENIED",
    "ALTER TABLE cards ADD COLUMN x UInt8": "ACCESS_DENIED",
    "DROP TABLE reports": "ACCESS_DENIED",
    "CREATE TABLE mine (a UInt8) ENGINE = Memory": "ACCESS_DENIED",
    "SYSTEM SHUTDOWN": "ACCESS_DENIED",
    "CREATE USER other": "ACCESS_DENIED",
}


def test_today_s_engine_lets_it_raise_no_limit_and_reach_nothing_else(today: Callable[..., list[Any]]) -> None:
    again = today(*REFUSED, "SET profile = 'default'", *REFUSED)
    fresh, after = again[: len(REFUSED)], again[-len(REFUSED) :]

    for said in (fresh, after):
        wrong = {
            sql: each
            for (sql, why), each in zip(REFUSED.items(), said, strict=True)
            if "refused" not in each or why not in each["refused"]
        }
        assert wrong == {}


def test_today_s_engine_gives_it_its_limits_and_lets_it_ask_for_less(today: Callable[..., list[Any]]) -> None:
    names = ("max_execution_time", "max_memory_usage", "max_threads", "priority", "readonly")
    limits, less = today(
        f"SELECT name, value FROM system.settings WHERE name IN {names} ORDER BY name",  # noqa: S608  # the names above
        "SELECT 1 SETTINGS max_execution_time = 30",
    )

    assert limits == [list(pair) for pair in zip(names, ("60", "4000000000", "2", "10", "2"), strict=True)]
    assert less == [[1]]
