"""docs/law/rules.md is what the packs say, word for word."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from mingjing.rules.pack import KINDS, Pack
from mingjing.rules.rule import Rule
from mingjing.services.cli.rules import rules
from mingjing.services.rulebook.schemas import TITLES
from mingjing.services.rulebook_files import shipped_packs
from mingjing.services.rulebook_page import KIND_TITLES, rulebook_page, rulebook_pictures

PAGE = Path(__file__).parents[2] / "docs" / "law" / "rules.md"
PACKS = shipped_packs()
RULES = [(pack, rule) for pack in PACKS for rule in pack.rules]
TEXT = rulebook_page(PACKS)


def test_the_page_is_what_the_packs_say() -> None:
    """If not: `mingjing rules document`."""
    assert PAGE.read_text("utf-8") == TEXT


def test_the_pictures_are_what_the_engine_draws() -> None:
    """If not: `mingjing rules document`."""
    committed = {path.name: path.read_text("utf-8") for path in (PAGE.parent / "pictures").glob("*.svg")}

    assert committed == dict(rulebook_pictures(PACKS))


def test_the_command_writes_the_page_the_pictures_and_the_schemas(tmp_path: Path) -> None:
    (tmp_path / "law" / "pictures").mkdir(parents=True)
    (tmp_path / "law" / "pictures" / "gone.svg").touch()

    done = CliRunner().invoke(rules, ["document", str(tmp_path)])

    assert done.exit_code == 0
    assert (tmp_path / "law" / "rules.md").read_text("utf-8") == TEXT
    assert {path.name for path in (tmp_path / "law" / "pictures").iterdir()} == {
        name for name, _ in rulebook_pictures(PACKS)
    }
    assert {path.stem for path in (tmp_path / "schemas").iterdir()} == set(TITLES)


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
