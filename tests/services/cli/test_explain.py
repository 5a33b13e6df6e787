"""One case told: in a terminal, as a page, as a picture."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from defusedxml.ElementTree import parse

from mingjing.services.cli.rules import rules

PACK = """pack: p
title: 试验
version: 1
rules:
  - {id: T, title: 办结时限, basis: [某法 第一条], kind: time-limit, start: A, stop: S, limit: 5wd,
     pause: [{begin: P, end: R}], cards: {warning: 1wd before, yellow: past}}
  - {id: Q, title: 次序, kind: sequence, step: S, requires: X, cards: {red: broken}}
"""
LOG = """case_id,activity,timestamp
N1,A,2026-03-02 10:00
N1,P,2026-03-04 10:00
N1,R,2026-03-06 10:00
N1,S,2026-03-16 09:00
N2,A,2026-03-02 10:00
N2,X,2026-03-02 11:00
N3,A,2050-03-02 10:00
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return the outcome of the command on a case of the log."""

    def make(case: str, *options: str) -> Result:
        for name, text in (
            ("log.csv", LOG),
            ("pack.yaml", PACK),
            ("map.yaml", "case: case_id\nevent: activity\ntime: timestamp\n"),
        ):
            (tmp_path / name).write_text(text, "utf-8")
        files = [
            f"--{key}={tmp_path / name}"
            for key, name in (("log", "log.csv"), ("map", "map.yaml"), ("pack", "pack.yaml"))
        ]
        return CliRunner().invoke(rules, ["explain", case, *files, *options])

    return make


def test_the_terminal_shows_the_weeks_with_every_day_by_its_number(run: Run) -> None:
    lines = run("N1").output.splitlines()

    assert "  2026-03-02    起     1     2    停    停     ·     ·" in lines
    assert "  2026-03-09     3     4     5     6     7     ·     ·" in lines


def test_a_made_up_day_is_marked(run: Run, tmp_path: Path) -> None:
    run("N2")
    (tmp_path / "log.csv").write_text(LOG.replace("N2,A,2026-03-02", "N2,A,2026-02-26"), "utf-8")
    files = [
        f"--{key}={tmp_path / name}" for key, name in (("log", "log.csv"), ("map", "map.yaml"), ("pack", "pack.yaml"))
    ]

    assert " 2班" in CliRunner().invoke(rules, ["explain", "N2", *files, "--until", "2026-03-03"]).output


def test_every_finding_is_told_with_its_law_in_both_languages(run: Run) -> None:
    told = run("N1").output

    assert "黄牌 T 办结时限" in told
    assert "3 月 16 日 09:00 S，超期 3 个工作日。" in told
    assert "S on 16 Mar 2026 09:00, 3 days over." in told
    assert "依据：某法 第一条" in told
    assert "红牌 Q 次序" in told


def test_one_rule_alone_may_be_asked_for(run: Run) -> None:
    told = run("N1", "--rule", "Q").output

    assert ("红牌 Q" in told, "黄牌 T" in told) == (True, False)


def test_a_case_that_keeps_every_rule_is_told_so(run: Run) -> None:
    assert "没有发牌。No card." in run("N2", "--until", "2026-03-03").output


def test_a_case_no_calendar_holds_is_told_why_it_is_not_judged(run: Run) -> None:
    assert "未评判：calendar cn has no year 2050" in run("N3").output


def test_the_page_needs_nothing_beside_it(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "case.html"

    assert run("N1", "--out", str(out)).exit_code == 0
    page = out.read_text("utf-8")
    assert page.count("<svg") == 2
    assert "黄牌 T 办结时限" in page
    assert not any(word in page for word in ("http:", "https:", "src=", "<script", "@import")) or page.count(
        "http"
    ) == page.count("www.w3.org/2000/svg")


def test_the_picture_alone_is_svg(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "case.svg"
    run("N1", "--rule", "T", "--out", str(out))

    assert parse(out).getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("N9",), "没有办件 'N9'"),
        (("N1", "--rule", "TT"), "没有规则 'TT'"),
        (("N1", "--out", "x.pdf"), "写成 .html 页面或 .svg 图"),
        (("N1", "--until", "soon"), "--until: 'soon' is neither"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(run: Run, options: tuple[str, ...], message: str) -> None:
    done = run(*options)

    assert done.exit_code != 0
    assert message in done.output
