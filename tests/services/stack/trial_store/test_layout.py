import pytest

from mingjing.services.stack.trial_store.blocks import Column, with_zones, without_rows
from mingjing.services.stack.trial_store.layout import Unmeasured, arguments, skip_column
from mingjing.services.stack.trial_store.wire import Reader, text


def u64(value: int) -> bytes:
    return value.to_bytes(8, "little")


@pytest.mark.parametrize(
    ("kind", "rows", "body"),
    [
        ("UInt8", 3, b"\1\2\3"),
        ("DateTime('Asia/Shanghai')", 2, bytes(8)),
        ("Enum8('甲' = 1, '乙 (x, y)' = 2)", 2, b"\1\2"),
        ("Decimal(9, 2)", 1, bytes(4)),
        ("Decimal(18, 2)", 1, bytes(8)),
        ("Decimal(76, 2)", 1, bytes(32)),
        ("FixedString(5)", 2, bytes(10)),
        ("IntervalDay", 1, bytes(8)),
        ("String", 2, text("明") + text("镜" * 100)),
        ("Nullable(String)", 2, b"\0\1" + text("x") + text("")),
        ("Array(UInt16)", 2, u64(1) + u64(3) + bytes(6)),
        ("Array(Array(UInt8))", 1, u64(2) + u64(1) + u64(3) + b"abc"),
        ("Array(String)", 2, u64(0) + u64(0)),
        ("Map(String, UInt8)", 1, u64(2) + text("a") + text("b") + b"\1\2"),
        ("Tuple(x UInt8, `a b` Nullable(UInt16))", 1, b"\1" + b"\0\1\0"),
        ("Nested(a UInt8, b String)", 1, u64(1) + b"\1" + text("z")),
        ("LowCardinality(String)", 3, u64(1) + u64(0x600) + u64(2) + text("") + text("x") + u64(3) + b"\1\1\0"),
        ("LowCardinality(Nullable(String))", 1, u64(1) + u64(0x601) + u64(1) + text("x") + u64(1) + b"\0\0"),
        (
            "Array(LowCardinality(String))",
            1,
            u64(1) + u64(2) + u64(0x600) + u64(1) + text("x") + u64(2) + b"\0\0",
        ),
        ("SimpleAggregateFunction(max, UInt32)", 1, bytes(4)),
        ("String", 0, b""),
        ("LowCardinality(String)", 0, b""),
    ],
)
def test_a_column_reaches_exactly_as_far_as_it_was_written(kind: str, rows: int, body: bytes) -> None:
    reader = Reader.over(body + b"!")
    skip_column(reader, kind, rows)
    assert reader.at == len(body)


@pytest.mark.parametrize("kind", ["AggregateFunction(uniq, String)", "Dynamic", "Array(Variant(UInt8, String))", ""])
def test_a_type_of_unknown_layout_is_named(kind: str) -> None:
    reader = Reader.over(u64(1) * 10)
    with pytest.raises(Unmeasured):
        skip_column(reader, kind, 1)


def test_commas_inside_quotes_and_brackets_part_nothing() -> None:
    inside = r"a Enum8('x, (y' = 1, 'it\'s' = 2), `b, c` Decimal(9, 2)"
    assert list(arguments(inside)) == [r"a Enum8('x, (y' = 1, 'it\'s' = 2)", " `b, c` Decimal(9, 2)"]


def test_time_zones_are_put_back_where_they_were_left_out() -> None:
    columns = [
        Column("s", "String"),
        Column("at", "DateTime('Asia/Shanghai')"),
        Column("plain", "DateTime"),
        Column("n", "Nullable(DateTime('UTC'))"),
    ]
    values = [text("明"), bytes(4), bytes(4), bytes(5)]
    bare = [column.kind if column.name != "at" else "DateTime" for column in columns]

    def block(kinds: list[str]) -> bytes:
        parts = zip(columns, kinds, values, strict=True)
        return b"\4\1" + b"".join(text(column.name) + text(kind) + body for column, kind, body in parts)

    assert with_zones(block(bare), columns) == block([column.kind for column in columns])


def test_a_block_of_unknown_layout_stays_as_the_engine_wrote_it() -> None:
    block = b"\2\1" + text("d") + text("Dynamic") + b"whatever"
    assert with_zones(block, [Column("d", "Dynamic"), Column("at", "DateTime('UTC')")]) == block


def test_a_block_without_rows_still_names_its_columns() -> None:
    assert without_rows([Column("级别", "UInt8")]) == b"\1\0" + text("级别") + text("UInt8")
