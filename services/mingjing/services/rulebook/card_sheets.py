"""The cards of a replay as files: JSON lines and CSV, plain or gzip, told apart by the file's name."""

import csv
import gzip
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import orjson

FORMS = ("jsonl", "csv", "html")
COLUMNS = (
    *("case", "rule", "rung", "level", "status", "issue", "occurrence", "violated_at", "due_at"),
    *("evidence", "说明", "explanation", "reason"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would run; such a cell gets an apostrophe before it."""

Line = Mapping[str, Any]
Take = Callable[[Line], object]


def form_of(path: Path) -> str | None:
    """Return which of `FORMS` a file's name asks for, `.gz` or not; None for any other."""
    suffix = Path(path.name.removesuffix(".gz")).suffix.removeprefix(".")
    found = {"ndjson": "jsonl", "htm": "html"}.get(suffix, suffix)
    return found if found in FORMS else None


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write bytes to; one named `.gz` is packed, the same bytes for the same content."""
    with path.open("wb") as plain:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=plain, mtime=0) as packed:
                yield cast("IO[bytes]", packed)
        else:
            yield plain


@contextmanager
def sheet(path: Path) -> Iterator[Take]:
    """Open a sheet of cards and yield what takes one line after the other."""
    with written(path) as raw:
        if form_of(path) == "csv":
            with io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:  # Excel knows UTF-8 by its mark alone
                rows = csv.writer(text, lineterminator="\n")
                rows.writerow(COLUMNS)
                yield lambda line: rows.writerow(_cells(line))
        else:
            yield lambda line: raw.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _cells(line: Line) -> list[str]:
    told = line.get("explain", {}).get("sentences", {})
    found = {
        **line,
        "evidence": " ".join(each["id"] for each in line.get("evidence", ())),
        "说明": "".join(told.get("zh", ())),
        "explanation": " ".join(told.get("en", ())),
        "reason": f"{', '.join(line['rules'])}: {line['reason']}" if "rules" in line else None,
    }
    return [_cell(found.get(column)) for column in COLUMNS]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and text != "-" else text
