"""A hundred thousand cases, and three who say what is wrong in them: plots, oracle and engine, rule by rule."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from mingjing.services.city.check import ORACLE, Outcome, check, total
from mingjing.services.city.city import City
from mingjing.services.city.oracle.bench import every_rule
from mingjing.services.city.world import read_world
from mingjing.services.demo.engine_check import ENGINE

ROOT = Path(__file__).parents[3]
RULES = ROOT / "rules"
AGENCIES = ROOT / "deploy" / "local" / "agencies.yaml"
PAGE = ROOT / "docs" / "city-agreement.md"

SEED = 2026
CASES = {False: 70_000, True: 30_000}
"""How many cases of a city as shipped, and of one that keeps the rules of choice too."""

WITNESSES = (ORACLE, ENGINE)

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def outcomes() -> dict[bool, Outcome]:
    world = read_world(AGENCIES, RULES / "catalogue", RULES / "calendars", RULES / "vocabularies")
    cities = {kept: City(world, seed=SEED, cases=cases, of_choice=kept) for kept, cases in CASES.items()}
    jobs = os.cpu_count() or 1
    return {kept: total(city, check(city, WITNESSES, jobs=jobs), WITNESSES) for kept, city in cities.items()}


@pytest.mark.parametrize("kept", CASES)
def test_plots_oracle_and_engine_agree_on_every_finding(outcomes: Mapping[bool, Outcome], *, kept: bool) -> None:
    assert outcomes[kept].cases == CASES[kept]
    assert outcomes[kept].differing == []


@pytest.mark.parametrize("kept", CASES)
def test_every_rule_that_the_oracle_reads_is_broken_somewhere(outcomes: Mapping[bool, Outcome], *, kept: bool) -> None:
    assert outcomes[kept].planted == every_rule(of_choice=kept)


def test_the_page_says_what_was_counted(outcomes: Mapping[bool, Outcome]) -> None:
    """`WRITE_AGREEMENT=1 pytest` of this file writes the page anew."""
    written = page(outcomes)
    if "WRITE_AGREEMENT" in os.environ:
        PAGE.write_text(written, "utf-8")

    assert PAGE.read_text("utf-8") == written, "the city tells another story by now: run this with WRITE_AGREEMENT=1"


def page(outcomes: Mapping[bool, Outcome]) -> str:
    """Return docs/city-agreement.md: how many findings each told, rule by rule, in either city."""
    shipped, of_choice = (outcomes[kept].counts() for kept in CASES)
    sums = [[sum(each) for each in zip(*counts.values(), strict=True)] for counts in (shipped, of_choice)]
    rows = [
        f"| {rule} | " + " | ".join(str(n) for n in (*shipped.get(rule, "···"), *of_choice.get(rule, "···"))) + " |"
        for rule in sorted(shipped.keys() | of_choice.keys())
    ]
    told = [f"{outcomes[kept].cases:,} 件，{outcomes[kept].messages:,} 次报送" for kept in CASES]
    return "\n".join(
        (
            "# 三方核对：十万件，逐条规则 · A hundred thousand cases, three witnesses",
            "",
            f"种子 {SEED}。随装即用的规则：{told[0]}；连同选用的规则：{told[1]}。",
            "每一格是一方说出的违规数；三方以（办件、规则、级别、起始时刻）逐件相比，一件不漏、一件不多。",
            "本页由 `tests/services/demo/test_agreement.py` 写出，每次测试重算一遍，差一个数即不通过；",
            "怎样核对见[模拟城市](city.md)。",
            "",
            "What each of the three said, rule by rule: planted, told by the oracle, told by the engine; in a city as",
            "shipped and in one that keeps the rules of choice too. Recall and precision are 1 for every rule.",
            "The test",
            "that wrote this page counts everything again each time it runs.",
            "",
            "| 规则 | 埋设 | 推演 | 引擎 | 埋设（连同选用） | 推演 | 引擎 |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *rows,
            "| 合计 | " + " | ".join(str(n) for counts in sums for n in counts) + " |",
            "",
        )
    )
