"""Two versions of the law compared by what they say: rules, items, calendar years and tables, key by key."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.services.rulebook.meaning import Meaning, day_meanings, item_meanings, meaning_of, table_meanings

Kind = Literal["added", "removed", "changed"]
SIGNS: dict[Kind, str] = {"added": "+", "removed": "-", "changed": "~"}
ROOMS = {"pack": "规则包", "rule": "规则", "item": "事项", "year": "日历年", "table": "表"}


class Change(msgspec.Struct, frozen=True):
    """One thing that is new, gone or says something else; `keys` maps each key to (old, new), None = absent."""

    room: str
    name: str
    title: str
    kind: Kind
    keys: dict[str, tuple[str | None, str | None]]


def differences(old: Rulebook, new: Rulebook) -> list[Change]:
    """Return every change of meaning from `old` to `new`, in the order packs, rules, items, years, tables."""
    titles = {rule.id: rule.title for book in (old, new) for rule in _rules(book)}
    return [
        *_compared("pack", _pack_meanings(old.packs), _pack_meanings(new.packs), {}),
        *_compared("rule", _rule_meanings(old), _rule_meanings(new), titles),
        *_compared("item", item_meanings(old.catalogue), item_meanings(new.catalogue), {}),
        *_compared("year", day_meanings(old), day_meanings(new), {}),
        *_compared("table", table_meanings(old.packs), table_meanings(new.packs), {}),
    ]


def told(changes: list[Change]) -> Iterator[str]:
    """Yield the changes as a reviewer reads them."""
    if not changes:
        yield "两版含义相同。The two say the same."
    for each in changes:
        yield f"{SIGNS[each.kind]} {ROOMS[each.room]} {each.name}{f' {each.title}' if each.title else ''}"
        for key, (before, after) in each.keys.items():
            match before, after:
                case (None, _):
                    yield f"    {key}：新增 {after}"
                case (_, None):
                    yield f"    {key}：删去 {before}"
                case _:
                    yield f"    {key}：{before} → {after}"


def as_records(changes: list[Change]) -> list[dict[str, Any]]:
    """Return the changes as JSON-like values."""
    return [
        {
            "room": each.room,
            "name": each.name,
            "title": each.title,
            "change": each.kind,
            "keys": {key: {"old": before, "new": after} for key, (before, after) in each.keys.items()},
        }
        for each in changes
    ]


def _compared(
    room: str, old: Mapping[str, Meaning], new: Mapping[str, Meaning], titles: Mapping[str, str]
) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        kind: Kind = "added" if before is None else "removed" if after is None else "changed"
        one, other = before or {}, after or {}
        keys = {
            key: (one.get(key), other.get(key))
            for key in dict.fromkeys((*one, *other))
            if one.get(key) != other.get(key)
        }
        yield Change(room, name, titles.get(name, ""), kind, keys)


def _rules(book: Rulebook) -> tuple[Any, ...]:
    return (*book.rules, *book.across)


def _rule_meanings(book: Rulebook) -> dict[str, Meaning]:
    return {rule.id: meaning_of(rule) for rule in _rules(book)}


def _pack_meanings(packs: tuple[Pack, ...]) -> dict[str, Meaning]:
    return {pack.name: {"version": pack.version, "title": pack.title} for pack in packs}
