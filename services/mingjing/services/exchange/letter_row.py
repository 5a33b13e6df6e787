"""A row that could not be used, as its dead letter keeps it: with all that is needed to read it again, mended."""

import json
from typing import Any

import msgspec
import orjson

from mingjing.services.exchange.json_text import JsonRefused, read_json
from mingjing.services.standards.rows import Row, Translated, translate
from mingjing.services.standards.saying import Said
from mingjing.services.standards.shelf import shipped_standards


class LetterRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row, what it is a row of, and what was known of it when it was fetched.

    `source` is the CloudEvents source its events are of, `before` what the row was, where that came too.
    """

    standard: str
    object: str
    source: str
    row: dict[str, Any]
    said: Said = Said()
    before: dict[str, Any] | None = None


class RowUnread(ValueError):
    """The text is no such row, or says more than its cells anew; it says what is wrong."""


def written(letter: LetterRow) -> bytes:
    """Return the row as JSON, times and numbers as text where JSON has none of their kind."""
    told = {name: getattr(letter, name) for name in letter.__struct_fields__}
    told["said"] = {name: value for name, value in msgspec.to_builtins(letter.said).items() if value}
    told = {name: value for name, value in told.items() if value or name == "row"}
    try:
        return orjson.dumps(told, default=str)
    except orjson.JSONEncodeError:
        # An integer of more than 64 bits, which is JSON all the same.
        return json.dumps(told, default=str, ensure_ascii=False).encode()


def read(raw: bytes) -> LetterRow | None:
    """Return the row that a letter keeps; None of a letter that does not say what it is a row of."""
    try:
        return msgspec.convert(read_json(raw), LetterRow)
    except (JsonRefused, msgspec.ValidationError):
        return None


def mended(was: LetterRow, raw: bytes) -> LetterRow:
    """Return the row of a letter with its cells as they should have been; only they may differ. Raises RowUnread."""
    try:
        now = msgspec.convert(read_json(raw), LetterRow)
    except (JsonRefused, msgspec.ValidationError) as exc:
        raise RowUnread(f"应与原件一样是 {{standard, object, source, row, …}}（{exc}）；请只改 row 里的值") from exc
    for name in was.__struct_fields__:
        if name != "row" and getattr(now, name) != getattr(was, name):
            raise RowUnread(f"{name} 与原件不同；请只改 row 里的值，其余照原件")
    return now


def events_of(letter: LetterRow) -> Translated:
    """Return what the row stands for, read as it would have been when it was fetched. Raises RowUnread."""
    standard = shipped_standards().get(letter.standard)
    form = standard.objects.get(letter.object) if standard is not None else None
    if standard is None or form is None:
        raise RowUnread(f"现行的标准没有 {letter.standard} 的对象 {letter.object}；请在来源处改正")
    row: Row = letter.row
    return translate(standard, form, row, letter.source, letter.said, letter.before)
