"""Event logs of any origin as facts: a mapping says which column is what."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from mingjing.rules.events import Fact
from mingjing.rules.selector import Condition
from mingjing.rules.yaml_page import YamlPage
from mingjing.rules.zone import Zone, ZoneUnknown
from mingjing.services.log_rows import LogRefused, rows

ENVELOPE = ("item", "agency", "region", "officer", "post", "step", "source", "id", "recorded", "ingested", "corrects")
KEYS = (
    "case",
    "event",
    "time",
    "order",
    *ENVELOPE,
    "zone",
    "where",
    "data",
    "case_data",
    "time_format",
    "delimiter",
    "encoding",
)


class LogMapping(msgspec.Struct, frozen=True):
    """Which column of a log is what.

    `data` is `*` or the columns that become the event's data; columns that begin
    with `case_data` become attributes of the case, without that beginning.
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


def read_mapping(path: Path) -> LogMapping:
    """Return the mapping a YAML file states; PackRefused with every fault."""
    page = YamlPage(path.read_text("utf-8"), path.name)
    page.refuse()
    top = page.mapping(page.root, KEYS, ("case", "event", "time"))
    zone, where = Zone("Asia/Shanghai"), None
    try:
        zone = Zone(page.text(top["zone"])) if "zone" in top else zone
    except ZoneUnknown as exc:
        page.fault(top["zone"], str(exc))
    try:
        where = Condition(page.text(top["where"])) if "where" in top else None
    except ValueError as exc:
        page.fault(top["where"], str(exc).splitlines()[0])
    data = page.texts(top.get("data"))
    page.refuse()
    return LogMapping(
        page.text(top["case"]),
        page.text(top["event"]),
        page.text(top["time"]),
        page.text(top.get("order")) or None,
        {name: page.text(top[name]) for name in ENVELOPE if name in top},
        zone,
        where,
        None if "*" in data else tuple(data),
        page.text(top.get("case_data")) or None,
        page.text(top.get("delimiter")) or ",",
        page.text(top.get("encoding")) or "utf-8-sig",
    )


def read_log(path: Path, mapping: LogMapping) -> Iterator[tuple[str, Fact]]:
    """Yield (case, fact) for each row in the order of the file.

    An empty cell is absent. Where the mapping gives no id, the row's number is
    the id and the file's name the source; a row without order takes its place in the file.
    Raises LogRefused naming the row and column of the first value that cannot be read.
    """
    for number, row in enumerate(rows(path, mapping.delimiter, mapping.encoding), start=1):
        for needed in (mapping.case, mapping.event, mapping.time):
            if row.get(needed) in (None, ""):
                if needed not in row:
                    raise LogRefused(
                        f"{path.name} row {number}: there is no column {needed!r}; columns are {', '.join(row)}"
                    )
                raise LogRefused(f"{path.name} row {number}: column {needed!r} is empty")
        fact = _fact(path, number, row, mapping)
        if mapping.where is None or mapping.where.holds(fact):
            yield str(row[mapping.case]), fact


def _fact(path: Path, number: int, row: dict[str, Any], mapping: LogMapping) -> Fact:
    at = _instant(path, number, mapping.time, row, mapping)
    present = {name: value for name, value in row.items() if value not in (None, "")}
    prefix = mapping.case_data
    case_data = (
        {name[len(prefix) :]: value for name, value in present.items() if name.startswith(prefix)} if prefix else {}
    )
    data = {
        name: value
        for name, value in present.items()
        if (mapping.data is None or name in mapping.data) and not (prefix and name.startswith(prefix))
    }
    envelope = {name: str(present[column]) for name, column in mapping.columns.items() if column in present}
    times = {
        name: _instant(path, number, mapping.columns[name], row, mapping)
        for name in ("recorded", "ingested")
        if envelope.pop(name, None)
    }
    return Fact(
        id=envelope.pop("id", str(number)),
        source=envelope.pop("source", path.name),
        type=str(row[mapping.event]),
        at=at,
        stamp=times.get("ingested", at),
        recorded_at=times.get("recorded"),
        sequence=_order(path, number, row, mapping),
        data=data,
        case_data=case_data,
        **envelope,
    )


def _order(path: Path, number: int, row: dict[str, Any], mapping: LogMapping) -> int:
    if mapping.order is None:
        return number
    try:
        return int(float(row[mapping.order]))
    except (KeyError, TypeError, ValueError) as exc:
        raise LogRefused(
            f"{path.name} row {number}: column {mapping.order!r} = {row.get(mapping.order)!r} is not a whole number"
        ) from exc


def _instant(path: Path, number: int, column: str, row: dict[str, Any], mapping: LogMapping) -> int:
    try:
        return mapping.zone.parse(str(row[column]))[0]
    except ValueError as exc:
        raise LogRefused(f"{path.name} row {number}: column {column!r}: {exc}") from exc
