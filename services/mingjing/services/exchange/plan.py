"""exchange.yaml: what is fetched from where, for whom; an address with a password is never in it, only its place."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from mingjing.rules.yaml_page import Node, YamlPage, nearest
from mingjing.services.agencies import Agencies, Agency
from mingjing.services.exchange.table_poll import TablePlan
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.standards.standard import ExchangeObject, Standard
from mingjing.services.uploads.mapping import MappingRefused, mapping_of

Kind = Literal["table", "folder", "debezium"]
KINDS: tuple[Kind, ...] = ("table", "folder", "debezium")
ALL_KEYS = ("name", "kind", "agency", "source", "standard", "object", "columns", "row", "every_s")
OWN_KEYS: dict[str, tuple[str, ...]] = {
    "table": ("url_env", "url_file", "table", "key", "mode", "column", "unread", "read", "overlap_s"),
    "folder": ("path",),
    "debezium": ("topic",),
}
NEEDED: dict[str, tuple[str, ...]] = {
    "table": ("table", "key", "mode", "column"),
    "folder": ("path",),
    "debezium": ("topic",),
}
EVERY_S = 30


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is fetched: `table` and `url` for a table, `path` for a folder, `topic` for change events.

    `columns` are the source's own columns and the standard's that each is; see `uploads.mapping`. `row` is
    the standard's column whose value a row keeps whatever else of it changes, empty where there is none.
    """

    name: str
    kind: Kind
    agency: Agency
    source: str
    standard: Standard
    form: ExchangeObject
    every_s: int
    columns: Mapping[str, str] = {}
    row: str = ""
    url: str = ""
    table: TablePlan | None = None
    path: Path | None = None
    topic: str = ""


def read_plan(text: str, name: str, agencies: Agencies, environment: Mapping[str, str] = os.environ) -> list[Source]:
    """Return what the YAML `text` plans; PackRefused with every fault at its place in `name`."""
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, ("sources",), ("sources",))
    reader = _Reader(page, agencies, environment)
    found = [reader.source(node) for node in page.items(top.get("sources"))]
    page.refuse()
    return [each for each in found if each is not None]


class _Reader:
    """Reads sources against the agencies and standards there are."""

    def __init__(self, page: YamlPage, agencies: Agencies, environment: Mapping[str, str]) -> None:
        self._page = page
        self._agencies = agencies
        self._environment = environment
        self._names: set[str] = set()

    def source(self, node: Node) -> Source | None:
        page = self._page
        own = tuple(key for keys in OWN_KEYS.values() for key in keys)
        kind = page.word(page.mapping(node, (*ALL_KEYS, *own)).get("kind"), KINDS, "table")
        fields = page.mapping(
            node,
            (*ALL_KEYS, *OWN_KEYS[kind]),
            ("name", "kind", "agency", "source", "standard", "object", *NEEDED[kind]),
        )
        name = page.text(fields.get("name"))
        if name in self._names:
            page.fault(fields.get("name"), f"there is a source {name!r} already")
        self._names.add(name)
        agency, form = self._agency(fields), self._form(fields)
        if agency is None or form is None:
            return None
        return Source(
            name=name,
            kind=kind,  # type: ignore[arg-type]  # one of KINDS
            agency=agency,
            source=page.text(fields.get("source")),
            standard=form[0],
            form=form[1],
            every_s=max(1, page.number(fields["every_s"], EVERY_S)) if "every_s" in fields else EVERY_S,
            columns=self._columns(fields, form[1]),
            row=self._row(fields, form[1]),
            url=self._url(node, fields) if kind == "table" else "",
            table=self._table(name, fields) if kind == "table" else None,
            path=Path(page.text(fields.get("path"))) if kind == "folder" else None,
            topic=page.text(fields.get("topic")) if kind == "debezium" else "",
        )

    def _agency(self, fields: Mapping[str, Node]) -> Agency | None:
        code = self._page.text(fields.get("agency"))
        found = self._agencies.of_code(code)
        if found is None:
            self._page.fault(fields.get("agency"), f"{code!r} is not the code of an agency in agencies.yaml")
            return None
        source = self._page.text(fields.get("source"))
        if source not in found.sources:
            known = ", ".join(found.sources)
            self._page.fault(fields.get("source"), f"{source!r} is not a source of {found.title}; it has {known}")
        return found

    def _form(self, fields: Mapping[str, Node]) -> tuple[Standard, ExchangeObject] | None:
        standards = shipped_standards()
        name = self._page.text(fields.get("standard"))
        standard = standards.get(name)
        if standard is None:
            self._page.fault(fields.get("standard"), f"there is no standard {name!r}{nearest(name, standards)}")
            return None
        wanted = self._page.text(fields.get("object"))
        form = standard.objects.get(wanted)
        if form is None:
            self._page.fault(
                fields.get("object"), f"{name} has no object {wanted!r}{nearest(wanted, standard.objects)}"
            )
            return None
        return standard, form

    def _columns(self, fields: Mapping[str, Node], form: ExchangeObject) -> Mapping[str, str]:
        try:
            return mapping_of(self._page.texts(fields.get("columns")), form)
        except MappingRefused as exc:
            self._page.fault(fields.get("columns"), str(exc))
            return {}

    def _row(self, fields: Mapping[str, Node], form: ExchangeObject) -> str:
        name = self._page.text(fields.get("row"))
        if name and name not in form.columns:
            self._page.fault(fields["row"], f"{form.name} has no column {name!r}{nearest(name, form.columns)}")
        return name

    def _table(self, name: str, fields: Mapping[str, Node]) -> TablePlan:
        page = self._page
        return TablePlan(
            name=name,
            table=page.text(fields.get("table")),
            key=tuple(page.texts(fields.get("key"))),
            mode=page.word(fields.get("mode"), ("watermark", "flag"), "watermark"),  # type: ignore[arg-type]  # a mode
            column=page.text(fields.get("column")),
            unread=page.text(fields["unread"]) if "unread" in fields else "0",
            read=page.text(fields["read"]) if "read" in fields else "1",
            overlap_s=page.number(fields["overlap_s"], 300) if "overlap_s" in fields else 300,
        )

    def _url(self, node: Node, fields: Mapping[str, Node]) -> str:
        """Return the database's address from where the plan says it is: an environment variable or a file."""
        if ("url_env" in fields) == ("url_file" in fields):
            self._page.fault(node, "give one of url_env (a variable) and url_file (a file) that holds the address")
            return ""
        if "url_env" in fields:
            variable = self._page.text(fields["url_env"])
            if variable not in self._environment:
                self._page.fault(fields["url_env"], f"the environment has no {variable}")
            return self._environment.get(variable, "")
        path = Path(self._page.text(fields["url_file"]))
        if not path.is_file():
            self._page.fault(fields["url_file"], f"there is no file {path}")
            return ""
        return path.read_text("utf-8").strip()
