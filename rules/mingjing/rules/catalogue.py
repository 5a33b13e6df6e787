"""The catalogue: what may be applied for, in versions, with the limits each version states."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from mingjing.rules.item_text import ITEM_TYPES, read_item
from mingjing.rules.meter import approximate_days
from mingjing.rules.remembering import remember
from mingjing.rules.term import parse_term
from mingjing.rules.yaml_page import Node, YamlPage

MOST_DAYS = 20_000
"""Answers that are kept, by item and day; beyond it they are worked out anew."""


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
        self._known: dict[tuple[str, int], Mapping[str, Any]] = {}

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

    def on(self, code: str, ordinal: int) -> Mapping[str, Any]:
        """Do as `in_force` does, of the day with this proleptic ordinal; of most days many cases ask."""
        found = self._known.get((code, ordinal))
        if found is None:
            found = remember(self._known, (code, ordinal), self.in_force(code, date.fromordinal(ordinal)), MOST_DAYS)
        return found


def parse_catalogue(text: str, name: str) -> tuple[list[ItemVersion], str]:
    """Return the item versions of one catalogue file and its `name@version`; PackRefused with every fault."""
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, ("catalogue", "title", "version", "note", "items"), ("items",))
    found = [_item(page, node) for node in page.items(top.get("items"))]
    page.refuse()
    return found, f"{page.text(top.get('catalogue')) or name}@{page.text(top.get('version'))}"


def _item(page: YamlPage, node: Node) -> ItemVersion:
    fields = page.mapping(node, tuple(ITEM_TYPES), ("code", "title", "valid_from"))
    before = len(page.faults)
    found = read_item(page, fields)
    if "promised" in found and "statutory" in found and len(page.faults) == before:
        promised, statutory = parse_term(str(found["promised"])), parse_term(str(found["statutory"]))
        if approximate_days(promised) > approximate_days(statutory):
            page.fault(fields["promised"], f"promised {promised} is longer than statutory {statutory} (TL-14)")
    begins, ends = page.date(fields.get("valid_from")), page.date(fields.get("valid_to"))
    if begins is not None and ends is not None and ends < begins:
        page.fault(fields["valid_to"], f"valid_to {ends} lies before valid_from {begins}")
    return ItemVersion(page.text(fields.get("code")), begins or date.min, ends, found)
