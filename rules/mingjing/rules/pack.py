"""Packs: law as YAML that a lawyer can review in a diff."""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import msgspec
import yaml

from mingjing.rules.card import Issue
from mingjing.rules.examples import Example, read_example
from mingjing.rules.kinds import (
    condition,
    frequency,
    notification,
    ratio,
    separation,
    sequence,
    silence,
    time_limit,
    waiting_period,
)
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.meter import approximate_days
from mingjing.rules.rule import EVER, Judge, Rule, Rung
from mingjing.rules.tables import Table
from mingjing.rules.term import Threshold
from mingjing.rules.vocabulary import OPEN_VOCABULARY, Vocabulary
from mingjing.rules.yaml_page import Node, YamlPage, nearest, read_as_meant
from mingjing.rules.zone import Zone, ZoneUnknown

PACK_KEYS = ("pack", "title", "version", "vocabulary", "zone", "basis", "note", "rules", "examples")
DEFAULT_ZONE = "Asia/Shanghai"
SCOPES = ("item.", "case.", "agency", "region")


class Kind(msgspec.Struct, frozen=True):
    """How rules of one kind are read, and what their cards may say besides thresholds."""

    read: Callable[[RuleReader], Judge]
    words: tuple[str, ...]
    thresholds: bool


NEEDED = ("id", "kind", "cards")
"""Keys without which there is no rule, whatever its kind."""

KINDS: Mapping[str, Kind] = {
    "time-limit": Kind(time_limit.read, (), thresholds=True),
    "waiting-period": Kind(waiting_period.read, ("early",), thresholds=False),
    "sequence": Kind(sequence.read, ("broken",), thresholds=False),
    "notification": Kind(notification.read, ("broken",), thresholds=True),
    "separation": Kind(separation.read, ("broken",), thresholds=False),
    "condition": Kind(condition.read, ("broken",), thresholds=False),
    "frequency": Kind(frequency.read, ("reached",), thresholds=False),
    "silence": Kind(silence.read, ("silent",), thresholds=False),
    "ratio": Kind(ratio.read, ("past",), thresholds=False),
}


class Pack(msgspec.Struct, frozen=True):
    """One file of rules on one vocabulary, with the stories that draw and spare them; `text` is the file's own.

    Its rules answer for what begins from `since` on and before `until`.
    """

    name: str
    title: str
    version: str
    vocabulary: Vocabulary
    zone: Zone
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    tables: Mapping[str, Table] = {}
    text: str = ""
    since: int = -EVER
    until: int = EVER

    @property
    def limited(self) -> bool:
        """Whether there was, or will be, a time without this version."""
        return self.since > -EVER or self.until < EVER


def parse_pack(
    text: str, name: str, vocabularies: Mapping[str, Vocabulary], tables: Mapping[str, Table] | None = None
) -> Pack:
    """Return the pack a YAML text states; PackRefused with every fault, each at its place.

    `tables` are those its rules may look things up in; the pack carries them on to its rulebook.
    """
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, PACK_KEYS, ("pack", "version", "rules"))
    vocabulary = _vocabulary(page, top, vocabularies)
    zone = _zone(page, top.get("zone"))
    pack, version = page.text(top.get("pack")), page.text(top.get("version"))
    nodes = [node for node in page.items(top.get("rules")) if _is_rule(page, node)]
    rules = [_rule(page, node, vocabulary, zone, pack, version, tables, vocabularies) for node in nodes]
    seen: dict[str, str] = {}
    for rule, node in zip(rules, nodes, strict=True):
        if rule.id in seen:
            page.fault(node, f"rule id {rule.id!r} is taken already in this pack")
        seen[rule.id] = rule.title
    examples = [read_example(page, node, vocabulary, zone, seen) for node in page.items(top.get("examples"))]
    page.refuse()
    return Pack(
        pack,
        page.text(top.get("title")) or pack,
        version,
        vocabulary,
        zone,
        tuple(rules),
        tuple(examples),
        tables or {},
        text,
    )


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


