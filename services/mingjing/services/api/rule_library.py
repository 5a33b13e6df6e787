"""The library of rules: what each says in its pack, and its examples told and drawn."""

from collections.abc import Callable, Iterator
from functools import cache
from textwrap import dedent
from typing import Any, NamedTuple

import msgspec
import yaml

from mingjing.rules.card import Level
from mingjing.rules.examples import Example
from mingjing.rules.pack import Pack
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.services.api.references import RuleEntry, rule_entry
from mingjing.services.rulebook.pictures import picture

PICTURES_KEPT = 256
"""The most pictures held at once; each is some kilobytes."""


class StoryEvent(msgspec.Struct, kw_only=True):
    """One event of an example's story; `case` names its case where the story tells of several."""

    at: str
    event: str
    title: str
    case: str | None
    data: dict[str, Any]


class ExpectedCard(msgspec.Struct, kw_only=True):
    """A card that the rule draws in an example."""

    at: str
    level: Level
    status: str | None


class RuleExample(msgspec.Struct, kw_only=True):
    """A story that draws the rule, or spares it: then `expect` is empty. `picture` is where it is drawn as SVG."""

    number: int
    name: str
    by: str
    story: list[StoryEvent]
    expect: list[ExpectedCard]
    picture: str


class RuleDocument(RuleEntry, kw_only=True):
    """A rule with the lines of its pack that state it (YAML), and every example that names it."""

    version: str
    text: str
    examples: list[RuleExample]


class RuleLibrary:
    """The rules of the law at work, by id; pictures are drawn when first asked for.

    A rule is told in the version in force at the time, or else in its last; one that was announced is not yet told.
    """

    def __init__(self, law: Callable[[], Rulebook], now_ms: Callable[[], int]) -> None:
        self._law, self._now_ms = law, now_ms
        self._drawn: tuple[Rulebook | None, dict[tuple[str, str, int], str]] = None, {}

    def of(self, rule: str) -> RuleDocument | None:
        """Return a rule; None when there is none of this id."""
        stated = self._stated(rule)
        if stated is None:
            return None
        pack, found = stated
        return RuleDocument(
            **msgspec.structs.asdict(rule_entry(found, pack.title)),
            version=pack.version,
            text=_passages(pack.text).get(rule, ""),
            examples=[_told(pack, found, number, example) for number, example in _examples(pack, found)],
        )

    def pack_with(self, rule: str, passage: str) -> tuple[Pack, str] | None:
        """Return the pack that states a rule, and its file with `passage` in the rule's place; None without it."""
        stated = self._stated(rule)
        if stated is None:
            return None
        pack, _ = stated
        return pack, with_passage(pack.text, rule, passage)

    def picture(self, rule: str, number: int) -> str | None:
        """Return an example of a rule as SVG; None when there is no such example."""
        law, stated = self._law(), self._stated(rule)
        if stated is None:
            return None
        pack, found = stated
        if self._drawn[0] is not law or len(self._drawn[1]) >= PICTURES_KEPT:
            self._drawn = law, {}
        pictures, place = self._drawn[1], (pack.version, rule, number)
        if place not in pictures:
            example = dict(_examples(pack, found)).get(number)
            if example is None:
                return None
            pictures[place] = picture(found, pack, example, law.calendar, law.catalogue)
        return pictures[place]

    def _stated(self, rule: str) -> tuple[Pack, Rule] | None:
        """Return a rule and the pack that states it now."""
        now = self._now_ms() * 1000
        begun = (pack for pack in self._law().packs if pack.since <= now)
        stated = [(pack, each) for pack in begun for each in pack.rules if each.id == rule]
        return max(stated, key=lambda each: (each[0].until > now, each[0].since), default=None)


def _examples(pack: Pack, rule: Rule) -> Iterator[tuple[int, Example]]:
    """Yield the examples that name a rule, each with its number in the pack, from 1."""
    for number, example in enumerate(pack.examples, 1):
        if rule.id in example.spares or any(each.rule == rule.id for each in example.expect):
            yield number, example


def _told(pack: Pack, rule: Rule, number: int, example: Example) -> RuleExample:
    text, homes = pack.zone.text, example.homes or (None,) * len(example.facts)
    return RuleExample(
        number=number,
        name=example.name,
        by=text(example.by),
        story=[
            StoryEvent(
                at=text(fact.at), event=fact.type, title=pack.vocabulary.title_of(fact.type), case=home, data=fact.data
            )
            for fact, home in zip(example.facts, homes, strict=True)
        ],
        expect=[
            ExpectedCard(at=text(each.at), level=each.level, status=each.status)
            for each in example.expect
            if each.rule == rule.id
        ],
        picture=f"/v1/rules/{rule.id}/examples/{number}.svg",
    )


@cache
def _passages(text: str) -> dict[str, str]:
    """Return the lines of a pack's file that state each rule, by its id."""
    return {rule: dedent("\n".join(_lines(text, mark))).strip() for rule, mark in _marks(text).items()}


def with_passage(text: str, rule: str, passage: str) -> str:
    """Return a pack's file with the lines that state a rule replaced; KeyError when it states no such rule."""
    mark = _marks(text)[rule]
    lines = text.splitlines()
    indent = " " * mark.column
    said = [indent + each if each.strip() else "" for each in dedent(passage).strip().splitlines()]
    said[0] = lines[mark.begin][: mark.column] + said[0][mark.column :]
    return "\n".join([*lines[: mark.begin], *said, *lines[mark.end :]]) + "\n"


class _Mark(NamedTuple):
    """Where a rule stands in a file: from line `begin`, before line `end`, its keys at `column`."""

    begin: int
    end: int
    column: int


def _lines(text: str, mark: _Mark) -> list[str]:
    lines = text.splitlines()
    return [" " * mark.column + lines[mark.begin][mark.column :], *lines[mark.begin + 1 : mark.end]]


def _marks(text: str) -> dict[str, _Mark]:
    top = yaml.compose(text, Loader=yaml.CSafeLoader)
    found: dict[str, _Mark] = {}
    for key, rules in top.value if isinstance(top, yaml.MappingNode) else ():
        for node in rules.value if key.value == "rules" else ():
            named = next((str(value.value) for name, value in node.value if name.value == "id"), None)
            if named is not None:
                found[named] = _Mark(node.start_mark.line, _end(text, node.end_mark.line), node.start_mark.column)
    return found


def _end(text: str, line: int) -> int:
    """Return `line` without the blank lines and remarks before it: they belong to what follows."""
    lines = text.splitlines()
    while lines[line - 1].strip() == "" or lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line
