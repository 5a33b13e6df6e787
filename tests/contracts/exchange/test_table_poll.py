"""One suite for every exchange database: what is written is read, once it is written, however it was committed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    insert,
    text,
    update,
)
from sqlalchemy.types import TypeEngine
from tests.services.exchange.conftest import Notebook

from mingjing.services.exchange.table_poll import ROWS_AT_ONCE, TablePlan, TablePoll, TableRefused

NOON = datetime(2026, 3, 6, 12)  # noqa: DTZ001  # as agencies' databases hold it
ACCEPT = Table(
    "up_pro_accept",
    MetaData(),
    Column("row_guid", String(36), primary_key=True),
    Column("project_no", String(50)),
    Column("apply_date", DateTime()),
    Column("cd_time", DateTime()),
    Column("read_flag", Integer(), server_default="0"),
)
WATERMARK = TablePlan(name="scjg", table="up_pro_accept", key=("row_guid",), mode="watermark", column="cd_time")
FLAG = TablePlan(name="scjg", table="up_pro_accept", key=("row_guid",), mode="flag", column="read_flag")

Write = Callable[..., None]


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.contract),
        pytest.param("mariadb", marks=pytest.mark.contract),
    ]
)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'exchange.sqlite'}"
    else:
        url = request.getfixturevalue(f"{request.param}_url")
    made = create_engine(url)
    ACCEPT.drop(made, checkfirst=True)
    ACCEPT.create(made)
    yield made
    made.dispose()


@pytest.fixture
def write(engine: Engine) -> Write:
    def put(guid: str, minute: float, project_no: str = "1") -> None:
        row = {
            "row_guid": guid,
            "project_no": project_no,
            "apply_date": NOON,
            "cd_time": NOON + timedelta(minutes=minute),
        }
        with engine.begin() as connection:
            connection.execute(insert(ACCEPT), row)

    return put


def guids(poll: TablePoll) -> list[str]:
    return [str(row["row_guid"]) for batch in poll.batches() for row in batch]


def test_rows_are_read_once_in_the_order_they_were_written(engine: Engine, write: Write, notebook: Notebook) -> None:
    poll = TablePoll(engine, WATERMARK, notebook)
    write("b", 1)
    write("a", 2)

    assert [guids(poll), guids(poll)] == [["b", "a"], []]


def test_a_row_that_was_committed_late_is_read_all_the_same(engine: Engine, write: Write, notebook: Notebook) -> None:
    poll = TablePoll(engine, WATERMARK, notebook)
    write("late", 10)
    first = guids(poll)
    write("earlier", 8)

    assert (first, guids(poll)) == (["late"], ["earlier"])


def test_a_changed_row_is_read_again(engine: Engine, write: Write, notebook: Notebook) -> None:
    poll = TablePoll(engine, WATERMARK, notebook)
    write("a", 1)
    guids(poll)
    with engine.begin() as connection:
        connection.execute(update(ACCEPT).values(project_no="2", cd_time=NOON + timedelta(minutes=3)))

    assert [row["project_no"] for batch in poll.batches() for row in batch] == ["2"]


def test_after_a_restart_reading_goes_on_from_the_mark(engine: Engine, write: Write, notebook: Notebook) -> None:
    write("old", 1)
    write("new", 60)
    guids(TablePoll(engine, WATERMARK, notebook))
    write("newest", 61)

    assert guids(TablePoll(engine, WATERMARK, notebook)) == ["new", "newest"]


def test_what_was_read_and_not_yet_in_is_read_again(engine: Engine, write: Write, notebook: Notebook) -> None:
    write("a", 1)
    next(TablePoll(engine, WATERMARK, notebook).batches())

    assert guids(TablePoll(engine, WATERMARK, notebook)) == ["a"]


def test_many_rows_of_one_moment_are_all_read(engine: Engine, notebook: Notebook) -> None:
    rows = [
        {"row_guid": f"{n:05}", "project_no": "1", "apply_date": NOON, "cd_time": NOON} for n in range(ROWS_AT_ONCE + 7)
    ]
    with engine.begin() as connection:
        connection.execute(insert(ACCEPT), rows)

    assert len(guids(TablePoll(engine, WATERMARK, notebook))) == ROWS_AT_ONCE + 7


@pytest.mark.parametrize(
    ("of_type", "rising"),
    [
        (Integer(), [1, 2, 3]),
        (Numeric(20, 3), [Decimal("1.500"), Decimal("2.000"), Decimal("2.001")]),
        (DateTime(), [NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=2)]),
        (DateTime(timezone=True), [NOON.replace(tzinfo=UTC) + timedelta(hours=each) for each in range(3)]),
        (String(20), ["20260306-1", "20260306-2", "20260306-3"]),
    ],
    ids=["an integer", "a decimal", "a time", "a time with its zone", "text"],
)
def test_whatever_rises_is_read_on_from_after_a_restart(
    engine: Engine, notebook: Notebook, of_type: TypeEngine[Any], rising: list[Any]
) -> None:
    table = Table("rising", MetaData(), Column("row_guid", String(36), primary_key=True), Column("mark", of_type))
    table.drop(engine, checkfirst=True)
    table.create(engine)
    plan = TablePlan(name="rising", table="rising", key=("row_guid",), mode="watermark", column="mark")

    def put(guid: str, mark: object) -> None:
        with engine.begin() as connection:
            connection.execute(insert(table), {"row_guid": guid, "mark": mark})

    put("a", rising[0])
    put("b", rising[1])
    first = guids(TablePoll(engine, plan, notebook))
    put("c", rising[2])

    assert (first, guids(TablePoll(engine, plan, notebook))) == (["a", "b"], ["b", "c"])


def test_rows_with_the_unread_flag_are_read_and_marked(engine: Engine, write: Write, notebook: Notebook) -> None:
    poll = TablePoll(engine, FLAG, notebook)
    write("b", 1)
    write("a", 2)

    assert [guids(poll), guids(poll)] == [["a", "b"], []]


def test_a_row_changed_while_it_was_on_its_way_is_read_again(engine: Engine, write: Write, notebook: Notebook) -> None:
    write("a", 1)
    batches = TablePoll(engine, FLAG, notebook).batches()
    first = next(batches)
    with engine.begin() as connection:
        connection.execute(update(ACCEPT).values(project_no="2"))
    second = next(batches)

    assert [first[0]["project_no"], second[0]["project_no"]] == ["1", "2"]


@pytest.mark.parametrize(("plan", "column"), [(WATERMARK, "cd_time"), (FLAG, "read_flag")])
def test_rows_that_no_round_reads_are_counted(
    engine: Engine, write: Write, notebook: Notebook, plan: TablePlan, column: str
) -> None:
    poll = TablePoll(engine, plan, notebook)
    for guid in "abc":
        write(guid, 1)
    with engine.begin() as connection:
        connection.execute(update(ACCEPT).where(ACCEPT.c.row_guid != "a").values({column: None}))

    assert (poll.unmarked(), guids(poll)) == (2, ["a"])


def test_a_table_that_is_not_there_is_refused_by_name(engine: Engine, notebook: Notebook) -> None:
    with pytest.raises(TableRefused, match="没有表 absent"):
        TablePoll(engine, TablePlan(name="x", table="absent", key=("a",), mode="flag", column="b"), notebook)


def test_a_column_that_is_not_there_is_refused_with_those_that_are(engine: Engine, notebook: Notebook) -> None:
    plan = TablePlan(name="x", table="up_pro_accept", key=("row_guid",), mode="flag", column="absent")

    with pytest.raises(TableRefused, match="没有列 absent；列为：row_guid"):
        guids(TablePoll(engine, plan, notebook))


def test_a_database_that_can_be_reached_is_asked_for_nothing_but_its_rows(
    engine: Engine, write: Write, notebook: Notebook
) -> None:
    write("a", 1)
    guids(TablePoll(engine, WATERMARK, notebook))
    with engine.connect() as connection:
        flags = connection.execute(text("SELECT read_flag FROM up_pro_accept")).scalars().all()

    assert [int(each) for each in flags] == [0]
