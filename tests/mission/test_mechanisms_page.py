"""docs/mechanisms.md says of every mechanism what carries it, and says nothing that is not so."""

import re
from pathlib import Path

import msgspec
import pytest
import yaml

from mingjing.services.rulebook_files import shipped, shipped_packs

ROOM = Path(__file__).parent
MECHANISMS = range(1, 73)
"""The mechanisms that the founding documents name, by number."""

RULE = re.compile(r"\b(?:TL|SEQ|NTC|FEE|DLV|SUS|JNT|REJ|CMP|INS|PUN|DSC|INT|PER|SAT|ACT|EXT)-\d\d(?:-[A-Z]{2})?\b")
LINK = re.compile(r"\[([^]]+\.yaml)\]\(\.\./tests/mission/([^)]+)\)")
NOTHING = "—"

DOCS = ROOM.parents[1] / "docs"
PAGE = DOCS / "mechanisms.md"
NAMED = re.compile("(月报|页面)((?:“[^”]+”)+)")
KNOWN = {
    "月报": set(re.findall(r"^### (.+)$", (DOCS / "indicators.md").read_text("utf-8"), re.MULTILINE)),
    "页面": set(re.findall(r"^\| (\S+) \| `/", (DOCS / "console.md").read_text("utf-8"), re.MULTILINE)),
}
"""Indicators of the month and pages of the console, by the words that the page calls them by."""

RULES = {rule.id: rule for pack in shipped_packs() for rule in pack.rules}
RUNGS = {rung.id: rule.id for rule in RULES.values() for rung in rule.rungs}
OPTIONAL = {path.stem for path in shipped("packs").glob("optional/*.yaml")}
STORIES = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted(ROOM.glob("*.yaml"))}


class Row(msgspec.Struct, frozen=True):
    """One mechanism: what carries it, and the stories it names."""

    number: int
    title: str
    carried: str
    proved: str

    @property
    def rules(self) -> list[str]:
        """The rules named as there."""
        return [name for code in re.findall("`([^`]+)`", self.carried) for name in RULE.findall(code)]

    @property
    def stories(self) -> list[str]:
        """The files named as its proof."""
        return [file for _, file in LINK.findall(self.proved)]


def _rows() -> list[Row]:
    cells = (line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\| \d", line))
    return [Row(int(number), *rest) for number, *rest in cells]


ROWS = _rows()
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number:02} {row.title.split('<br>')[0]}")


def test_every_mechanism_has_its_row_in_order() -> None:
    assert [row.number for row in ROWS] == list(MECHANISMS)


@every_row
def test_a_rule_named_as_there_is_there(row: Row) -> None:
    assert [rule for rule in row.rules if rule not in RULES and rule not in RUNGS] == []


@every_row
def test_a_rule_of_choice_is_marked_so(row: Row) -> None:
    chosen = [rule for rule in row.rules if RULES[RUNGS.get(rule, rule)].pack in OPTIONAL]

    assert [rule for rule in chosen if f"`{rule}`（选用）" not in row.carried] == []


@every_row
def test_a_mechanism_is_carried(row: Row) -> None:
    assert row.carried != NOTHING
    assert row.rules or NAMED.search(row.carried)


@every_row
def test_a_mechanism_that_rules_carry_has_a_story_and_no_other_has(row: Row) -> None:
    assert bool(row.rules) == bool(row.stories)


@every_row
def test_the_stories_of_a_mechanism_are_named_in_its_row(row: Row) -> None:
    assert row.stories == [name for name, story in STORIES.items() if story["mechanism"] == row.number]


@every_row
def test_the_stories_of_a_mechanism_draw_its_rules(row: Row) -> None:
    named = {RUNGS.get(rule, rule) for rule in row.rules}
    drawn = [{each["rule"] for each in STORIES[name]["expect"]} for name in row.stories]

    assert [name for name, rules in zip(row.stories, drawn, strict=True) if rules and not rules & named] == []
    assert not row.stories or any(drawn)


@every_row
def test_an_indicator_or_a_page_named_as_there_is_there(row: Row) -> None:
    named = [(room, name) for room, names in NAMED.findall(row.carried) for name in re.findall("“([^”]+)”", names)]

    assert [(room, name) for room, name in named if name not in KNOWN[room]] == []


def test_every_shipped_rule_serves_a_mechanism() -> None:
    served = {RUNGS.get(rule, rule) for row in ROWS for rule in row.rules}

    assert sorted(set(RULES) - served) == []


def test_links_lead_to_the_file_they_name() -> None:
    assert [text for row in ROWS for text, file in LINK.findall(row.proved) if text != file] == []
