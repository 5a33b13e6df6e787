"""Nothing in the catalogue is written for nobody: a rule or the program reads every key and every flag."""

import re
from itertools import chain

import pytest
import yaml

from mingjing.rules.item_text import ITEM_TYPES
from mingjing.services.rulebook_files import shipped

FOR_PEOPLE = {"title", "basis", "note"}
"""What whoever reads the catalogue or a card wants to know, and no rule asks."""

BY_THE_PROGRAM = {"agency", "promised", "statutory", "stage", "green"}
"""What is read as whose item it is, as the clocks that `limit: promised` names, and by the board of projects."""

STEP_KEYS = {"after": "flow: item", "mandatory": "require_all"}
"""What of a step is read by the kind of rule that follows the item's steps."""

LAW = "\n".join(
    path.read_text("utf-8") for path in chain(shipped("packs").rglob("*.yaml"), shipped("vocabularies").glob("*.yaml"))
)
ITEMS = [
    item
    for path in sorted(shipped("catalogue").glob("*.yaml"))
    for item in yaml.safe_load(path.read_text("utf-8"))["items"]
]


@pytest.mark.parametrize("key", sorted(set(ITEM_TYPES) - FOR_PEOPLE - BY_THE_PROGRAM))
def test_every_key_of_an_item_is_read_by_a_rule(key: str) -> None:
    assert re.search(rf"\bitem\.{key}\b", LAW) or (key == "steps" and "flow: item" in LAW)


@pytest.mark.parametrize("key", ["limit", "people", "post"])
def test_every_key_of_a_step_is_read_by_a_rule(key: str) -> None:
    assert f"item.steps[event.step].{key}" in LAW


@pytest.mark.parametrize("words", STEP_KEYS.values())
def test_the_order_and_the_need_of_steps_are_followed_by_a_rule(words: str) -> None:
    assert words in LAW


def test_no_step_of_the_catalogue_says_what_no_rule_reads() -> None:
    said = {key for item in ITEMS for step in item["steps"] if isinstance(step, dict) for key in step}

    assert said <= {"name", "limit", "people", "post", *STEP_KEYS}


@pytest.mark.parametrize("flag", sorted({flag for item in ITEMS for flag in item.get("flags", ())}))
def test_every_flag_of_the_catalogue_is_read_by_a_rule(flag: str) -> None:
    assert re.search(rf'item\.flags: \[[^]]*\b{flag}\b|"{flag}" in item\.flags', LAW)
