"""Packs: law as YAML that a lawyer can review in a diff."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import yaml

from mingjing.rules.card import Issue
from mingjing.rules.examples import Example, read_example
from mingjing.rules.kinds import notification, separation, sequence, time_limit, waiting_period
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.rule import Judge, Rule, Rung
from mingjing.rules.term import Threshold
from mingjing.rules.vocabulary import OPEN_VOCABULARY, Vocabulary
from mingjing.rules.yaml_page import Node, YamlPage, nearest
from mingjing.rules.zone import Zone, ZoneUnknown

PACK_KEYS = ("pack", "title", "version", "vocabulary", "zone", "basis", "note", "rules", "examples")
DEFAULT_ZONE = "Asia/Shanghai"
SCOPES = ("item.", "case.", "agency", "region")


class Kind(msgspec.Struct, frozen=True):
    """How rules of one kind are read, and what their cards may say besides thresholds."""

    read: Callable[[RuleReader], Judge]
    words: tuple[str, ...]
    thresholds: bool


KINDS: Mapping[str, Kind] = {
    "time-limit": Kind(time_limit.read, (), thresholds=True),
    "waiting-period": Kind(waiting_period.read, ("early",), thresholds=False),
    "sequence": Kind(sequence.read, ("broken",), thresholds=False),
    "notification": Kind(notification.read, ("broken",), thresholds=True),
    "separation": Kind(separation.read, ("broken",), thresholds=False),
}


class Pack(msgspec.Struct, frozen=True):
    """One file of rules on one vocabulary, with the stories that draw and spare them."""

    name: str
    title: str
    version: str
    vocabulary: Vocabulary
    zone: Zone
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]


def parse_pack(text: str, name: str, vocabularies: Mapping[str, Vocabulary]) -> Pack:
    """Return the pack a YAML text states; PackRefused with every fault, each at its place."""
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, PACK_KEYS, ("pack", "version", "rules"))
    vocabulary = _vocabulary(page, top, vocabularies)
    zone = _zone(page, top.get("zone"))
    pack, version = page.text(top.get("pack")), page.text(top.get("version"))
    rules = [_rule(page, node, vocabulary, zone, pack, version) for node in page.items(top.get("rules"))]
    seen: dict[str, str] = {}
    for rule, node in zip(rules, page.items(top.get("rules")), strict=True):
        if rule.id in seen:
            page.fault(node, f"rule id {rule.id!r} is taken already in this pack")
        seen[rule.id] = rule.title
    examples = [read_example(page, node, vocabulary, zone, seen) for node in page.items(top.get("examples"))]
    page.refuse()
    return Pack(pack, page.text(top.get("title")) or pack, version, vocabulary, zone, tuple(rules), tuple(examples))


def _vocabulary(page: YamlPage, top: dict[str, Node], vocabularies: Mapping[str, Vocabulary]) -> Vocabulary:
    named = page.text(top.get("vocabulary")) or "open"
    if named == "open":
        return OPEN_VOCABULARY
    if named not in vocabularies:
        page.fault(top.get("vocabulary"), f"vocabulary {named!r} is not known{nearest(named, vocabularies)}")
    return vocabularies.get(named, OPEN_VOCABULARY)


def _zone(page: YamlPage, node: Node | None) -> Zone:
    try:
        return Zone(page.text(node) or DEFAULT_ZONE)
    except ZoneUnknown as exc:
        page.fault(node, str(exc))
        return Zone(DEFAULT_ZONE)


def _rule(page: YamlPage, node: Node, vocabulary: Vocabulary, zone: Zone, pack: str, version: str) -> Rule:
    fields = {str(key.value): value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    if not fields:
        page.fault(node, "a rule is a mapping with id, title, basis, kind and cards")
    for key in ("id", "kind", "cards"):
        if fields and key not in fields:
            page.fault(node, f"rule {page.text(fields.get('id')) or '?'}: key {key!r} is missing")
    reader = RuleReader(page, node, fields, vocabulary)
    kind_name = page.word(fields.get("kind"), tuple(KINDS), "time-limit")
    kind = KINDS[kind_name]
    rungs = reader.rungs(*kind.words, thresholds=kind.thresholds)
    rule = Rule(
        id=reader.id,
        title=page.text(fields.get("title")) or reader.id,
        basis=tuple(page.texts(fields.get("basis"))),
        kind=kind_name,
        issue=_issue(page, fields.get("issue")),
        rungs=rungs,
        scope=_scope(page, fields.get("scope"), reader.id),
        judge=kind.read(reader),
        pack=pack,
        pack_version=version,
        vocabulary=vocabulary,
        zone=zone,
        shadow=page.flag(fields.get("shadow"), default=False),
        clocks=_clocks(rungs),
    )
    _check_ladder(page, fields, rule)
    return rule


def _clocks(rungs: tuple[Rung, ...]) -> tuple[str, ...]:
    named = (each.when.clock for each in rungs if isinstance(each.when, Threshold))
    return tuple(dict.fromkeys(name for name in named if name is not None))


def _issue(page: YamlPage, node: Node | None) -> Issue:
    return page.word(node, ("auto", "confirm"), "auto")  # type: ignore[return-value]  # one of Issue


def _scope(page: YamlPage, node: Node | None, rule_id: str) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for path, values in page.entries(node).items():
        if not path.startswith(SCOPES):
            page.fault(values, f"rule {rule_id}: scope {path!r} is not item.…, case.…, agency or region")
        found[path] = tuple(page.texts(values))
    return found


def _check_ladder(page: YamlPage, fields: dict[str, Node], rule: Rule) -> None:
    """Refuse a ladder that falls in time on one clock, as far as the rule alone can tell."""
    last: dict[str | None, tuple[int, Rung]] = {}
    for rung in rule.rungs:
        if not isinstance(rung.when, Threshold):
            continue
        place = _place(rung.when)
        before = last.get(rung.when.clock)
        if before is not None and place < before[0]:
            page.fault(
                fields.get("cards"),
                f"rule {rule.id}: {rung.level} would hold before {before[1].level}; a higher level comes later",
            )
        last[rung.when.clock] = (place, rung)


def _place(when: Threshold) -> int:
    if when.mode == "past":
        return 1_000_000 + (when.term.amount if when.term else 0)
    if when.mode == "share":
        return int(when.share or 0)
    return 100 - (when.term.amount if when.term else 0)


def rule_summary(rule: Rule) -> dict[str, Any]:
    """Return what a reader of the rulebook is shown of a rule."""
    return {
        "id": rule.id,
        "title": rule.title,
        "kind": rule.kind,
        "basis": list(rule.basis),
        "levels": [rung.level for rung in rule.rungs],
        "rungs": [{"level": rung.level, "id": rung.id} for rung in rule.rungs],
        "issue": rule.issue,
        "pack": rule.pack,
    }
