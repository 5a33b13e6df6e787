"""A city on disk: what it sends, what is wrong in it, and how to read both."""

import base64
import gzip
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import orjson
import yaml

from mingjing.services.city.city import City
from mingjing.services.city.message import Message, Planted, case_key, stamp

EVENTS: Final = "events.jsonl.gz"
"""Every sound event in order of arrival, as a CloudEvent stamped the way intake does it."""

LOG: Final = "log.jsonl.gz"
"""The same events as flat rows, for `mingjing replay` with MAP and for process-mining tools."""

MAP: Final = "map.yaml"
GARBAGE: Final = "garbage.jsonl"
TRUTH: Final = "truth.jsonl"
SUMMARY: Final = "summary.json"
AGENCIES: Final = "agencies.yaml"

COLUMNS: Final = {
    "case": "casekey",
    "event": "type",
    "time": "time",
    "order": "sequence",
    "recorded": "recordedtime",
    "ingested": "ingestedtime",
    **{name: name for name in ("id", "source", "corrects", "item", "agency", "region", "officer", "post", "step")},
}


def write(city: City, agencies: Path, folder: Path) -> dict[str, Any]:
    """Write the city into `folder`, with a copy of its `agencies` file; return the summary written beside."""
    folder.mkdir(parents=True, exist_ok=True)
    log, planted = city.log()
    sound = [message for message in log if message.refused is None]
    fields: set[str] = set()
    with _packed(folder / EVENTS) as events, _packed(folder / LOG) as rows:
        for message in sound:
            event = orjson.loads(message.body)
            event |= {"casekey": case_key(message.agency, event["subject"]), "ingestedtime": stamp(message.at)}
            events.write(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))
            data = event.pop("data", {})
            fields |= data.keys()
            rows.write(orjson.dumps({"sequence": 0} | event | data, option=orjson.OPT_APPEND_NEWLINE))
    mapping = {**COLUMNS, "zone": "Asia/Shanghai", "data": sorted(fields)}
    (folder / MAP).write_text(yaml.safe_dump(mapping, sort_keys=False), encoding="utf-8")
    _write_lines(folder / GARBAGE, (_garbage(message) for message in log if message.refused is not None))
    _write_lines(folder / TRUTH, (_truth(each) for each in sorted(planted)))
    shutil.copyfile(agencies, folder / AGENCIES)
    summary = {
        "seed": city.seed,
        "cases": city.cases,
        "until": stamp(city.until),
        "events": len(sound),
        "garbage": dict(sorted(Counter(message.refused for message in log if message.refused).items())),
        "planted": dict(sorted(Counter(each.rule for each in planted).items())),
    }
    (folder / SUMMARY).write_bytes(orjson.dumps(summary, option=orjson.OPT_INDENT_2))
    return summary


def _garbage(message: Message) -> dict[str, Any]:
    original = base64.b64encode(message.body).decode()
    return {"at": stamp(message.at), "agency": message.agency, "code": message.refused, "original": original}


def _truth(planted: Planted) -> dict[str, Any]:
    at = stamp(planted.violated_at)
    return {"case": planted.case_key, "rule": planted.rule, "level": planted.level, "violated_at": at}


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        file.writelines(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)


@contextmanager
def _packed(path: Path) -> Iterator[IO[bytes]]:
    """Open a gzip file whose bytes depend on what is written alone."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        yield packed  # type: ignore[misc]  # GzipFile writes bytes
