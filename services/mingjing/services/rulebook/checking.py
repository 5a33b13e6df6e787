"""Checking files of law of any room: how they are written, and whether every rule has its stories."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
import yaml

from mingjing.rules.calendar_text import parse_calendar, parse_overlay
from mingjing.rules.catalogue import ItemVersion, parse_catalogue
from mingjing.rules.kinds.ratio import Ratio
from mingjing.rules.ladder_check import falling
from mingjing.rules.pack import Pack, parse_pack
from mingjing.rules.profile import parse_profile
from mingjing.rules.tables import parse_table
from mingjing.rules.trial import Trial, try_pack, uncovered
from mingjing.rules.vocabulary import parse_vocabulary
from mingjing.rules.yaml_page import Fault, PackRefused, YamlPage, nearest
from mingjing.services.agencies import parse_agencies
from mingjing.services.reports import indicators
from mingjing.services.rulebook_files import load_rulebook, load_tables, load_vocabularies, shipped, shipped_packs

ROOMS = ("packs", "catalogue", "calendars", "vocabularies", "profiles", "tables")
CODES = {
    "written": ("文件写法有误，不能据以评判", "The file is not written as the grammar asks."),
    "uncovered": ("规则缺少使其发牌或不发牌的示例", "No example draws the rule, or none spares it."),
    "example": ("示例实际发牌与所写不符", "What an example draws is not what it says."),
}
"""What may be wrong with a file, by code: Chinese, English."""


class Found(msgspec.Struct, frozen=True):
    """One thing wrong, under one of `CODES`."""

    code: str
    fault: Fault


class Checked(msgspec.Struct):
    """What a check has read and found; `files` are the paths by the names faults go by."""

    files: dict[str, Path]
    packs: list[Pack] = []
    found: list[Found] = []

    @property
    def rules(self) -> int:
        """How many rules the packs hold."""
        return sum(len(pack.rules) for pack in self.packs)

    @property
    def examples(self) -> int:
        """How many stories the packs tell."""
        return sum(len(pack.examples) for pack in self.packs)


def shipped_files() -> list[Path]:
    """Return every file of law that ships."""
    return [path for room in ROOMS for path in sorted(shipped(room).rglob("*.yaml"))]


def check(paths: Sequence[Path]) -> Checked:
    """Return what is wrong with the files, all of it, each at its place.

    Packs are tried on their own stories, and their ladders on every item of the catalogue.
    """
    checked = Checked({})
    ground = load_rulebook([])
    items = [version for versions in ground.catalogue.versions.values() for version in versions]
    for path in paths:
        name = path.name if path.name not in checked.files else str(path)
        checked.files[name] = path
        text = path.read_text("utf-8")
        try:
            pack = readers()[_kind_of(text, name)](text, name)
        except PackRefused as exc:
            checked.found += [Found("written", fault) for fault in exc.faults]
            continue
        if isinstance(pack, Pack):
            checked.packs.append(pack)
            checked.found += _tried(pack, items, try_pack(pack, ground.calendar, ground.catalogue), text, name)
    return checked


@cache
def readers() -> Mapping[str, Callable[[str, str], object]]:
    """Return who reads a file, by the key it begins with."""
    vocabularies, tables = load_vocabularies(), load_tables()
    return {
        "pack": lambda text, name: parse_pack(text, name, vocabularies, tables),
        "catalogue": parse_catalogue,
        "calendar": parse_calendar,
        "overlay": lambda text, name: parse_overlay(text, name, load_rulebook([]).calendar),
        "vocabulary": parse_vocabulary,
        "profile": lambda text, name: parse_profile(text, name, shipped_packs()),
        "table": parse_table,
        "agencies": parse_agencies,
    }


@cache
def figured() -> frozenset[str]:
    """Return the indicators that the month's report figures, by their ids: what a ratio may be judged on."""
    return frozenset(each.id for each in indicators.shipped().indicators)


def _kind_of(text: str, name: str) -> str:
    """Return the first of the file's keys that says what the file is; PackRefused where none does."""
    page = YamlPage(text, name)
    page.refuse()
    keys = [str(key.value) for key, _ in page.root.value] if isinstance(page.root, yaml.MappingNode) else []
    known = tuple(readers())
    found = next((key for key in keys if key in known), None)
    if found is None:
        hint = nearest(keys[0], known) if keys else ""
        page.fault(page.root, f"no file of law: it has none of the keys {', '.join(known)}{hint}")
        page.refuse()
        raise AssertionError  # `refuse` has raised
    return found


def _tried(pack: Pack, items: Sequence[ItemVersion], trials: Sequence[Trial], text: str, name: str) -> list[Found]:
    page = YamlPage(text, name)
    top = page.mapping(page.root, ())
    rules = {}
    for node in page.items(top.get("rules")):
        fields = page.mapping(node, ())
        rules[page.text(fields.get("id"))] = fields.get("id")
    for each in pack.rules:
        if isinstance(each.judge, Ratio) and each.judge.indicator not in figured():
            told = f"no month figures the indicator {each.judge.indicator!r}{nearest(each.judge.indicator, figured())}"
            page.fault(rules[each.id], f"rule {each.id}: {told}")
        for fallen in falling([each], items):
            page.fault(rules[each.id], fallen.message)
    found = [Found("written", fault) for fault in page.faults]
    page.faults.clear()
    for rule, sentence in uncovered(pack, trials):
        page.fault(rules[rule], sentence)
    found += [Found("uncovered", fault) for fault in page.faults]
    page.faults.clear()
    lines = {node.start_mark.line + 1: node for node in page.items(top.get("examples"))}
    for trial in trials:
        for difference in trial.differences:
            page.fault(lines[trial.example.line], f"example {trial.example.name!r}: {difference}")
    return found + [Found("example", fault) for fault in page.faults]
