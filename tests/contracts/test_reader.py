"""The account dashboards read with, as it is provisioned: it answers every question, and can change nothing."""

import re
from collections.abc import Iterator
from pathlib import Path
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
"""What 18.16 does not know yet: that an account with `readonly` 2 may not raise its own limits."""


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A migrated server with the account provisioned; the settings are the owner's."""
    folder = tmp_path_factory.mktemp("reader")
    users = folder / "debian" / "users.d"
    users.mkdir(parents=True)
    (users / PROVISIONED.name).write_text(_CONSTRAINTS.sub("", PROVISIONED.read_text("utf-8")), "utf-8")
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
