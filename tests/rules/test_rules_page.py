"""The packs that docs/rules.md shows are packs: they are read, and their examples hold."""

import re
from pathlib import Path

import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.pack import parse_pack
from mingjing.rules.trial import try_pack, uncovered
from mingjing.rules.vocabulary import Vocabulary

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
SHOWN = [text for text in re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL) if "\nexamples:" in text]


@pytest.mark.parametrize("text", SHOWN, ids=[text.split("\n", 1)[0] for text in SHOWN])
def test_a_pack_on_the_page_runs_as_shown(text: str, cn: Calendar, approval: Vocabulary) -> None:
    trials = try_pack(parse_pack(text, "rules.md", {approval.name: approval}), cn)

    assert [each.differences for each in trials if each.differences] == []


@pytest.mark.parametrize("text", [text for text in SHOWN if "across" in text.split("\n", 1)[0]])
def test_a_pack_across_cases_draws_and_spares_each_of_its_rules(text: str, cn: Calendar) -> None:
    pack = parse_pack(text, "rules.md", {})

    assert uncovered(pack, try_pack(pack, cn)) == []
