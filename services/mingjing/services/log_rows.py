"""Rows of event logs: CSV, JSON lines or XES, plain or gzip, told apart by the file's name."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import orjson

from mingjing.services.log_xes import xes_rows

LONGEST_CELL = 16 * 1024 * 1024
"""A cell longer than this is taken for a quotation mark nobody closed."""


JSON = frozenset({"jsonl", "ndjson", "json"})

FOREIGN = {
    **dict.fromkeys(("xlsx", "xls", "xlsm", "ods", "et"), "save the sheet as CSV"),
    **dict.fromkeys(("zip", "7z", "rar", "tar", "tgz", "bz2", "xz", "zst"), "unpack it, or pack the log alone as .gz"),
    **dict.fromkeys(("parquet", "feather", "db", "sqlite", "mdb"), "export it as CSV or JSON lines"),
}
"""Files that hold no text, by their ending, and what to do with them."""


class LogRefused(ValueError):
    """A log or its mapping cannot be read; the text names the file, the row and the column."""


def rows(path: Path, delimiter: str, encoding: str) -> Iterator[dict[str, Any]]:
    """Yield each event of the log as a mapping of its columns, in the order of the file.

    A row of a CSV that ends early lacks its last cells; one with more cells than
    the header is refused. In XES an event's attributes keep their keys and those
    of its trace begin with `case:`.
    Raises LogRefused naming the place of what is not a row.
    """
    kind = kind_of(path)
    if kind in FOREIGN:
        raise LogRefused(f"{path.name}: a log is CSV, JSON lines or XES, plain or .gz; {FOREIGN[kind]}")
    opener = gzip.open if path.suffix == ".gz" else Path.open
    try:
        with cast("IO[bytes]", opener(path, "rb")) as raw:
            if kind == "xes":
                yield from xes_rows(raw)
            else:
                with io.TextIOWrapper(raw, encoding, newline="") as text:
                    yield from (_json(path, text, kind) if kind in JSON else _csv(path, text, delimiter))
    except UnicodeError as exc:
        raise LogRefused(
            f"{path.name}: not written in {encoding}: {exc}; say in the mapping which: encoding: {_likely(exc)}"
        ) from exc
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise LogRefused(f"{path.name}: the packed file is damaged or cut short: {exc}") from exc
    except ValueError as exc:
        raise exc if isinstance(exc, LogRefused) else LogRefused(f"{path.name}: {exc}") from exc


def _likely(exc: UnicodeError) -> str:
    """Return the encoding of bytes that begin with the mark of UTF-16, else those that offices write in."""
    begun = exc.object[:2] if isinstance(exc, UnicodeDecodeError) and exc.start == 0 else b""
    return "utf-16" if begun in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "gb18030, or latin-1 in Western Europe"


def kind_of(path: Path) -> str:
    """Return the ending of a log's name without `.gz`; what is neither XES nor JSON is a table."""
    return path.name.removesuffix(".gz").rpartition(".")[2].lower()


def _csv(path: Path, text: IO[str], delimiter: str) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        header = next(reader, [])
        if "".join(header).startswith("sep="):
            header = next(reader, [])  # a word of spreadsheets to themselves
        if twice := next((name for place, name in enumerate(header) if name in header[:place]), None):
            raise LogRefused(f"{path.name} line 1: column {twice!r} stands there twice; give each its own name")
        for cells in reader:
            if len(cells) > len(header):
                raise LogRefused(
                    f"{path.name} line {reader.line_num}: {len(cells)} cells under {len(header)} columns, the first "
                    f"too many is {cells[len(header)]!r}; put quotation marks around a cell that holds {delimiter!r}"
                )
            if len(cells) == len(header):
                yield dict(zip(header, cells, strict=True))
            elif "".join(cells).strip():
                yield dict(zip(header, cells, strict=False)) | dict.fromkeys(header[len(cells) :])
    except csv.Error as exc:
        raise LogRefused(f"{path.name} line {reader.line_num}: not CSV: {exc}") from exc


def _json(path: Path, text: IO[str], kind: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines, or of the one list of a `.json`."""
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        if kind == "json" and line.lstrip().startswith("["):
            yield from _json_list(path, line + text.read())
            return
        yield _object(path, f"line {number}", _decoded(path, f"line {number}", line))


def _json_list(path: Path, text: str) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(_decoded(path, "line 1", text), start=1):
        yield _object(path, f"element {number}", each)


def _decoded(path: Path, place: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as exc:
        raise LogRefused(f"{path.name} {place}: not JSON: {exc}") from exc


def _object(path: Path, place: str, found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise LogRefused(f"{path.name} {place}: expected an object, found {type(found).__name__}")
    return found
