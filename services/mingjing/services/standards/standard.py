"""A standard as declared: objects, columns, and the events a row of each object stands for."""

from collections.abc import Mapping
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from mingjing.rules.yaml_page import Node, YamlPage, nearest

ColumnType = Literal["text", "integer", "number", "time", "flag"]
COLUMN_TYPES: tuple[ColumnType, ...] = ("text", "integer", "number", "time", "flag")
ENVELOPE = ("item", "agency", "region", "officer", "post", "step")
"""Attributes of an event that a column may become; anything else is the event's data."""
CHECKS = ("handle-item",)
"""Rules of codes that fill no attribute: a 业务办理项编码, of 33 characters."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: `becomes` is the attribute of the event it fills on every event of the row.

    `codes` gives the meaning of each value; a value that is none of them is remarked on.
    `check` names the rule of a code that becomes no attribute, one of CHECKS.
    """

    name: str
    title: str
    type: ColumnType = "text"
    needed: bool = False
    becomes: str | None = None
    codes: Mapping[str, str] = {}
    personal: bool = False
    check: str | None = None


class Emission(msgspec.Struct, frozen=True, kw_only=True):
    """An event a row stands for, where the column `time` is filled and `when` (column → values) holds.

    `data` maps the event's fields to columns. An event that a row tells `instead_of` another is one
    with it: a row that says the one after it said the other has changed its word, and never says both.
    """

    type: str
    time: str
    when: Mapping[str, tuple[str, ...]] = {}
    data: Mapping[str, str] = {}
    instead_of: str = ""

    @property
    def role(self) -> str:
        """What the row tells by it, by the type of the first that it may tell."""
        return self.instead_of or self.type


class ExchangeObject(msgspec.Struct, frozen=True, kw_only=True):
    """One table or message of the standard.

    `subject` is the column of the case number, `key` those that tell the rows of a case
    apart, `recorded` when the row was written. A row for which `void` holds takes back
    what the same row said before; one for which `changed` holds says anew all that the row has to say.
    """

    name: str
    title: str
    subject: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    events: tuple[Emission, ...]
    recorded: str | None = None
    void: Mapping[str, tuple[str, ...]] = {}
    changed: Mapping[str, tuple[str, ...]] = {}


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange standard; times without offset are in `zone`.

    Objects, and the events of each, stand in the legal order of a case: of events at
    one instant the one declared first comes first.
    """

    name: str
    title: str
    basis: tuple[str, ...]
    zone: ZoneInfo
    objects: Mapping[str, ExchangeObject]


STANDARD_KEYS = ("standard", "title", "basis", "zone", "objects")
OBJECT_KEYS = ("title", "subject", "key", "recorded", "void", "changed", "columns", "events")
COLUMN_KEYS = ("title", "type", "needed", "becomes", "codes", "personal", "check")
EVENT_KEYS = ("type", "time", "when", "data", "instead_of")


def read_standard(text: str, name: str) -> Standard:
    """Return the standard that YAML `text` declares. Raises PackRefused with every fault."""
    page = YamlPage(text, name)
    found = page.mapping(page.root, STANDARD_KEYS, ("standard", "title", "zone", "objects"))
    zone = _zone(page, found.get("zone"))
    objects = {each: _object(page, each, node) for each, node in page.entries(found.get("objects")).items()}
    page.refuse()
    return Standard(
        name=page.text(found["standard"]),
        title=page.text(found["title"]),
        basis=tuple(page.texts(found.get("basis"))),
        zone=zone,
        objects=objects,
    )


def _zone(page: YamlPage, node: Node | None) -> ZoneInfo:
    try:
        return ZoneInfo(page.text(node) or "Asia/Shanghai")
    except (ZoneInfoNotFoundError, ValueError):
        page.fault(node, f"{page.text(node)!r} is not a time zone; write Asia/Shanghai")
        return ZoneInfo("Asia/Shanghai")


def _object(page: YamlPage, name: str, node: Node) -> ExchangeObject:
    found = page.mapping(node, OBJECT_KEYS, ("title", "subject", "columns", "events"))
    columns = {each: _column(page, each, value) for each, value in page.entries(found.get("columns")).items()}

    def column(of: Node | None) -> str:
        written = page.text(of)
        if of is not None and written not in columns:
            page.fault(of, f"{name} has no column {written!r}{nearest(written, columns)}")
        return written

    def holds(of: Node | None) -> dict[str, tuple[str, ...]]:
        conditions = page.entries(of) if of is not None else {}
        for condition, value in conditions.items():
            if condition not in columns:
                page.fault(value, f"{name} has no column {condition!r}{nearest(condition, columns)}")
        return {condition: tuple(page.texts(value)) for condition, value in conditions.items()}

    told: list[str] = []

    def emission(of: Node) -> Emission:
        entry = page.mapping(of, EVENT_KEYS, ("type", "time"))
        data = page.entries(entry["data"]) if "data" in entry else {}
        other = entry.get("instead_of")
        if other is not None and page.text(other) not in told:
            page.fault(
                other, f"{name} has no event {page.text(other)!r} before this one{nearest(page.text(other), told)}"
            )
        told.append(page.text(entry.get("type")))
        return Emission(
            type=told[-1],
            time=column(entry.get("time")),
            when=holds(entry.get("when")),
            data={field: column(value) for field, value in data.items()},
            instead_of=page.text(other) if other is not None else "",
        )

    return ExchangeObject(
        name=name,
        title=page.text(found.get("title")),
        subject=column(found.get("subject")),
        key=tuple(column(each) for each in page.items(found.get("key"))),
        columns=columns,
        events=tuple(emission(each) for each in page.items(found.get("events"))),
        recorded=column(found["recorded"]) if "recorded" in found else None,
        void=holds(found.get("void")),
        changed=holds(found.get("changed")),
    )


def _column(page: YamlPage, name: str, node: Node) -> Column:
    found = page.mapping(node, COLUMN_KEYS, ("title",))
    becomes = found.get("becomes")
    codes = page.entries(found["codes"]) if "codes" in found else {}
    return Column(
        name=name,
        title=page.text(found.get("title")),
        type=page.word(found.get("type"), COLUMN_TYPES, "text"),  # type: ignore[arg-type]  # one of COLUMN_TYPES
        needed=page.flag(found.get("needed"), default=False),
        becomes=page.word(becomes, ENVELOPE, "item") if becomes is not None else None,
        codes={code: page.text(value) for code, value in codes.items()},
        personal=page.flag(found.get("personal"), default=False),
        check=page.word(found["check"], CHECKS, CHECKS[0]) if "check" in found else None,
    )
