from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mingjing.services.cli.rules import rules

Run = Callable[..., Result]
RULE = """pack: p
title: 试验
version: 1
rules:
  - {id: T, title: 办结时限, basis: [某法 第一条], kind: time-limit, start: A, stop: S, limit: 3wd,
     cards: {yellow: past}}
examples:
"""
DRAWN = """  - name: 逾期
    story: [{at: 2026-03-06 10:00, event: A}]
    by: 2026-03-12
    expect: [{at: 2026-03-12, rule: T, level: yellow}]
"""
SPARED = """  - name: 按期
    story: [{at: 2026-03-06 10:00, event: A}, {at: 2026-03-11 10:00, event: S}]
    by: 2026-03-12
    spares: [T]
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return the outcome of a subcommand on a pack of this text."""

    def invoke(command: str, text: str, *options: str) -> Result:
        path = tmp_path / "p.yaml"
        path.write_text(text, "utf-8")
        return CliRunner().invoke(rules, [command, str(path), *options])

    return invoke


def test_check_accepts_a_pack_whose_rules_are_drawn_and_spared(run: Run) -> None:
    done = run("check", RULE + DRAWN + SPARED)

    assert (done.exit_code, done.output) == (0, "1 packs, 1 rules, 2 examples: all hold\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RULE + DRAWN, "p.yaml:5:10: rule T is spared by no example"),
        (RULE + SPARED, "p.yaml:5:10: rule T is drawn by no example"),
        (RULE + SPARED + DRAWN.replace("2026-03-12, rule", "2026-03-13, rule"), "was not drawn"),
        (RULE.replace("limit: 3wd", "limit: 3") + DRAWN, "p.yaml:5:"),
    ],
)
def test_check_refuses_a_pack_and_says_why(run: Run, text: str, message: str) -> None:
    done = run("check", text)

    assert done.exit_code == 1
    assert message in done.output


def test_a_ratio_on_what_no_month_figures_is_refused(run: Run) -> None:
    rule = "  - {id: R, kind: ratio, indicator: promise_kep, by: agency, below: 90%, cards: {hint: past}}\n"
    done = run("check", f"pack: p\nversion: 1\nvocabulary: report\nrules:\n{rule}")

    assert done.exit_code == 1
    assert (
        "p.yaml:5:10: rule R: no month figures the indicator 'promise_kep'; did you mean 'promise_kept'?" in done.output
    )


def test_test_names_the_story_that_differs_and_how(run: Run) -> None:
    done = run("test", RULE + SPARED + DRAWN.replace("level: yellow", "level: red"))

    assert done.exit_code == 1
    assert "p.yaml:12 逾期" in done.output
    assert "T 红牌 (red) at 2026-03-12 00:00 was not drawn" in done.output
    assert done.output.endswith("1 passed, 1 failed\n")


def test_test_does_not_pass_a_pack_without_examples(run: Run) -> None:
    done = run("test", RULE.partition("examples:")[0])

    assert done.exit_code == 1
    assert "no examples in p.yaml: add, under `examples:`, a story that draws each rule" in done.output


def test_check_counts_its_faults_and_says_nothing_of_publishing(run: Run) -> None:
    done = run("check", RULE.partition("examples:")[0])

    assert done.output.endswith("Error: 2 faults\n")


def test_test_names_the_stories_that_hold_when_asked(run: Run) -> None:
    assert "按期" in run("test", RULE + SPARED, "-v").output


def test_list_shows_each_rule_with_its_law(run: Run) -> None:
    assert "T        办结时限  黄牌  某法 第一条" in run("list", RULE + DRAWN).output


def test_check_refuses_a_ladder_that_falls_in_time_on_an_item_of_the_catalogue(run: Run) -> None:
    ladder = "limit: promised, cards: {warning: 90% of statutory, yellow: past promised}"

    done = run("check", RULE.replace("limit: 3wd,\n     cards: {yellow: past}", ladder) + DRAWN + SPARED)

    assert "p.yaml:5:10: rule T: on item" in done.output
    assert "yellow would hold before warning" in done.output


def test_the_shipped_packs_are_checked_when_none_is_named() -> None:
    done = CliRunner().invoke(rules, ["check"])

    assert (done.exit_code, "all hold" in done.output) == (0, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("profile: p\nversion: 1\ncards: {TL-4: {yellow: past}}\n", "rule 'TL-4' is in no pack; did you mean"),
        ("catalogue: c\nitems: [{code: a, title: b}]\n", "key 'valid_from' is missing"),
        ("table: t\nversion: 1\ncolumns: {a: {title: A, type: txt}}\nrows: []\n", "did you mean 'text'?"),
        ("overlay: cn\nregions: {'330000000000': {off: {假: 2026-13-01}}}\n", "'2026-13-01' is not a day"),
        ("vocabulary: v\ntypes: {a: {titel: x}}\n", "did you mean 'title'?"),
        ("packs: x\n", "no file of law: it has none of the keys pack, catalogue"),
        ("- 1\n", "no file of law"),
        ("a: [\n", "not YAML"),
    ],
)
def test_check_reads_every_kind_of_file_of_the_law(run: Run, text: str, message: str) -> None:
    done = run("check", text)

    assert done.exit_code == 1
    assert message in done.output
