"""`mingjing city`: the simulated city and its truth."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from mingjing.services.city.check import ORACLE, PART, Outcome, check, total
from mingjing.services.city.city import FIRST_DAY, LAST_DAY, City
from mingjing.services.city.files import write as write_city
from mingjing.services.city.world import read_world
from mingjing.services.demo.engine_check import ENGINE
from mingjing.services.rulebook_files import every_pack, load_rulebook, shipped

SHOWN = 5
"""Differences shown for a rule."""

TITLES = ("推演", "引擎")
"""What the witnesses are called."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
OF_CHOICE = click.option("--optional", is_flag=True, help="连同选用的规则包（packs/optional）：也埋设、也核对。")


@click.group(help="模拟城市：按种子生成办件事件，并说得出每一处违规。")
def city() -> None:
    """Group the commands on the city."""


@city.command("write", help="把一座城市写入目录：事件、真值、部门名录、字段映射。")
@click.option("--cases", type=click.IntRange(1), default=2000, show_default=True, help="办件数。")
@click.option("--seed", type=int, default=1, show_default=True, help="种子：同一种子得到同样的字节。")
@click.option("--agencies", type=FILE, required=True, envvar="MINGJING_AGENCIES", help="agencies.yaml：部门与区划。")
@click.option("--first", type=DAY, default=f"{FIRST_DAY}", show_default=True, help="第一天。")
@click.option("--last", type=DAY, default=f"{LAST_DAY}", show_default=True, help="最后一天。")
@OF_CHOICE
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="目录。")
def write(
    cases: int,
    seed: int,
    agencies: Path,
    first: date,
    last: date,
    optional: bool,  # noqa: FBT001  # click passes flags so
    out: Path,
) -> None:
    """Write a city to a folder."""
    summary = write_city(_city(agencies, cases, seed, first, last, optional=optional), agencies, out)
    planted = sum(summary["planted"].values())
    refused = sum(summary["garbage"].values())
    click.echo(f"{cases} 件，{summary['events']} 个事件，{refused} 条不可用报送，{planted} 处违规 → {out}")


@city.command("check", help="核对：埋设的违规、独立推演的真值（以及规则引擎）三方是否完全一致。")
@click.option("--cases", type=click.IntRange(1), default=5000, show_default=True, help="办件数。")
@click.option("--seed", type=int, default=1, show_default=True, help="种子。")
@click.option("--agencies", type=FILE, required=True, envvar="MINGJING_AGENCIES", help="agencies.yaml：部门与区划。")
@click.option("--first", type=DAY, default=f"{FIRST_DAY}", show_default=True, help="第一天。")
@click.option("--last", type=DAY, default=f"{LAST_DAY}", show_default=True, help="最后一天。")
@OF_CHOICE
@click.option("--engine", is_flag=True, help="规则引擎也来核对。")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True, help="进程数。")
def check_city(
    cases: int,
    seed: int,
    agencies: Path,
    first: date,
    last: date,
    optional: bool,  # noqa: FBT001  # click passes flags so
    engine: bool,  # noqa: FBT001  # click passes flags so
    jobs: int,
) -> None:
    """Compare the truths of a city; exit with 1 when they differ."""
    witnesses = (ORACLE, ENGINE) if engine else (ORACLE,)
    town = _city(agencies, cases, seed, first, last, optional=optional)
    parts = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("核对", total=cases)
        for part in check(town, witnesses, jobs=min(jobs, -(-cases // PART))):
            parts.append(part)
            bar.advance(task, part.cases)
    outcome = total(town, parts, witnesses)
    console = Console(highlight=False)
    console.print(_table(outcome))
    wrong = {score.rule for score in outcome.differing}
    counted = f"{outcome.cases} 件，{outcome.messages} 次报送，{len(outcome.counts())} 条规则，不一致 {len(wrong)} 条"
    console.print(counted)
    console.print(_unplanted(outcome.planted, optional=optional))
    for line in _differences(outcome):
        console.print(line)
    if wrong:
        raise SystemExit(1)


def _city(agencies: Path, cases: int, seed: int, first: date, last: date, *, optional: bool) -> City:
    world = read_world(agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    return City(world, seed=seed, cases=cases, first=_day(first), last=_day(last), of_choice=optional)


def _day(moment: date) -> date:
    """Return the day of what click parsed, which is a datetime."""
    return date(moment.year, moment.month, moment.day)


def _unplanted(planted: set[str], *, optional: bool) -> str:
    """Return which of the rules that apply nobody breaks in the city."""
    rulebook = load_rulebook(every_pack() if optional else None)
    rules = [rule.id for rule in (*rulebook.rules, *rulebook.across)]
    missing = sorted(rule for rule in rules if rule not in planted)
    return f"规则包共 {len(rules)} 条，城市未埋设 {len(missing)} 条（出现即为不一致）：{' '.join(missing)}"


def _table(outcome: Outcome) -> Table:
    table = Table("规则", "埋设", *TITLES[: len(outcome.scores)], "", box=None)
    wrong = {score.rule for score in outcome.differing}
    for rule, counts in outcome.counts().items():
        table.add_row(rule, *map(str, counts), "不一致" if rule in wrong else "一致")
    return table


def _differences(outcome: Outcome) -> Iterator[str]:
    for title, scores in zip(TITLES, outcome.scores, strict=False):
        for score in scores:
            for word, differing in (("漏", score.missed), ("多", score.invented)):
                if differing:
                    yield f"{title}{word} {len(differing)}：{score.rule}"
                for each in differing[:SHOWN]:
                    yield f"  {each.level} {each.violated_at.isoformat()} {each.case_key}"
