"""Cases as XES (IEEE 1849-2016): a trace a case, an event a fact."""

import gzip
import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import IO
from xml.sax.saxutils import quoteattr

from mingjing.rules.events import Fact
from mingjing.rules.zone import Zone
from mingjing.services.export.archive import SettledCase, attributes

_NO_NAME = re.compile(r"[^\w.:-]")
_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <global scope="trace"><string key="concept:name" value=""/></global>
  <global scope="event"><string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/></global>
  <classifier name="activity" keys="concept:name"/>
"""


def write_xes(cases: Iterable[SettledCase], path: Path, zone: Zone) -> tuple[int, int]:
    """Write the cases to `path`, compressed if it ends in .gz; return how many traces and events.

    `cards` of a trace is how many cards of the case show a level, as reports count them.
    Cases are written as they come: a log of any size needs the memory of one page.
    """
    traces = events = 0
    with closing(_opened(path)) as file:
        file.write(_HEAD)
        for case in cases:
            file.write("  <trace>\n")
            for key, value in _named(("concept:name", case.key), ("item", case.item), ("agency", case.agency)):
                file.write(_text("    ", key, value))
            file.write(_text("    ", "region", case.region) if case.region else "")
            file.write(_number("    ", "cards", len(case.shown_cards)))
            for fact in case.facts:
                _event(file, fact, zone)
            file.write("  </trace>\n")
            traces, events = traces + 1, events + len(case.facts)
        file.write("</log>\n")
    return traces, events


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "wt", encoding="utf-8", compresslevel=6)
    return path.open("w", encoding="utf-8")


def _event(file: IO[str], fact: Fact, zone: Zone) -> None:
    file.write("    <event>\n")
    file.write(_text("      ", "concept:name", fact.type))
    file.write(f'      <date key="time:timestamp" value="{zone.text(fact.at)}"/>\n')
    file.write(_text("      ", "lifecycle:transition", "complete"))
    told = {"org:resource": fact.officer, "org:role": fact.post, "org:group": fact.agency}
    said = {_name(key): value for key, value in attributes(fact).items()}
    for key, value in (said | {key: value for key, value in told.items() if value}).items():
        if isinstance(value, bool):
            file.write(f'      <boolean key={quoteattr(key)} value="{str(value).lower()}"/>\n')
        elif isinstance(value, int):
            file.write(_number("      ", key, value))
        elif isinstance(value, float):
            file.write(f'      <float key={quoteattr(key)} value="{value}"/>\n')
        else:
            file.write(_text("      ", key, value))
    file.write("    </event>\n")


def _named(*pairs: tuple[str, str | None]) -> list[tuple[str, str]]:
    return [(key, value) for key, value in pairs if value]


def _text(indent: str, key: str, value: str) -> str:
    return f"{indent}<string key={quoteattr(key)} value={quoteattr(_printable(value))}/>\n"


def _number(indent: str, key: str, value: int) -> str:
    return f'{indent}<int key={quoteattr(key)} value="{value}"/>\n'


def _name(key: str) -> str:
    """Return `key` as the name that the schema of XES wants (XML 1.0, Name): other characters become underscores."""
    name = _NO_NAME.sub("_", key)
    return name if name[:1].isalpha() or name[:1] in "_:" else f"_{name}"


def _printable(text: str) -> str:
    """Return `text` without the characters that XML 1.0 cannot hold."""
    return _UNWRITTEN.sub("", text)
