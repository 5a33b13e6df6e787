"""What a statement wants done, as far as the protocol must know before the engine does."""

import re
from typing import NamedTuple

_COMMENT = r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)"
_LEADING = re.compile(rf"{_COMMENT}*\(*{_COMMENT}*", re.DOTALL)
_NAME = r"(?:`(?:[^`\\]|\\.)+`|\"(?:[^\"\\]|\\.)+\"|\w+)"
_INSERT = re.compile(
    rf"INSERT\s+INTO\s+(?:TABLE\s+)?(?P<table>{_NAME}(?:\s*\.\s*{_NAME})?)\s*"
    rf"(?:\((?P<columns>[^()]*)\)\s*)?(?:SETTINGS\s+(?P<settings>[^()]*?)\s+)?(?:VALUES|FORMAT\s+\w+)\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_COLUMN = re.compile(_NAME)


class Insert(NamedTuple):
    """An INSERT whose rows follow in blocks; `columns` None = all that can be written."""

    table: str
    columns: tuple[str, ...] | None


def parse_insert(statement: str) -> Insert | None:
    """Return the insert a statement announces; None for any other statement.

    An INSERT that brings its rows along, by SELECT or as literals, is any other statement.
    """
    match = _INSERT.fullmatch(_bare(statement))
    if match is None:
        return None
    listed = match["columns"]
    columns = tuple(_unquoted(name) for name in _COLUMN.findall(listed)) if listed is not None else None
    return Insert(match["table"], columns)


def is_select(statement: str) -> bool:
    """Return whether the statement is one whose result can be streamed and described."""
    return re.match(r"(?:SELECT|WITH)\b", _bare(statement), re.IGNORECASE) is not None


def only_reads(statement: str) -> bool:
    """Return whether asking the statement a second time changes nothing."""
    return re.match(r"(?:SHOW|EXISTS|DESC|DESCRIBE|EXPLAIN)\b", _bare(statement), re.IGNORECASE) is not None


def quoted(name: str) -> str:
    """Return a name as SQL may write it, whatever is in it."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def literal(text: str) -> str:
    """Return a text as an SQL string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _bare(statement: str) -> str:
    return statement[_LEADING.match(statement).end() :].strip()  # type: ignore[union-attr]  # it matches the empty text


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name[0] in '`"' else name
