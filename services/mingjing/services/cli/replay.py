"""`mingjing replay`: judge a log of any origin, with no Kafka."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click
import orjson
from rich.console import Console
from rich.progress import Progress

from mingjing.rules import replay as rules_replay
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused
from mingjing.rules.zone import Zone
from mingjing.services.log_rows import LogRefused
from mingjing.services.logs import read_log, read_mapping
from mingjing.services.rulebook_files import load_rulebook

CASES_A_CHUNK = 500
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("log", type=FILE)
@click.option("--map", "mapping", type=FILE, required=True, help="YAML naming the log's columns.")
@click.option(
    "--pack", "packs", type=FILE, required=True, multiple=True, help="Rule pack; may be given more than once."
)
@click.option(
    "--calendar",
    type=click.Path(exists=True, path_type=Path),
    help="Calendar YAML, folder, or CSV `date,why` of days off.",
)
@click.option("--catalogue", type=click.Path(exists=True, path_type=Path), help="Item catalogue: file or folder.")
@click.option("--until", help="Instant that bounds timers; default: the last event's.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes to judge with.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="JSON lines, a card a line (.gz packs them).",
)
def replay(
    log: Path,
    mapping: Path,
    packs: tuple[Path, ...],
    calendar: Path | None,
    catalogue: Path | None,
    until: str | None,
    jobs: int,
    out: Path,
) -> None:
    """回放日志并逐件评判；judge every case of LOG and write its cards."""
    try:
        columns = read_mapping(mapping)
        rulebook = load_rulebook(packs, catalogue, calendar)
        cases: dict[str, list[Fact]] = {}
        for key, fact in read_log(log, columns):
            cases.setdefault(key, []).append(fact)
        now = _horizon(until, columns.zone, cases)
    except (PackRefused, LogRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc
    counts: dict[str, int] = {}
    with _writer(out) as sink, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{log.name}", total=len(cases))
        for chunk, judged in _judged(cases, rulebook, now, jobs):
            for line in judged:
                counts[line["level"] or line["status"]] = counts.get(line["level"] or line["status"], 0) + 1
                sink.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            bar.advance(task, chunk)
    told = ", ".join(f"{level} {count}" for level, count in sorted(counts.items())) or "no cards"
    click.echo(f"{len(cases)} cases judged to {columns.zone.text(now)}: {told} → {out}", err=True)


def _horizon(until: str | None, zone: Zone, cases: dict[str, list[Fact]]) -> int:
    """Return the clock: `until` (a bare date means the end of that day), else the last event's instant."""
    if until is None:
        return max((fact.at for facts in cases.values() for fact in facts), default=0)
    try:
        instant, whole_day = zone.parse(until)
    except ValueError as exc:
        raise LogRefused(f"--until: {exc}") from exc
    return zone.midnight(date.fromisoformat(until.strip()).toordinal() + 1) - 1 if whole_day else instant


def _judged(
    cases: dict[str, list[Fact]], rulebook: Rulebook, now: int, jobs: int
) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    pending = iter(cases.items())
    chunks = iter(lambda: list(islice(pending, CASES_A_CHUNK)), [])
    if jobs == 1:
        for chunk in chunks:
            yield len(chunk), judge_chunk(chunk, rulebook, now)
        return
    with ProcessPoolExecutor(jobs, initializer=_hold, initargs=(rulebook, now)) as pool:
        sized = list(chunks)
        for chunk, judged in zip(sized, pool.map(_judge_held, sized), strict=True):
            yield len(chunk), judged


def judge_chunk(chunk: list[tuple[str, list[Fact]]], rulebook: Rulebook, now: int) -> list[dict[str, Any]]:
    """Return the lines of some cases, in their order."""
    return [line for key, facts in chunk for line in rules_replay.lines(key, facts, rulebook, now)]


_held: list[Any] = []


def _hold(rulebook: Rulebook, now: int) -> None:
    _held[:] = [partial(judge_chunk, rulebook=rulebook, now=now)]


def _judge_held(chunk: list[tuple[str, list[Fact]]]) -> list[dict[str, Any]]:
    judged: list[dict[str, Any]] = _held[0](chunk)
    return judged


@contextmanager
def _writer(path: Path) -> Iterator[IO[bytes]]:
    with gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb") as sink:
        yield sink  # type: ignore[misc]  # GzipFile writes bytes
