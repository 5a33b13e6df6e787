"""Change events of Debezium as rows of a standard: what a database wrote, read from its log."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from mingjing.services.exchange.json_text import JsonRefused, read_json
from mingjing.services.standards.rows import Row
from mingjing.services.standards.saying import Operation

_OPERATIONS: dict[str, Operation] = {"c": "I", "r": "I", "u": "U", "d": "D"}
_MICROS = frozenset({"io.debezium.time.MicroTimestamp"})
_MILLIS = frozenset({"io.debezium.time.Timestamp", "org.apache.kafka.connect.data.Timestamp"})
_DAYS = frozenset({"io.debezium.time.Date", "org.apache.kafka.connect.data.Date"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ChangeRefused(ValueError):
    """The record is no change event; the text says what it lacks."""


class Change(msgspec.Struct, frozen=True):
    """A row as it now is (as it last was, if it was deleted), what was done to it, and when, if that is told.

    `before` is what a changed row was, None where the database's log has it not.
    """

    row: Row
    operation: Operation
    at: datetime | None
    before: Row | None


def read_change(raw: bytes | None) -> Change | None:
    """Return what a record of the JSON converter says, with or without its schema; None for a tombstone.

    Raises ChangeRefused.
    """
    if raw is None:
        return None
    try:
        record = read_json(raw)
    except JsonRefused as exc:
        raise ChangeRefused(f"{exc}；变更主题请用 JsonConverter 输出") from exc
    payload = record.get("payload", record) if isinstance(record, dict) else None
    operation = payload.get("op") if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or not isinstance(operation, str) or operation not in _OPERATIONS:
        raise ChangeRefused("没有 payload.op（c、r、u、d）；请勿在连接器上使用 unwrap 变换")
    deleted = operation == "d"
    image = payload.get("before" if deleted else "after")
    source = payload.get("source")
    if not isinstance(image, dict) or not isinstance(source, dict):
        lacking = "source" if isinstance(image, dict) else "before" if deleted else "after"
        hint = "；删除事件需要 REPLICA IDENTITY FULL" if lacking == "before" else ""
        raise ChangeRefused(f"变更事件没有 {lacking}{hint}")
    semantics = _semantics(record.get("schema"))
    moment = source.get("ts_ms")
    before = payload.get("before") if operation == "u" else None
    return Change(
        row=_row(image, semantics),
        operation=_OPERATIONS[operation],
        at=_since_epoch(timedelta(milliseconds=1), moment, "source.ts_ms") if isinstance(moment, int) else None,
        before=_row(before, semantics) if isinstance(before, dict) else None,
    )


def _row(image: dict[str, Any], semantics: dict[str, str]) -> dict[str, Any]:
    return {name: _told(name, value, semantics.get(name)) for name, value in image.items()}


def _semantics(schema: Any) -> dict[str, str]:
    """Return the logical type of each column that has one."""
    images = [each for each in _fields(schema) if each.get("field") in ("before", "after")]
    return {
        each["field"]: each["name"]
        for image in images
        for each in _fields(image)
        if isinstance(each.get("field"), str) and isinstance(each.get("name"), str)
    }


def _fields(schema: Any) -> list[dict[str, Any]]:
    fields = schema.get("fields") if isinstance(schema, dict) else None
    return [each for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []


def _told(name: str, value: Any, semantic: str | None) -> Any:
    """Return a value as a row has it. Database times without zone come as if they were UTC and stay without one."""
    if not isinstance(value, int) or semantic is None:
        return value
    if semantic in _MICROS:
        return _since_epoch(timedelta(microseconds=1), value, name).replace(tzinfo=None)
    if semantic in _MILLIS:
        return _since_epoch(timedelta(milliseconds=1), value, name).replace(tzinfo=None)
    return _since_epoch(timedelta(days=1), value, name).date() if semantic in _DAYS else value


def _since_epoch(unit: timedelta, count: int, name: str) -> datetime:
    try:
        return _EPOCH + unit * count
    except OverflowError as exc:
        raise ChangeRefused(f"列 {name} 的时间 {count} 不在公元 1 至 9999 年之间；请在来源库改正这一行") from exc
