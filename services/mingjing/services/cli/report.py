"""`mingjing report`: count, print and freeze the figures of a period."""

import getpass
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mingjing.rules.publication import PublicationRefused
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import named, read_agencies
from mingjing.services.audit.record import TrailAway, record
from mingjing.services.ledger import LedgerError, Scope
from mingjing.services.reports.assessing import FormulaUnanswerable
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.figured import FiguresNotTold, RuleUnanswerable, tell
from mingjing.services.reports.forms import ASSESSMENT_FORMS, MEDIA_TYPES, rendered, rendered_assessment
from mingjing.services.reports.forms.notice import as_notice
from mingjing.services.reports.forms.typeset import TypesettingFailed
from mingjing.services.reports.forms.words import score_of, standing_of
from mingjing.services.reports.formulas import formula
from mingjing.services.reports.freezing import FreezeRefused, Frozen
from mingjing.services.reports.opening import open_desk
from mingjing.services.reports.period import Month, Period, PeriodRefused
from mingjing.services.reports.press.closer import frozen_entry
from mingjing.services.rulebook.following import following
from mingjing.services.settings import Settings, SettingsRefused, read_settings

_WAIT_S = 3600.0
_REFUSALS = (
    *(LedgerError, FreezeRefused, PeriodRefused, TypesettingFailed, FiguresNotTold, RuleUnanswerable),
    *(FormulaUnanswerable, PackRefused, PublicationRefused, FileNotFoundError, SettingsRefused, TrailAway),
)


@click.group(help="效能报表：统计、出表、冻结月份。")
def report() -> None:
    """Group the commands on reports."""


@report.command("efficiency", help="某一统计期（2026-10、2026-Q3、2026-H1、2026）的效能报表，写入 --out。")
@click.argument("period")
@click.option("--region", help="区划代码或其前几位")
@click.option("--agency", help="部门的统一社会信用代码")
@click.option("--item", help="事项编码")
@click.option("--post", help="岗位")
@click.option("--window", help="窗口号；事项、岗位、窗口一次只能选一个")
@click.option("--tier", type=click.Choice(["省", "市", "县", "镇", "村"]), default="县", help="按哪一级区划细分")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="后缀定形式：" + "、".join(MEDIA_TYPES),
)
def efficiency(period: str, tier: str, out: Path, **cut: str | None) -> None:
    """Write the report in the form that the suffix of `out` names."""
    form = _form(out, MEDIA_TYPES)
    try:
        wanted = Wanted(**cut)
    except ValueError as exc:
        raise click.ClickException(str(exc)) from exc
    with _desk() as (desk, settings, _):
        made = desk.efficiency(Scope.everything(), Period.parse(period), wanted, tier=tier, wait_s=_WAIT_S)
        out.write_bytes(rendered(made, form, settings.font_dir))
    click.echo(f"{made.title} → {out}")


@report.command("notice", help="某一统计期的通报代拟稿（GB/T 9704，PDF），写入 --out。")
@click.argument("period")
@click.option("--region", help="区划代码或其前几位")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def notice(period: str, region: str | None, out: Path) -> None:
    """Write the draft."""
    with _desk() as (desk, settings, _):
        made = desk.efficiency(Scope.everything(), Period.parse(period), Wanted(region=region), wait_s=_WAIT_S)
        out.write_bytes(as_notice(made, settings.font_dir))
    click.echo(f"{made.title} 通报代拟稿 → {out}")


@report.command("assess", help="某一统计期（通常为一年）的绩效考评，逐分说明，写入 --out。")
@click.argument("period")
@click.option("--region", help="区划代码或其前几位；只考评在该区划内办理的业务")
@click.option(
    "--formula",
    "written",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="计分办法 YAML；缺省为 MINGJING_ASSESSMENT 所指",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="后缀定形式：" + "、".join(ASSESSMENT_FORMS),
)
def assess(period: str, region: str | None, written: Path | None, out: Path) -> None:
    """Write the assessment in the form that the suffix of `out` names, and say every rank."""
    form = _form(out, ASSESSMENT_FORMS)
    with _desk() as (desk, settings, _):
        by = formula(path=written) if written else None
        made = desk.assessment(Scope.everything(), Period.parse(period), by, region=region, wait_s=_WAIT_S)
        out.write_bytes(rendered_assessment(made, form, settings.font_dir, settings.console))
    for each in made.results:
        result = each.assessed
        place = f"第 {result.rank} 名" if result.rank else "不排名"
        click.echo(f"{place}　{each.title}　{score_of(result)} 分　{result.grade or '不评等次'}　{standing_of(result)}")


@report.command("freeze", help="冻结一个已结束的月份；数字有变即开新版次，无变则不动。")
@click.option("--month", required=True, help="月份，如 2026-10")
@click.option("--reason", default="", help="更正的原因；省略则记为迟到数据")
def freeze(month: str, reason: str) -> None:
    """Freeze the month, tell rules its figures, and say at which revision it stands."""
    with _desk() as (desk, settings, rulebook):
        wanted = _month(month)
        now_ms = desk.present_ms()
        made = desk.freeze(wanted, now_ms=now_ms, reason=reason, witness=lambda each: _on_the_trail(settings, each))
        told = desk.figured(wanted, rulebook, now_ms)
        tell(settings, told)
        standing = made or desk.revisions([wanted])[-1]
    click.echo(f"{len(told)} 项指标已交付评判")
    if made is None:
        click.echo(f"{month} 数字未变，仍为第 {standing.revision} 版　{standing.hash}")
        return
    click.echo(f"{month} 第 {made.revision} 版　{made.hash}")
    for change in made.changes:
        click.echo(
            f"  {change.agency or '-'} {change.region or '-'} {change.measure}"
            f"{'/' + change.bucket if change.bucket else ''}：{change.before} → {change.after}"
        )


@report.command("revisions", help="某月的全部版次。")
@click.option("--month", required=True, help="月份，如 2026-10")
def revisions(month: str) -> None:
    """List the revisions of a month, oldest first."""
    with _desk() as (desk, _, _):
        wanted = _month(month)
        desk.demand_begun(Period(wanted, 1))
        for each in desk.revisions([wanted]):
            click.echo(f"第 {each.revision} 版　{each.hash}　{len(each.changes)} 处变动　{each.reason}")


@contextmanager
def _desk() -> Iterator[tuple[ReportDesk, Settings, Rulebook]]:
    try:
        settings = read_settings()
        agencies = read_agencies(named(settings.agencies))
        with following(settings, agencies) as law:
            desk = open_desk(settings, law, agencies)
            try:
                yield desk, settings, law()
            finally:
                desk.close()
    except _REFUSALS as exc:
        raise click.ClickException(str(exc)) from exc


def _form(out: Path, forms: Collection[str]) -> str:
    form = out.suffix.removeprefix(".")
    if form not in forms:
        raise click.ClickException(f"{out.name} 的后缀不是 {'、'.join(forms)} 之一")
    return form


def _on_the_trail(settings: Settings, frozen: Frozen) -> None:
    """Have it on the trail that whoever runs this machine freezes the month."""
    record(settings, frozen_entry(frozen, f"operator:{getpass.getuser()}", "operator"))


def _month(text: str) -> Month:
    period = Period.parse(text)
    if period.length != 1:
        raise PeriodRefused(f"{text!r} 不是一个月份；请写 2026-10")
    return period.first
