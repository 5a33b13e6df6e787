"""docs/law/rules.md is what the packs say, word for word."""

import subprocess
import sys
from pathlib import Path

import pytest

from mingjing.rules.pack import KINDS, Pack
from mingjing.rules.rule import Rule
from mingjing.services.rulebook_page import KIND_TITLES, rulebook_page, shipped_packs

PAGE = Path(__file__).parents[2] / "docs" / "law" / "rules.md"
PACKS = shipped_packs()
RULES = [(pack, rule) for pack in PACKS for rule in pack.rules]
TEXT = rulebook_page(PACKS)


def test_the_page_is_what_the_packs_say() -> None:
    """If not: `python -m mingjing.services.rulebook_page > docs/law/rules.md`."""
    assert PAGE.read_text("utf-8") == TEXT


def test_the_module_prints_the_page() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "mingjing.services.rulebook_page"], check=True, capture_output=True, text=True
    )

    assert printed.stdout == TEXT


@pytest.mark.parametrize(("pack", "rule"), RULES, ids=[rule.id for _, rule in RULES])
def test_every_shipped_rule_shows_a_timeline_on_which_it_is_drawn(pack: Pack, rule: Rule) -> None:
    _, _, chapter = TEXT.partition(f"\n## {pack.title} `{pack.name}`")
    _, _, section = chapter.partition(f"\n### {rule.id} {rule.title}\n")
    timeline = section.split("```")[1]

    assert any(f"▲ {word} {rung.id}" in timeline for rung in rule.rungs for word in ("提示", "预警", "黄牌", "红牌"))
    assert "牌上的说明：" in section.split("\n### ")[0]
    assert "不发牌的例子：" in section.split("\n### ")[0]


def test_every_kind_of_rule_has_a_chinese_name() -> None:
    assert set(KINDS) <= set(KIND_TITLES)
