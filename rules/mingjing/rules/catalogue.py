"""The catalogue: what may be applied for, in versions, with the limits each version states."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from mingjing.rules.meter import approximate_days
from mingjing.rules.term import parse_term
from mingjing.rules.yaml_page import Node, YamlPage

LIMITS = ("promised", "statutory", "supplement")
ITEM_KEYS = (
    *("code", "title", "agency", "kind", "mode", *LIMITS, "steps", "suspensions", "special", "flags", "tacit"),
    *("valid_from", "valid_to", "basis", "note"),
)


class ItemVersion(msgspec.Struct, frozen=True):
    """One version of an item, in force from `valid_from` to `valid_to` (None = until further notice)."""

    code: str
    valid_from: date
    valid_to: date | None
    fields: Mapping[str, Any]


class Catalogue:
    """Items by code, each with its versions; immutable."""

    def __init__(self, versions: Iterable[ItemVersion], version: str = "") -> None:
        self.version = version
        self.versions: dict[str, list[ItemVersion]] = {}
        for each in sorted(versions, key=lambda item: item.valid_from):
            self.versions.setdefault(each.code, []).append(each)

    def in_force(self, code: str | None, day: date) -> Mapping[str, Any]:
        """Return the fields of the version in force on `day`; empty when there is none.

        Before the first version the first one counts, so that a limit is never
        lost to a late catalogue; INT-07 judges whether the item was in force.
        """
        found = self.versions.get(code or "", [])
        for each in reversed(found):
            if each.valid_from <= day:
                return each.fields
        return found[0].fields if found else {}


def parse_catalogue(text: str, name: str) -> tuple[list[ItemVersion], str]:
    """Return the item versions of one catalogue file and its `name@version`; PackRefused with every fault."""
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, ("catalogue", "title", "version", "note", "items"), ("items",))
    found = [_item(page, node) for node in page.items(top.get("items"))]
    page.refuse()
    return found, f"{page.text(top.get('catalogue')) or name}@{page.text(top.get('version'))}"


def _item(page: YamlPage, node: Node) -> ItemVersion:
    fields = page.mapping(node, ITEM_KEYS, ("code", "title", "valid_from"))
    plain = {key: page.plain(each) for key, each in fields.items()}
    for key in LIMITS:
        if key in fields:
            try:
                parse_term(page.text(fields[key]))
            except ValueError as exc:
                page.fault(fields[key], f"{key}: {exc}")
    if "promised" in plain and "statutory" in plain and not page.faults:
        promised, statutory = parse_term(str(plain["promised"])), parse_term(str(plain["statutory"]))
        if approximate_days(promised) > approximate_days(statutory):
            page.fault(fields["promised"], f"promised {promised} is longer than statutory {statutory} (TL-14)")
    return ItemVersion(
        page.text(fields.get("code")),
        _date(page, fields.get("valid_from")) or date.min,
        _date(page, fields.get("valid_to")),
        plain,
    )


def _date(page: YamlPage, node: Node | None) -> date | None:
    if node is None:
        return None
    try:
        return date.fromisoformat(page.text(node))
    except ValueError:
        page.fault(node, f"{page.text(node)!r} is not a date; write 2020-01-01")
        return None