def _is_rule(page: YamlPage, node: Node) -> bool:
    found = isinstance(node, yaml.MappingNode) and bool(node.value)
    if not found:
        page.fault(node, "a rule is a mapping with id, title, basis, kind and cards")
    return found


def _rule(
    page: YamlPage,
    node: Node,
    vocabulary: Vocabulary,
    zone: Zone,
    pack: str,
    version: str,
    tables: Mapping[str, Table] | None,
    vocabularies: Mapping[str, Vocabulary],
) -> Rule:
    fields = {str(key.value): value for key, value in node.value}
    read_as_meant(fields, dict(fields), NEEDED)
    for key in NEEDED:
        if key not in fields:
            page.fault(node, f"rule {page.text(fields.get('id')) or '?'}: key {key!r} is missing")
    reader = RuleReader(page, node, fields, vocabulary, tables, vocabularies)
    kind_name = page.word(fields.get("kind"), tuple(KINDS), "time-limit")
    kind = KINDS[kind_name]
    rungs = reader.rungs(*kind.words, thresholds=kind.thresholds)
    judge = kind.read(reader)
    rule = Rule(
        id=reader.id,
        title=page.text(fields.get("title")) or reader.id,
        basis=tuple(page.texts(fields.get("basis"))),
        kind=kind_name,
        issue=_issue(page, fields.get("issue")),
        rungs=rungs,
        scope=_scope(reader, fields.get("scope")),
        judge=judge,
        pack=pack,
        pack_version=version,
        vocabulary=vocabulary,
        zone=zone,
        shadow=page.flag(fields.get("shadow"), default=False),
        clocks=clocks_of(rungs),
        reach=reader.reach,
        note=page.text(fields.get("note")),
    )
    check_ladder(page, fields, rule)
    return rule


def clocks_of(rungs: tuple[Rung, ...]) -> tuple[str, ...]:
    """Return the clocks that a ladder names, in order, each once."""
    named = (each.when.clock for each in rungs if isinstance(each.when, Threshold))
    return tuple(dict.fromkeys(name for name in named if name is not None))


def _issue(page: YamlPage, node: Node | None) -> Issue:
    return page.word(node, ("auto", "confirm"), "auto")  # type: ignore[return-value]  # one of Issue


def _scope(rule: RuleReader, node: Node | None) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for path, values in rule.page.entries(node).items():
        if not path.startswith(SCOPES):
            reason = f"scope {path!r} is not item.…, case.…, agency or region{nearest(path, ('agency', 'region'))}"
            rule.page.fault(values, f"rule {rule.id}: {reason}")
        found[rule.lead(values, path)] = tuple(rule.page.texts(values))
    return found


def check_ladder(page: YamlPage, fields: dict[str, Node], rule: Rule) -> None:
    """Refuse a ladder that falls in time on one clock, as far as the rule alone can tell."""
    rungs = [(rung.level, rung.when) for rung in rule.rungs if isinstance(rung.when, Threshold)]
    for (lower, sooner), (higher, later) in combinations(rungs, 2):
        if sooner.clock == later.clock and _falls(sooner, later):
            page.fault(
                fields.get("cards"), f"rule {rule.id}: {higher} would hold before {lower}; a higher level comes later"
            )


def _falls(sooner: Threshold, later: Threshold) -> bool:
    """Whether the threshold of the higher level comes first, whatever the limit."""
    if sooner.mode == "past" and later.mode != "past":
        return True
    if sooner.mode != later.mode:
        return False
    if sooner.share is not None and later.share is not None:
        return later.share < sooner.share
    terms = [approximate_days(each.term) if each.term else 0.0 for each in (sooner, later)]
    return terms[1] > terms[0] if later.mode == "before" else terms[1] < terms[0]


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
