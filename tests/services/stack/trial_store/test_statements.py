import pytest

from mingjing.services.stack.trial_store.statements import Insert, is_select, literal, only_reads, parse_insert, quoted


@pytest.mark.parametrize(
    ("statement", "insert"),
    [
        ("INSERT INTO t VALUES", Insert("t", None)),
        ("insert into m.t (a, b) values", Insert("m.t", ("a", "b"))),
        ("INSERT INTO `办件`.`卡` (`级 别`, `x\\`y`) VALUES", Insert("`办件`.`卡`", ("级 别", "x`y"))),
        ("-- why\nINSERT INTO TABLE t (a) FORMAT Native", Insert("t", ("a",))),
        ("/* why */ INSERT INTO t (a) SETTINGS async_insert = 0 VALUES ;", Insert("t", ("a",))),
    ],
)
def test_an_insert_whose_rows_follow_is_recognised(statement: str, insert: Insert) -> None:
    assert parse_insert(statement) == insert


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (1, 'a')",
        "INSERT INTO t SELECT 1",
        "INSERT INTO t (a) SELECT a FROM u",
        "SELECT 'INSERT INTO t VALUES'",
        "CREATE TABLE t (a UInt8) ENGINE = Memory",
    ],
)
def test_anything_else_is_left_to_the_engine(statement: str) -> None:
    assert parse_insert(statement) is None


@pytest.mark.parametrize(
    "statement", ["SELECT 1", "  with 1 AS x SELECT x", "(SELECT 1) UNION ALL (SELECT 2)", "-- a\nselect 1"]
)
def test_selects_are_known(statement: str) -> None:
    assert is_select(statement)


@pytest.mark.parametrize("statement", ["SHOW TABLES", "EXISTS TABLE t", "DESCRIBE t", "desc t", "EXPLAIN SELECT 1"])
def test_statements_that_only_read_are_known(statement: str) -> None:
    assert only_reads(statement)
    assert not is_select(statement)


@pytest.mark.parametrize("statement", ["DROP TABLE selected", "SELECTED", "ALTER TABLE t DELETE WHERE 1", "SHOWN"])
def test_others_are_neither(statement: str) -> None:
    assert not is_select(statement)
    assert not only_reads(statement)


def test_names_and_texts_cannot_break_out_of_their_quotes() -> None:
    assert quoted("a`b\\") == "`a\\`b\\\\`"
    assert literal("a'b\\") == "'a\\'b\\\\'"
