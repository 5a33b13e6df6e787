"""What law says, apart from how it is written: one flat list of keys and values for each rule or item.

Two texts with the same meaning give the same list: `A` and `[A]`, a default
written out or left out, comments, order of keys and notes make no difference.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mingjing.rules.catalogue import Catalogue
from mingjing.rules.pack import Pack
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.selector import Selector
from mingjing.rules.tables import Row
from mingjing.rules.term import DatedLimit, Term, Threshold
from mingjing.rules.zone import SECOND

Meaning = dict[str, str]
"""Keys as a pack writes them, dotted, with their values as text; what is absent is not there."""

WRITTEN = {
    "terms": "limit",
    "extensions": "extend",
    "pauses": "pause",
    "missing_violates": "missing",
    "strict": "ties",
}
"""Names of our records where a pack's key is another."""

SAID = {"missing": {"true": "violates", "false": "ignore"}, "ties": {"true": "strict", "false": "allowed"}}
"""Values as a pack writes them where we keep a truth value."""

OURS = frozenset({"case_wide"})
"""What a judge notes of itself and no pack says."""


def meaning_of(rule: Rule) -> Meaning:
    """Return what a rule says, its examples aside."""
    found: Meaning = {
        "title": rule.title,
        "basis": "；".join(rule.basis),
        "kind": rule.kind,
        "issue": rule.issue,
        "vocabulary": rule.vocabulary.name,
        "zone": rule.zone.name,
    }
    if rule.shadow:
        found["shadow"] = "true"
    found |= {f"scope.{path}": "、".join(values) for path, values in sorted(rule.scope.items())}
    for rung in rule.rungs:
        told = rung.when if isinstance(rung.when, str) else threshold_text(rung.when)
        found[f"cards.{rung.level}"] = told if rung.id == rule.id else f"{told}（{rung.id}）"
    for key, value in _flat("", rule.judge):
        name = key.removeprefix("limit.")
        if name == "settle":
            found[name] = f"{int(value) // SECOND}s"
        elif name not in OURS:
            found[name] = SAID.get(name, {}).get(value, value)
    return found


def item_meanings(catalogue: Catalogue) -> dict[str, Meaning]:
    """Return what each version of each item says, by `code from the day it came into force`."""
    return {
        f"{code} 自 {each.valid_from}": dict(_flat("", {**each.fields, "valid_to": each.valid_to}))
        for code, versions in catalogue.versions.items()
        for each in versions
    }


def day_meanings(rulebook: Rulebook) -> dict[str, Meaning]:
    """Return what each year of the calendar says."""
    return {str(number): dict(_flat("", year)) for number, year in rulebook.calendar.years.items()}


def table_meanings(packs: tuple[Pack, ...]) -> dict[str, Meaning]:
    """Return the rows of each table the packs look things up in."""
    tables = {name: table for pack in packs for name, table in pack.tables.items()}
    return {name: {str(place): _row(row) for place, row in enumerate(table.rows, 1)} for name, table in tables.items()}


def _row(row: Row) -> str:
    return "，".join(f"{key} {value}" for key, value in _flat("", row.cells))


def threshold_text(when: Threshold) -> str:
    """Return a threshold as a pack writes it; the inverse of `parse_threshold`."""
    clock = f" {when.clock}" if when.clock else ""
    if when.mode == "before":
        return f"{when.term} before{clock}"
    if when.mode == "share":
        return f"{when.share}% of{clock}" if clock else f"{when.share}%"
    return f"past{clock}" + (f" by {when.term}" if when.term else "")


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if value is None or value in ((), [], {}, ""):
        return
    if (text := _text(value)) is not None:
        yield key, text
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _flat(_joined(key, WRITTEN.get(name, name)), getattr(value, name))
    elif isinstance(value, Mapping):
        for name, each in sorted(value.items(), key=lambda entry: str(entry[0])):
            yield from _flat(_joined(key, str(name)), each)
    else:
        many = list(value)
        texts = [_text(each) for each in many]
        if None in texts:
            for place, each in enumerate(many, 1):
                yield from _flat(_joined(key, str(place)), each)
        else:
            yield key, "、".join(sorted(filter(None, texts)) if isinstance(value, frozenset) else filter(None, texts))


def _text(value: Any) -> str | None:
    """Return what one value says, or None where it holds others."""
    if isinstance(value, Selector):
        named = "*" if value.types is None else "、".join(sorted(value.types)) or "（无）"
        others = (name for name in value.__struct_fields__ if name not in {"types", "which", "where"})
        more = "".join(f" {name} {getattr(value, name)}" for name in others if getattr(value, name))
        return f"{named}（{value.which}）{f' 且 {value.where}' if value.where else ''}{more}"
    if isinstance(value, Threshold):
        return threshold_text(value)
    if isinstance(value, DatedLimit):
        return f"自 {value.since} 为 {value.term}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (msgspec.Struct, Mapping, list, tuple, set, frozenset)) and not isinstance(value, Term):
        return None
    text = getattr(value, "text", None)
    return text if isinstance(text, str) else str(value)


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
