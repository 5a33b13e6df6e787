"""`mingjing rules explain`: one case told day by day, rule by rule."""

from pathlib import Path

import click

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.audit.record import TrailAway
from mingjing.services.cli.stewardship import on_the_trail
from mingjing.services.ledger import LedgerError
from mingjing.services.log_mapping import read_mapping
from mingjing.services.log_rows import LogRefused
from mingjing.services.rulebook.asked_cases import archived_case, horizon, log_cases
from mingjing.services.rulebook.told_case import as_page, as_text, told_case
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.settings import SettingsRefused, read_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PLACE = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("case")
@click.option("--log", type=FILE, help="办件所在的日志；省略则取归档（ClickHouse）。")
@click.option("--map", "mapping", type=FILE, help="日志的字段映射，与 --log 同用。")
@click.option("--pack", "packs", type=FILE, multiple=True, help="规则包，可多次给出；省略则为本安装的规则包。")
@click.option("--calendar", type=PLACE, help="日历：YAML、目录或非工作日 CSV。")
@click.option("--catalogue", type=PLACE, help="事项目录：文件或目录。")
@click.option("--profile", help="叠加的门槛方案：随附方案的名称或文件（MINGJING_PROFILE）。")
@click.option("--rule", help="只说明这一条规则。")
@click.option("--until", help="时钟停在何时；省略则为最后一个事件的时刻。")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="另写成 .html 页面或 .svg 图。")
def explain(
    case: str,
    log: Path | None,
    mapping: Path | None,
    packs: tuple[Path, ...],
    calendar: Path | None,
    catalogue: Path | None,
    profile: str | None,
    rule: str | None,
    until: str | None,
    out: Path | None,
) -> None:
    """说明一件的每个时钟与每张牌；tell every clock and card of CASE, day by day."""
    if (log is None) != (mapping is None):
        raise click.UsageError("--log 要与 --map（字段映射）同用。")
    if out is not None and out.suffix not in {".html", ".svg"}:
        raise click.UsageError(f"--out {out}：写成 .html 页面或 .svg 图。")
    try:
        settings = read_settings(
            packs=[str(path) for path in packs] or None, catalogue=catalogue, calendars=calendar, profile=profile
        )
        rulebook = load_rulebook(
            settings.packs,
            settings.catalogue,
            settings.calendars,
            profile=settings.profile,
            reaching=log is not None,
        )
        if log is not None and mapping is not None:
            columns = read_mapping(mapping)
            facts, zone = log_cases(log, columns).get(case, []), columns.zone
        else:
            on_the_trail(settings, "case.opened", case)
            facts, zone = archived_case(settings, case), rulebook.zone
        now = horizon(until, zone, {case: facts})
    except (SettingsRefused, PackRefused, LogRefused, LedgerError, FileNotFoundError, TrailAway) as exc:
        raise click.ClickException(str(exc)) from exc
    if not facts:
        raise click.ClickException(f"没有办件 {case!r}：请核对 {'日志' if log else '归档'}与办件号。No such case.")
    if rule in {each.id for each in rulebook.across}:
        raise click.ClickException(f"规则 {rule} 跨办件评判，不在一件之内说明；rule is judged across cases.")
    if rule is not None and rule not in {each.id for each in rulebook.rules}:
        raise click.ClickException(f"没有规则 {rule!r}；rule is in none of the packs.")
    told = told_case(case, facts, rulebook, now, rule)
    for line in as_text(told):
        click.echo(line)
    if out is not None:
        out.write_text(as_page(told) if out.suffix == ".html" else told.drawn[0].svg(), "utf-8")
        click.echo(f"→ {out}", err=True)
