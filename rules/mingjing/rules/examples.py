"""Examples inside packs: a story, a clock, and the cards that must come of it.

Every rule needs an example that draws it and one that spares it; a pack where
one lacks either is refused by `check` and by publication.
"""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import yaml

from mingjing.rules.card import LEVELS, Level
from mingjing.rules.events import Fact
from mingjing.rules.item_text import read_item
from mingjing.rules.outages import together
from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.rules.vocabulary import Vocabulary
from mingjing.rules.yaml_page import Node, YamlPage, nearest
from mingjing.rules.zone import Zone

STORY_KEYS = (
    "at", "event", "id", "source", "sequence", "recorded", "ingested", "corrects",
    "item", "agency", "region", "officer", "post", "step", "data", "case",
)  # fmt: skip


class Expected(msgspec.Struct, frozen=True):
    """A card the story must draw: at which instant, by which rule, at which level, in which status."""

    at: int
    rule: str
    level: Level
    status: str | None
    line: int


class Example(msgspec.Struct, frozen=True):
    """One story with its clock; `expect` is every card drawn, in any order; `spares` names rules that draw none.

    `facts` tell of one case, or of those that `homes` names, one for each fact. `outages` were declared beforehand.
    """

    name: str
    item: Mapping[str, Any] | str
    facts: tuple[Fact, ...]
    by: int
    expect: tuple[Expected, ...]
    spares: tuple[str, ...]
    line: int
    homes: tuple[str, ...] = ()
    outages: Outages = NO_OUTAGES


def read_example(page: YamlPage, node: Node, vocabulary: Vocabulary, zone: Zone, rules: Collection[str]) -> Example:
    """Return the example at `node`; faults go to the page."""
    known = ("name", "item", "outages", "story", "cases", "by", "expect", "spares", "note")
    found = page.mapping(node, known, ("name", "by"))
    if ("story" in found) == ("cases" in found):
        page.fault(node, "give `story` (what happened in one case) or `cases` (what happened in each of several)")
    item = found.get("item")
    facts = [
        _fact(page, each, str(number), vocabulary, zone)
        for number, each in enumerate(page.items(found.get("story")), 1)
    ]
    homes: list[str] = []
    for name, story in (page.entries(found["cases"]) if "cases" in found else {}).items():
        for number, each in enumerate(page.items(story), 1):
            facts.append(_fact(page, each, f"{name}-{number}", vocabulary, zone))
            homes.append(name)
    spares = page.texts(found.get("spares"))
    for name, each in zip(spares, page.items(found.get("spares")), strict=True):
        if name not in rules:
            page.fault(each, f"rule {name!r} is not in this pack{nearest(name, rules)}")
    return Example(
        page.text(found.get("name")),
        read_item(page, page.entries(item)) if isinstance(item, yaml.MappingNode) else page.text(item),
        tuple(facts),
        _instant(page, found.get("by"), zone),
        tuple(_expected(page, each, rules, zone) for each in page.items(found.get("expect"))),
        tuple(spares),
        node.start_mark.line + 1,
        tuple(homes),
        _outages(page, found.get("outages"), zone),
    )


def _fact(page: YamlPage, node: Node, name: str, vocabulary: Vocabulary, zone: Zone) -> Fact:
    found = page.mapping(node, STORY_KEYS, ("at", "event"))
    event_type = page.text(found.get("event"))
    if reason := vocabulary.unknown(event_type):
        page.fault(found.get("event"), reason)
    _refuse_unsaid(page, found.get("data"), event_type, vocabulary)
    at = _instant(page, found.get("at"), zone)
    texts = {
        key: page.text(found[key]) or None
        for key in ("corrects", "item", "agency", "region", "officer", "post", "step")
        if key in found
    }
    return Fact(
        id=page.text(found.get("id")) or name,
        source=page.text(found.get("source")) or "example",
        type=event_type,
        at=at,
        stamp=_instant(page, found["ingested"], zone) if "ingested" in found else at,
        recorded_at=_instant(page, found["recorded"], zone) if "recorded" in found else None,
        sequence=_sequence(page, found.get("sequence")),
        data=page.plain(found["data"]) if "data" in found else {},
        case_data=page.plain(found["case"]) if "case" in found else {},
        **texts,
    )


def _refuse_unsaid(page: YamlPage, data: Node | None, event_type: str, vocabulary: Vocabulary) -> None:
    """Refuse fields that no event of the type has: one misspelt would let an example spare a rule by a slip."""
    declared = vocabulary.types.get(event_type)
    if declared is None or not isinstance(data, yaml.MappingNode):
        return
    for key, _ in data.value:
        if key.value not in declared.fields:
            page.fault(key, f"data of {event_type} has no {key.value!r}{nearest(key.value, declared.fields)}")


def _outages(page: YamlPage, node: Node | None, zone: Zone) -> Outages:
    declared: Outages = NO_OUTAGES
    for each in page.items(node):
        found = page.mapping(each, ("agency", "from", "to"), ("agency", "from", "to"))
        begins, ends = (_instant(page, found.get(key), zone) for key in ("from", "to"))
        if begins >= ends:
            page.fault(each, "an outage ends before it begins; give `from` and `to` in their order")
        declared = together(declared, {page.text(found.get("agency")): ((begins, ends),)})
    return declared


def _expected(page: YamlPage, node: Node, rules: Collection[str], zone: Zone) -> Expected:
    found = page.mapping(node, ("at", "rule", "level", "status"), ("at", "rule", "level"))
    rule = page.text(found.get("rule"))
    if rule not in rules:
        page.fault(found.get("rule"), f"rule {rule!r} is not in this pack{nearest(rule, rules)}")
    level = page.word(found.get("level"), LEVELS, "warning")
    status = page.word(found.get("status"), ("standing", "cleared", "withdrawn"), "") or None
    return Expected(_instant(page, found.get("at"), zone), rule, level, status, node.start_mark.line + 1)  # type: ignore[arg-type]  # one of LEVELS


def _sequence(page: YamlPage, node: Node | None) -> int:
    text = page.text(node) or "0"
    if not text.removeprefix("-").isdecimal():
        page.fault(node, f"{text!r} is not a whole number")
        return 0
    return int(text)


def _instant(page: YamlPage, node: Node | None, zone: Zone) -> int:
    if node is None:
        return 0  # told as a missing key
    text = page.text(node)
    try:
        return zone.parse(text)[0]
    except ValueError as exc:
        page.fault(node, str(exc))
        return 0
