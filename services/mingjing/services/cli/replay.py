"""`mingjing replay`: judge a log of any origin, with no Kafka."""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mingjing.rules import replay as rules_replay
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.log_mapping import read_mapping
from mingjing.services.log_rows import LogRefused
from mingjing.services.rulebook.asked_cases import horizon, log_cases
from mingjing.services.rulebook.card_sheets import FORMS, Take, form_of, sheet, written
from mingjing.services.rulebook.left_standing import left_standing
from mingjing.services.rulebook.replay_page import ReplayPage
from mingjing.services.rulebook.said_otherwise import said_otherwise
from mingjing.services.rulebook.spread import Cases, spread
from mingjing.services.rulebook.unheard import unheard
from mingjing.services.rulebook.unlisted import unlisted
from mingjing.services.rulebook_files import load_rulebook

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("log", type=FILE)
@click.option(
    "--map", "mapping", type=FILE, required=True, help="字段映射：哪一列是什么；YAML naming the log's columns."
)
@click.option(
    "--pack",
    "packs",
    type=FILE,
    required=True,
    multiple=True,
    help="规则包，可多次给出；rule pack, may be given more than once.",
)
@click.option(
    "--calendar",
    type=click.Path(exists=True, path_type=Path),
    help="日历：YAML、目录，或列出全部非工作日的 CSV（date,why）；calendar, or CSV of all days off.",
)
@click.option(
    "--catalogue",
    type=click.Path(exists=True, path_type=Path),
    help="事项目录：文件或目录；item catalogue, file or folder.",
)
@click.option("--profile", help="叠加的门槛方案：随附方案的名称或文件；threshold profile, shipped or a file.")
@click.option("--until", help="时钟停在何时，省略则为最后一个事件的时刻；instant that bounds timers.")
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="几个进程同时评判；processes to judge with."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="写到哪里：牌写成 .jsonl 或 .csv（.gz 压缩），或一页汇总 .html；cards, or a summary page.",
)
def replay(
    log: Path,
    mapping: Path,
    packs: tuple[Path, ...],
    calendar: Path | None,
    catalogue: Path | None,
    profile: str | None,
    until: str | None,
    jobs: int,
    out: Path,
) -> None:
    """回放日志并逐件评判；judge every case of LOG and write its cards."""
    _refuse(out)
    try:
        columns = read_mapping(mapping)
        rulebook = load_rulebook(packs, catalogue, calendar, profile=profile, reaching=True)
        with _bar() as bar:
            task = bar.add_task(f"读入 {log.name}", total=None)
            cases = log_cases(log, columns, lambda rows: bar.update(task, completed=rows))
        now = horizon(until, columns.zone, cases)
    except (PackRefused, LogRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc
    counts: Counter[str] = Counter()
    judge = partial(judge_chunk, rulebook=rulebook, now=now)
    page = ReplayPage(rulebook)

    def count(lines: Iterable[dict[str, Any]], take: Take) -> None:
        for line in lines:
            counts[line["level"] or line["status"]] += 1
            take(line)

    def judged(take: Take) -> None:
        with _bar() as bar:
            task = bar.add_task(f"评判 {log.name}", total=len(cases))
            told: list[Tally] = []
            for chunk, replayed in spread(cases.items(), judge, jobs):
                for case in replayed:
                    told += case.tallies
                    count(case.lines, take)
                bar.advance(task, chunk)
            count(rules_replay.across(told, rulebook, now), take)

    if form_of(out) == "html":
        judged(page.take)
        with written(out) as raw:
            raw.write(page.html(log.name, cases, now).encode())
    else:
        with sheet(out) as take:
            judged(take)
    told = ", ".join(f"{level} {count}" for level, count in sorted(counts.items())) or "no cards"
    doubled = said_otherwise(cases) if "id" in columns.columns else ()
    for each in (*doubled, *unheard(rulebook, cases), *left_standing(rulebook, cases), *unlisted(rulebook, cases)):
        click.echo(each, err=True)
    click.echo(f"{len(cases)} cases judged to {columns.zone.text(now)}: {told} → {out}", err=True)


def _refuse(out: Path) -> None:
    if form_of(out) is None:
        raise click.UsageError(f"--out {out}: write .{', .'.join(FORMS)}, each also as .gz")
    if not out.parent.is_dir():
        raise click.UsageError(f"--out {out}: there is no folder {out.parent}; make it, or name another")


def _bar() -> Progress:
    """Return a progress bar on standard error; none where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def judge_chunk(chunk: Cases, rulebook: Rulebook, now: int) -> list[rules_replay.Replayed]:
    """Return what becomes of some cases, in their order."""
    return [rules_replay.replayed(key, facts, rulebook, now) for key, facts in chunk]
