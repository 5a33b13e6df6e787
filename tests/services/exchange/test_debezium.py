from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from mingjing.services.exchange.debezium import Change, ChangeRefused, read_change

ROW = {"project_no": "1", "apply_date": 1772726400000000}
SCHEMA = {
    "fields": [
        {"field": "before", "fields": [{"field": "apply_date", "name": "io.debezium.time.MicroTimestamp"}]},
        {
            "field": "after",
            "fields": [
                {"field": "project_no", "type": "string"},
                {"field": "apply_date", "name": "io.debezium.time.MicroTimestamp"},
                {"field": "accept_date", "name": "io.debezium.time.Date"},
            ],
        },
    ]
}


def change(op: Any = "c", **payload: Any) -> bytes:
    image = {"before": ROW, "after": None} if op == "d" else {"before": None, "after": ROW}
    told = {"op": op, "source": {"table": "up_pro_accept", "ts_ms": 1772730000000}, **image, **payload}
    return orjson.dumps({"schema": SCHEMA, "payload": told})


def read(raw: bytes) -> Change:
    found = read_change(raw)
    assert found is not None
    return found


@pytest.mark.parametrize(("op", "operation"), [("c", "I"), ("r", "I"), ("u", "U"), ("d", "D")])
def test_what_was_done_to_the_row_is_told_as_the_standard_tells_it(op: str, operation: str) -> None:
    assert read(change(op)).operation == operation


def test_of_a_changed_row_it_is_told_what_it_was() -> None:
    raw = change("u", before={**ROW, "accept_date": 20518})

    assert read(raw).before == {**read(raw).row, "accept_date": date(2026, 3, 6)}


def test_a_database_that_does_not_log_what_a_row_was_says_nothing_of_it() -> None:
    assert read(change("u")).before is None


def test_a_time_of_the_database_is_the_time_on_its_clock() -> None:
    assert read(change()).row["apply_date"] == datetime(2026, 3, 5, 16)  # noqa: DTZ001  # without zone, as in the table


def test_a_date_of_the_database_is_a_date() -> None:
    assert read(change(after={**ROW, "accept_date": 20518})).row["accept_date"] == date(2026, 3, 6)


def test_the_moment_of_the_change_is_told() -> None:
    assert read(change()).at == datetime(2026, 3, 5, 17, tzinfo=UTC)


def test_a_record_without_its_schema_is_read_too() -> None:
    payload = orjson.loads(change())["payload"]

    assert read(orjson.dumps(payload)).row["project_no"] == "1"


@pytest.mark.parametrize("fields", [None, [1], [{"field": "after", "fields": [{}]}]])
def test_a_schema_that_says_nothing_of_a_column_leaves_it_as_it_came(fields: object) -> None:
    record = {**orjson.loads(change()), "schema": {"fields": fields}}

    assert read(orjson.dumps(record)).row["apply_date"] == ROW["apply_date"]


def test_a_tombstone_says_nothing() -> None:
    assert read_change(None) is None


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"{", "不是合法的 UTF-8 JSON"),
        (b'{"op": "\xff"}', "不是合法的 UTF-8 JSON"),
        (b"[" * 100_000, "嵌套超过 64 层"),
        (change(["c"]), "没有 payload.op"),
        (change(after={"apply_date": 2**62}), "列 apply_date 的时间 4611686018427387904 不在公元"),
        (change(source={"ts_ms": 2**62}), "列 source.ts_ms 的时间"),
        (b"{}", "没有 payload.op"),
        (change("d", before=None), "REPLICA IDENTITY FULL"),
        (b"[]", "没有 payload.op"),
    ],
)
def test_what_is_no_change_event_is_refused_with_the_remedy(raw: bytes, says: str) -> None:
    with pytest.raises(ChangeRefused, match=says):
        read_change(raw)
