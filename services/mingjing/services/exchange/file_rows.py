"""Rows of a dropped file: JSON, JSON lines or XML; tables go by `uploads`.

XML is the flat form of exchange platforms: any element that has only elements of text
below it is a row, its children are the columns. Entities and DTDs are refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from mingjing.services.standards.rows import Row

_READ = "\0read"
"""Tag of an element whose content was read and let go, so that its parent is no row."""
MAX_BYTES = 256 * 1024 * 1024


class FileRefused(ValueError):
    """The file cannot be read as rows; the text says where and how to mend it."""


def rows_in(path: Path) -> Iterator[Row]:
    """Yield the rows of the file. Raises FileRefused, also while being read."""
    if path.stat().st_size > MAX_BYTES:
        raise FileRefused(f"文件超过 {MAX_BYTES // 1024 // 1024} MiB；请分成几个文件，或用 CSV")
    yield from {".json": _json, ".jsonl": _json_lines, ".xml": _xml}[path.suffix.lower()](path)


def _json(path: Path) -> Iterator[Row]:
    try:
        content = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise FileRefused(f"不是合法的 UTF-8 JSON（{exc}）") from exc
    for number, each in enumerate(content if isinstance(content, list) else [content], 1):
        yield _row(each, f"第{number}个元素")


def _json_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield _row(msgspec.json.decode(line), f"第{number}行")
            except (msgspec.DecodeError, UnicodeDecodeError) as exc:
                raise FileRefused(f"第{number}行不是合法的 UTF-8 JSON（{exc}）") from exc


def _row(value: Any, place: str) -> Row:
    if not isinstance(value, dict):
        raise FileRefused(f"{place}应为 JSON 对象，列名对应值")
    return value


def _xml(path: Path) -> Iterator[Row]:
    try:
        for _, element in iterparse(path, events=("end",), forbid_dtd=True):
            children = list(element)
            if not children:
                continue
            if all(len(child) == 0 and child.tag != _READ for child in children):
                yield {child.tag.rpartition("}")[2]: child.text for child in children}
            element.clear()
            element.tag = _READ
    except ParseError as exc:
        raise FileRefused(f"不是合法的 XML（{exc}）") from exc
    except DefusedXmlException as exc:
        raise FileRefused("XML 含有 DTD 或实体定义；请去掉后重传") from exc
