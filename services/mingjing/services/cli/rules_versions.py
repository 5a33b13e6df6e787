"""`mingjing rules diff`, `backtest` and `publish`: from one version of the law to the next."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.progress import Progress

from mingjing.rules.events import micros
from mingjing.rules.publication import OUTAGE, Publication, PublicationRefused, digest_of
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import named, read_agencies
from mingjing.services.ledger import LedgerError
from mingjing.services.log_mapping import read_mapping
from mingjing.services.log_rows import LogRefused
from mingjing.services.rulebook.asked_cases import archived_cases, horizon, instant_of, log_cases
from mingjing.services.rulebook.backtest import Backtest, judge_both
from mingjing.services.rulebook.difference import as_records, differences, told
from mingjing.services.rulebook.history import Installed
from mingjing.services.rulebook.publishing import publications
from mingjing.services.rulebook.shadowed import ShadowsUnread, records, shadow_cards
from mingjing.services.rulebook.shadowed import told as shadows_told
from mingjing.services.rulebook.spread import spread
from mingjing.services.rulebook.topic import RulebookTopic
from mingjing.services.rulebook_files import load_rulebook, load_version, version_files
from mingjing.services.settings import Settings, SettingsRefused, read_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PLACE = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("old", type=PLACE)
@click.argument("new", type=PLACE)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def diff(old: Path, new: Path, form: str) -> None:
    """按含义比较两版；compare two packs, or two folders of law, by what they say."""
    found = differences(*_both(old, new))
    if form == "json":
        click.echo(orjson.dumps(as_records(found), option=orjson.OPT_INDENT_2).decode())
    else:
        for line in told(found):
            click.echo(line)


@click.command()
@click.argument("old", type=PLACE)
@click.argument("new", type=PLACE)
@click.option("--log", type=FILE, help="以这份日志的办件为准；省略则取归档（ClickHouse）。")
@click.option("--map", "mapping", type=FILE, help="日志的字段映射，与 --log 同用。")
@click.option("--since", help="归档中自何时有事件的办件；省略则为全部。")
@click.option("--until", help="时钟停在何时；日志默认为最后一个事件的时刻，归档必须写明。")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="几个进程同时评判。")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="另写成 JSON，供 publish 引用。")
def backtest(
    old: Path,
    new: Path,
    log: Path | None,
    mapping: Path | None,
    since: str | None,
    until: str | None,
    jobs: int,
    out: Path | None,
) -> None:
    """以过去的办件试一试改动；judge past cases by both versions and compare their cards."""
    if (log is None) != (mapping is None):
        raise click.UsageError("--log 要与 --map（字段映射）同用。")
    if log is None and until is None:
        raise click.UsageError("取归档时要写明 --until：时钟停在何时，两版才可比。")
    before, after = _both(old, new)
    try:
        if log is not None and mapping is not None:
            columns = read_mapping(mapping)
            known = log_cases(log, columns)
            now, total = horizon(until, columns.zone, known), len(known)
            cases = iter(known.items())
        else:
            zone = after.zone
            now, total = instant_of(until or "", zone, "--until"), None
            begin = instant_of(since, zone, "--since", begin=True) if since else 0
            cases = archived_cases(read_settings(), begin, now)
        files = {"old": _digests(old), "new": _digests(new)}
        found = Backtest(before, after, now, files)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("回测", total=total)
            for count, judged in spread(cases, partial(judge_both, old=before, new=after, now=now), jobs):
                for each in judged:
                    found.take(each)
                bar.advance(task, count)
        found.conclude()
    except (SettingsRefused, PackRefused, LogRefused, LedgerError) as exc:
        raise click.ClickException(str(exc)) from exc
    for line in found.told():
        click.echo(line)
    if out is not None:
        out.write_bytes(orjson.dumps(found.record(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        click.echo(f"→ {out}", err=True)


def _digests(path: Path) -> dict[str, str]:
    """Return the digest of every file of a version, by its path in it."""
    root = path.parent if path.is_file() else path
    return {file.relative_to(root).as_posix(): digest_of(file.read_text("utf-8")) for file in version_files(path)}


def _both(old: Path, new: Path) -> tuple[Rulebook, Rulebook]:
    try:
        return load_version(old), load_version(new)
    except (PackRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--in-force", required=True, help="自何时起施行，至少在十分钟之后；办件按起算时施行的版本评判。")
@click.option("--backtest", "tried", type=FILE, help="backtest --out 写下的结果。")
@click.option("--by", required=True, help="发布人，记入该版本。")
@click.option("--dry-run", is_flag=True, help="只检查并列出，不写入 Kafka。")
def publish(files: tuple[Path, ...], in_force: str, tried: Path | None, by: str, *, dry_run: bool) -> None:
    """在从未发布过的安装上发布第一批版本；begin an installation on which nothing was ever published.

    此后的版本由一人提请、另一角色的人批准（rules propose、rules approve）。
    """
    try:
        settings = read_settings()
        zone = load_rulebook([]).zone
        begin = instant_of(in_force, zone, "--in-force", begin=True)
        new = publications(files, tried, in_force=begin, now=micros(datetime.now(UTC)), by=by)
        if not dry_run:
            _begin(settings, new)
    except (SettingsRefused, PackRefused, LogRefused, PublicationRefused) as exc:
        raise click.ClickException(str(exc)) from exc
    for each in new:
        click.echo(f"{each.key}  自 {zone.text(each.in_force)} 施行  {each.digest[:16]}")
    click.echo("未写入（--dry-run）。" if dry_run else f"已发布 {len(new)} 个版本。")


@click.command()
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def shadow(form: str) -> None:
    """试行规则会发出的牌；what the rules in the shadow would have drawn of late."""
    try:
        settings = read_settings()
        cards = shadow_cards(settings.broker, settings.partitions)
    except (SettingsRefused, ShadowsUnread) as exc:
        raise click.ClickException(str(exc)) from exc
    if form == "json":
        click.echo(orjson.dumps(records(cards), option=orjson.OPT_INDENT_2).decode())
    else:
        for line in shadows_told(cards):
            click.echo(line)


def _begin(settings: Settings, new: list[Publication]) -> None:
    """Publish what nobody can have approved yet; PublicationRefused where anything was published before."""
    topic = RulebookTopic(settings.broker)
    if any(each.room != OUTAGE for each in topic.known().values()):
        raise PublicationRefused(
            "已有发布的版本：此后须由一人提请、另一角色的人批准，"
            "请用 mingjing rules propose 与 mingjing rules approve，或在接口 /v1/rulebook/proposals 办理"
        )
    agencies = read_agencies(named(settings.agencies))
    Installed(settings, agencies).with_published(new)
    topic.publish(new)
