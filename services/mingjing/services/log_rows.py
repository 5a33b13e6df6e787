"""Rows of event logs: CSV, JSON lines or XES, plain or gzip, told apart by the file's name."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import orjson
from defusedxml.ElementTree import ParseError, iterparse


class LogRefused(ValueError):
    """A log or its mapping cannot be read; the text names the file, the row and the column."""


def rows(path: Path, delimiter: str, encoding: str) -> Iterator[dict[str, Any]]:
    """Yield each event of the log as a mapping of its columns, in the order of the file.

    In XES an event's attributes keep their keys and those of its trace begin with `case:`.
    Raises LogRefused naming the place of what is not a row.
    """
    kind = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    opener = gzip.open if path.suffix == ".gz" else Path.open
    with cast("IO[bytes]", opener(path, "rb")) as raw:
        if kind == "xes":
            yield from _xes(path, raw)
        elif kind in {"jsonl", "ndjson", "json"}:
            yield from _json_lines(path, raw)
        else:
            with io.TextIOWrapper(raw, encoding, newline="") as text:
                yield from csv.DictReader(text, delimiter=delimiter)


def _json_lines(path: Path, raw: IO[bytes]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(raw, start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as exc:
            raise LogRefused(f"{path.name} line {number}: not JSON: {exc}") from exc
        if not isinstance(row, dict):
            raise LogRefused(f"{path.name} line {number}: expected an object, found {type(row).__name__}")
        yield row


def _xes(path: Path, raw: IO[bytes]) -> Iterator[dict[str, Any]]:
    trace: dict[str, Any] = {}
    inside: list[str] = []
    events: list[dict[str, Any]] = []
    try:
        for moment, element in iterparse(raw, ("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if moment == "start":
                inside.append(tag)
                continue
            inside.pop()
            if tag == "event":
                events.append({each.get("key", ""): each.get("value") for each in element})
                element.clear()
            elif inside[-1:] == ["trace"] and element.get("key") is not None:
                trace[f"case:{element.get('key')}"] = element.get("value")
            elif tag == "trace":
                yield from ({**trace, **event} for event in events)
                trace, events = {}, []
                element.clear()
    except ParseError as exc:
        raise LogRefused(f"{path.name}: not XES: {exc}") from exc
