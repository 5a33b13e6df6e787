"""`mingjing conform`: examine an agency's feed before it goes live."""

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import click
import msgspec
import orjson
from rich.console import Console
from rich.table import Table

from mingjing.rules.events import TICK, VOIDED
from mingjing.rules.yaml_page import PackRefused, nearest
from mingjing.services.agencies import Agency, read_agencies
from mingjing.services.cli.conform_feed import at_hand
from mingjing.services.cli.conform_table import examined, explain
from mingjing.services.conformance.score import FLOOR, PASS, Score, score_feed
from mingjing.services.rulebook_files import items_listed, load_vocabularies
from mingjing.services.settings import SettingsRefused, read_settings
from mingjing.services.standards.shelf import shipped_standards

BAR = 20


class _Typed(msgspec.Struct):
    type: str


_decode = msgspec.json.Decoder(_Typed).decode


@click.command()
@click.argument("feed", metavar="FILE|URL")
@click.option("--agency", required=True, help="Code of the agency whose feed it is, as in agencies.yaml.")
@click.option("--agencies", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="agencies.yaml")
@click.option(
    "--standard", type=click.Choice(tuple(shipped_standards())), help="FILE 是此标准的表：CSV、XLSX、JSON、JSONL、XML"
)
@click.option("--object", "object_name", help="标准的哪个对象，如 up_pro_accept。")
@click.option("--column", "columns", multiple=True, metavar="本方的列=标准的列", help="列名不同的；等号后空着即不读。")
@click.option("--source", help="数据源；省略为本部门的第一个。")
@click.option("--json", "as_json", is_flag=True, help="Write the score as JSON.")
def conform(
    feed: str,
    agency: str,
    agencies: Path | None,
    standard: str | None,
    object_name: str | None,
    columns: tuple[str, ...],
    source: str | None,
    *,
    as_json: bool,
) -> None:
    """接入检验：给部门的报送数据评分；score a feed of CloudEvents, one JSON a line (.gz too).

    With --standard and --object FILE is a table of that exchange standard, every fault told by row and column.

    Exit status 0: it may go live. 1: not yet. 2: it could not be read.
    """
    ours = _agency(agency, agencies)
    if standard is not None:
        with at_hand(feed) as path:
            told = examined(path, ours, shipped_standards()[standard], object_name, columns, source, _listed())
        if as_json:
            click.echo(orjson.dumps(msgspec.to_builtins(told), option=orjson.OPT_INDENT_2).decode())
        else:
            _show(told.score)
            explain(told)
        raise SystemExit(0 if told.score.passed else 1)
    if object_name is not None or columns or source is not None:
        raise click.UsageError("--object, --column and --source describe a table: give --standard, too")
    principal = ours.principal
    types: Counter[str] = Counter()
    try:
        with at_hand(feed) as path:
            score = score_feed(_heard(_lines(path), types), principal, _listed())
    except (OSError, EOFError) as exc:
        raise click.UsageError(f"{feed}: {exc}") from exc
    unread = _unread(types)
    if as_json:
        scored = {**msgspec.to_builtins(score), "unread_types": unread}
        click.echo(orjson.dumps(scored, option=orjson.OPT_INDENT_2).decode())
    else:
        _show(score)
        for name, count in unread.items():
            click.echo(f"注意 {count} 条：词汇表没有事件类型 {name}，没有规则会读{nearest(name, _known_types())}")
    raise SystemExit(0 if score.passed else 1)


def _agency(code: str, path: Path | None) -> Agency:
    named = path or read_settings().agencies
    if named is None:
        raise click.UsageError("no agencies.yaml: give --agencies or MINGJING_AGENCIES")
    try:
        known = read_agencies(named).agencies
    except PackRefused as exc:
        raise click.ClickException(str(exc)) from exc
    found = next((each for each in known if each.code == code), None)
    if found is None:
        raise click.UsageError(f"{named}: no agency {code}; there are {', '.join(each.code for each in known)}")
    return found


def _listed() -> frozenset[str]:
    """Return the codes of the items in the catalogue: that of the settings, or the one that ships."""
    try:
        return items_listed(read_settings())
    except (SettingsRefused, PackRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        yield from (line for line in lines if line.strip())


def _heard(lines: Iterable[bytes], types: Counter[str]) -> Iterator[bytes]:
    """Yield the lines, and count the types of the events among them."""
    for line in lines:
        with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            types[_decode(line).type] += 1
        yield line


def _unread(types: Counter[str]) -> dict[str, int]:
    """Return the types that no vocabulary has, with their events: they are taken, and nothing ever comes of them."""
    return {name: count for name, count in sorted(types.items()) if name not in _known_types()}


@cache
def _known_types() -> frozenset[str]:
    declared = (name for vocabulary in load_vocabularies().values() for name in vocabulary.types)
    return frozenset((TICK, VOIDED, *declared))


def _show(score: Score) -> None:
    console = Console()
    table = Table(title=f"接入检验：{score.events} 条事件，{score.cases} 个办件", show_lines=False)
    for column in ("项目", "要求", "符合", "", "权重"):
        table.add_column(column, justify="right" if column in ("符合", "权重") else "left", overflow="fold")
    for part in score.parts:
        share = part.share
        bar = "—" if share is None else "█" * round(share * BAR) + "░" * (BAR - round(share * BAR))
        count = "无可查" if share is None else f"{part.held}/{part.looked_at}"
        table.add_row(part.title, part.asks, count, bar, str(part.weight))
    console.print(table)
    for part in score.parts:
        if part.samples:
            console.print(f"\n[bold]{part.title}[/bold]  {part.remedy}")
            for sample in part.samples:
                console.print(f"  · {sample}", markup=False)
    console.print(f"\n{score.points if score.points is not None else '—'} 分（满分 100）：{_verdict(score)}")


def _verdict(score: Score) -> str:
    """Return whether the feed may go live, and if not, for want of what."""
    if score.passed:
        return "可以接入"
    low = "、".join(each.title for each in score.parts if each.share is not None and each.share < FLOOR)
    short = f"；低于 {FLOOR:.0%} 的项：{low}" if low else ""
    return f"暂不能接入（须满 {PASS:.0f} 分，且每项不低于 {FLOOR:.0%}{short}）"
