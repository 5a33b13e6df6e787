"""Rows of a dropped file: JSON, JSON lines or XML; tables go by `uploads`.

XML is the flat form of exchange platforms: any element that has only elements of text
below it is a row, its children are the columns. Entities and DTDs are refused.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from mingjing.services.exchange.json_text import JsonRefused, read_json
from mingjing.services.standards.rows import Row

READ = (".json", ".jsonl", ".xml")
"""How the names of the files that are read here end."""
_LET_GO = "\0read"
"""Tag of an element whose content was read and let go, so that its parent is no row."""
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_CHINESE = frozenset({"gb2312", "gbk", "gb18030"})
"""Encodings, by their names in Python, that expat has not; all are read as GB18030, which holds the others."""
MAX_BYTES = 256 * 1024 * 1024


class FileRefused(ValueError):
    """The file cannot be read as rows; the text says where and how to mend it."""


def rows_in(path: Path) -> Iterator[Row]:
    """Yield the rows of the file. Raises FileRefused, also while being read."""
    if path.stat().st_size > MAX_BYTES:
        raise FileRefused(f"文件超过 {MAX_BYTES // 1024 // 1024} MiB；请分成几个文件，或用 CSV")
    yield from dict(zip(READ, (_json, _json_lines, _xml), strict=True))[path.suffix.lower()](path)


def _json(path: Path) -> Iterator[Row]:
    try:
        content = read_json(path.read_bytes())
    except JsonRefused as exc:
        raise FileRefused(str(exc)) from exc
    for number, each in enumerate(content if isinstance(content, list) else [content], 1):
        yield _row(each, f"第{number}个元素")


def _json_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                content = read_json(line)
            except JsonRefused as exc:
                raise FileRefused(f"第{number}行{exc}") from exc
            yield _row(content, f"第{number}行")


def _row(value: Any, place: str) -> Row:
    if not isinstance(value, dict):
        raise FileRefused(f"{place}应为 JSON 对象，列名对应值")
    return value


def _xml(path: Path) -> Iterator[Row]:
    encoding = _declared(path)
    try:
        with ExitStack() as opened:
            # Text is read by what it says, whatever its declaration says.
            chinese = encoding in _CHINESE
            file = opened.enter_context(path.open(encoding="gb18030") if chinese else path.open("rb"))
            for _, element in iterparse(file, events=("end",), forbid_dtd=True):
                children = list(element)
                if not children:
                    continue
                if all(len(child) == 0 and child.tag != _LET_GO for child in children):
                    yield {child.tag.rpartition("}")[2]: child.text for child in children}
                element.clear()
                element.tag = _LET_GO
    except ParseError as exc:
        raise FileRefused(f"不是合法的 XML（{exc}）") from exc
    except DefusedXmlException as exc:
        raise FileRefused("XML 含有 DTD 或实体定义；请去掉后重传") from exc
    except UnicodeDecodeError as exc:
        raise FileRefused(f"内容不是所声明的编码 {encoding}（{exc.reason}）；请照实声明，或存为 UTF-8") from exc
    except (ValueError, LookupError) as exc:
        raise FileRefused(f"XML 的编码 {encoding} 不能读（{exc}）；请存为 UTF-8 或 GB18030，并照此声明") from exc


def _declared(path: Path) -> str:
    """Return the encoding that the XML declares, by its name in Python; UTF-8 where a mark or nothing says so."""
    with path.open("rb") as file:
        begins = file.read(256)
    found = None if begins.startswith(codecs.BOM_UTF8) else _DECLARED.match(begins)
    if found is None:
        return "utf-8"
    name = found[1].decode("ascii").lower()
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name
