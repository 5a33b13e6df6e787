"""What a mapping says of a log: which column is what, and how its cells are written."""

import codecs
from collections.abc import Mapping
from pathlib import Path

import msgspec
import yaml

from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.syntax import parse
from mingjing.rules.selector import Condition
from mingjing.rules.yaml_page import Node, YamlPage
from mingjing.rules.zone import Zone, ZoneUnknown
from mingjing.services.log_instants import misread
from mingjing.services.log_numbers import BETWEEN

ENVELOPE = ("item", "agency", "region", "officer", "post", "step", "source", "id", "recorded", "ingested", "corrects")
KEYS = (
    *("case", "event", "time", "events", "order", *ENVELOPE),
    *("zone", "where", "data", "case_data", "time_format", "dates", "numbers", "decimal", "delimiter", "encoding"),
)
TIMED = frozenset({"time", "recordedtime", "lag_s", "ahead_s"})
"""What a `where` may ask of an event that takes an instant to answer."""


class LogMapping(msgspec.Struct, frozen=True):
    """Which column of a log is what.

    `data` is None (`*`, all) or the columns that become the event's data beside
    those the mapping names; columns that begin with `case_data` become attributes
    of the case, without that beginning. `time_format` is one of strptime's, one of
    `log_instants.EPOCHS`, or None for ISO dates and instants; `dates` are further columns written in it,
    which rules read as ISO. `numbers` are columns whose cells are numbers, with `decimal` before their
    decimals: in a table and in XES every cell is text, which is neither less nor more than a number.
    Where a row is a whole case, `events` names what happened and in which column it says when; `parts` are then
    mappings of one of them each (`told`, at `place`), whose `event` and `time` are that column.
    `where` is asked of all columns; `timeless` if it asks nothing of the instant, so that it may leave
    out a row that has none.
    """

    case: str
    event: str
    time: str
    order: str | None
    columns: dict[str, str]
    zone: Zone
    where: Condition | None
    data: tuple[str, ...] | None
    case_data: str | None
    delimiter: str
    encoding: str
    time_format: str | None = None
    dates: tuple[str, ...] = ()
    timeless: bool = True
    numbers: tuple[str, ...] = ()
    decimal: str = "."
    events: Mapping[str, str] = {}
    told: str = ""
    place: int = 0

    @property
    def named(self) -> frozenset[str]:
        """Every column the mapping names; rules read them as `event.<column>`."""
        columns = (self.case, self.event, self.time, self.order, *self.columns.values(), *self.events.values())
        return frozenset(filter(None, columns))

    @property
    def parts(self) -> tuple["LogMapping", ...]:
        """What a row says by itself, one mapping for each event it may tell of; itself where a row is one event."""
        return tuple(
            msgspec.structs.replace(self, event=column, time=column, told=name, place=place)
            for place, (name, column) in enumerate(self.events.items())
        ) or (self,)


def read_mapping(path: Path) -> LogMapping:
    """Return the mapping a YAML file states; PackRefused with every fault."""
    page = YamlPage(path.read_text("utf-8"), path.name)
    page.refuse()
    whole = isinstance(page.root, yaml.MappingNode) and any(key.value == "events" for key, _ in page.root.value)
    top = page.mapping(page.root, KEYS, ("case",))
    events = {name: page.text(node) for name, node in page.entries(top["events"]).items()} if whole else {}
    for key in ("event", "time"):
        if whole and key in top:
            page.fault(top[key], f"`events` says what each column tells of; leave `{key}` out")
        if not whole and key not in top:
            page.fault(page.root, f"key {key!r} is missing")
    if whole and not events:
        page.fault(top["events"], "`events` names no event; write the name of each and the column of its time")
    zone, where = Zone("Asia/Shanghai"), None
    try:
        zone = Zone(page.text(top["zone"])) if "zone" in top else zone
    except ZoneUnknown as exc:
        page.fault(top["zone"], str(exc))
    try:
        where = Condition(asked) if (asked := page.text(top.get("where"))) else None
    except ValueError as exc:
        page.fault(top["where"], str(exc).splitlines()[0])
    data = page.texts(top.get("data"))
    if "dates" in top and "time_format" not in top:
        page.fault(top["dates"], "`dates` are written in `time_format`; give it, or leave them as ISO dates")
    if "decimal" in top and "numbers" not in top:
        page.fault(top["decimal"], "`decimal` stands in `numbers`; name the columns that hold numbers")
    time_format = page.text(top.get("time_format")) or None
    if time_format is not None and (told := misread(time_format)):
        page.fault(top["time_format"], told)
    decimal = page.word(top.get("decimal"), tuple(BETWEEN), ".")
    delimiter, encoding = _delimiter(page, top.get("delimiter")), _encoding(page, top.get("encoding"))
    page.refuse()
    return LogMapping(
        page.text(top["case"]),
        page.text(top.get("event")),
        page.text(top.get("time")),
        page.text(top.get("order")) or None,
        {name: page.text(top[name]) for name in ENVELOPE if name in top},
        zone,
        where,
        None if "*" in data else tuple(data),
        page.text(top.get("case_data")) or None,
        delimiter,
        encoding,
        time_format,
        tuple(page.texts(top.get("dates"))),
        where is None or _timeless(where.text),
        tuple(page.texts(top.get("numbers"))),
        decimal,
        events,
    )


def _timeless(where: str) -> bool:
    return TIMED.isdisjoint(Program(where, parse(where), strict=False).members("event"))


def _delimiter(page: YamlPage, node: Node | None) -> str:
    found = page.text(node) or ","
    if len(found) != 1:
        page.fault(node, f"{found!r} is not one character; write ',', ';', '|' or \"\\t\"")
    return found


def _encoding(page: YamlPage, node: Node | None) -> str:
    found = page.text(node) or "utf-8-sig"
    try:
        codecs.lookup(found)
    except LookupError:
        page.fault(node, f"{found!r} is no encoding we know; write utf-8, gb18030, utf-16 or another of Python's names")
    return found
