"""Profiles: where a jurisdiction sets the levels of cards, laid over packs without copying them.

A profile names rules by id and gives each a whole new ladder; everything else
of the rule stays as its pack has it. 湖南, 榆林 and 梅州 measure one law by three habits.
"""

from collections.abc import Collection, Sequence

import msgspec
import yaml

from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.pack import KINDS, Pack, check_ladder, clocks_of
from mingjing.rules.rule import Rule
from mingjing.rules.term import Threshold
from mingjing.rules.yaml_page import Node, YamlPage, nearest

PROFILE_KEYS = ("profile", "title", "version", "basis", "note", "cards")


class Profile(msgspec.Struct, frozen=True):
    """A profile laid over packs: its name, and the packs as they stand under it."""

    name: str
    title: str
    version: str
    basis: tuple[str, ...]
    packs: tuple[Pack, ...]

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def parse_profile(text: str, name: str, packs: Sequence[Pack], elsewhere: Collection[str] = ()) -> Profile:
    """Return the profile that a YAML text states, laid over `packs`.

    `elsewhere` are ids of rules that exist but are not loaded; a word on them is
    without effect here. A word on any other rule is refused, as is a ladder the
    rule could not climb. Raises PackRefused with every fault.
    """
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, PROFILE_KEYS, ("profile", "version", "cards"))
    ladders = page.entries(top["cards"]) if "cards" in top else {}
    known = {rule.id: rule for pack in packs for rule in pack.rules}
    climbed: dict[str, Rule] = {}
    for rule_id, node in ladders.items():
        if rule_id in known:
            climbed[rule_id] = _climbing(page, known[rule_id], node)
        elif rule_id not in elsewhere:
            page.fault(node, f"rule {rule_id!r} is in no pack{nearest(rule_id, (*known, *elsewhere))}")
    page.refuse()
    return Profile(
        page.text(top["profile"]),
        page.text(top.get("title")) or page.text(top["profile"]),
        page.text(top["version"]),
        tuple(page.texts(top.get("basis"))),
        tuple(
            msgspec.structs.replace(pack, rules=tuple(climbed.get(rule.id, rule) for rule in pack.rules))
            for pack in packs
        ),
    )


def _climbing(page: YamlPage, rule: Rule, node: Node) -> Rule:
    """Return the rule with the ladder at `node`; it may measure only what the rule's own ladder measures."""
    kind = KINDS[rule.kind]
    fields = {"id": _scalar(rule.id, node), "cards": node}
    if isinstance(rule.judge, TimeLimit):
        fields["limit"] = _scalar(rule.judge.limit.own_clock, node)
    reader = RuleReader(page, node, fields, rule.vocabulary)
    rungs = reader.rungs(*kind.words, thresholds=kind.thresholds)
    measured = any(isinstance(rung.when, Threshold) for rung in rule.rungs)
    if any(isinstance(rung.when, Threshold) != measured for rung in rungs):
        other = "thresholds" if measured else f"the words {', '.join(kind.words)}"
        page.fault(node, f"rule {rule.id}: its pack draws it by {other}; a profile moves levels, not what they measure")
    found = msgspec.structs.replace(rule, rungs=rungs, clocks=clocks_of(rungs))
    check_ladder(page, fields, found)
    return found


def _scalar(text: str, place: Node) -> Node:
    """Return `text` as the reader of a rule expects it, at a place to point at."""
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, place.start_mark, place.end_mark)
