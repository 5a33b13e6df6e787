"""`mingjing export`: cases as open data, for tools of process mining, and as the tables of exchange standards."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from mingjing.rules.yaml_page import PackRefused
from mingjing.rules.zone import Zone
from mingjing.services.agencies import read_agencies
from mingjing.services.audit.record import TrailAway
from mingjing.services.cli.stewardship import on_the_trail
from mingjing.services.export.archive import Wanted, settled_cases
from mingjing.services.export.ocel import write_ocel
from mingjing.services.export.standard_tables import CardRow, card_rows, write_standard
from mingjing.services.export.xes import write_xes
from mingjing.services.ledger import LedgerError, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.instants import millis
from mingjing.services.rulebook_files import rulebook_of
from mingjing.services.settings import Settings, SettingsRefused, read_settings
from mingjing.services.standards.shelf import shipped_standards

ZONE = "Asia/Shanghai"
_ANSWER_WITHIN_S = 600
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    "export", help="导出办件的事实与牌：OUT 为 .xes、.xes.gz（XES）、.json（OCEL 2.0）或文件夹（--standard）。"
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--standard", type=click.Choice(tuple(shipped_standards())), help="按交换标准导出：每个对象一个 CSV，写入文件夹 OUT"
)
@click.option("--since", type=_DAY, help="收件不早于此日（北京时间）")
@click.option("--until", type=_DAY, help="收件早于此日（北京时间）")
@click.option("--region", help="区划代码或其前几位")
@click.option("--agency", help="部门的统一社会信用代码")
def export(
    out: Path,
    standard: str | None,
    since: datetime | None,
    until: datetime | None,
    region: str | None,
    agency: str | None,
) -> None:
    """Write the cases in the form that the name of `out` ends in, or as the tables of a standard."""
    if standard is None and not out.name.endswith((".xes", ".xes.gz", ".json")):
        raise click.ClickException(f"{out.name} 的后缀不是 .xes、.xes.gz 或 .json；按标准导出请加 --standard")
    wanted = Wanted(begin_ms=_midnight(since), end_ms=_midnight(until), region=region, agency=agency)
    try:
        settings = read_settings()
        days = {name: f"{day:%Y-%m-%d}" for name, day in (("since", since), ("until", until)) if day is not None}
        on_the_trail(settings, "case.exported", out.name, region=region, agency=agency, standard=standard, **days)
        connection = Connection(settings, answer_within_s=_ANSWER_WITHIN_S)
        cases = settled_cases(connection, Scope.everything(), wanted)
        if standard is not None:
            chosen = shipped_standards()[standard]
            for name, count in write_standard(cases, chosen, out, Zone(ZONE), _card_rows(settings)).items():
                click.echo(f"{count} 行 → {out / name}.csv")
        elif out.suffix == ".json":
            objects, events = write_ocel(cases, out, Zone(ZONE))
            click.echo(f"{objects} 个对象，{events} 个事件 → {out}")
        else:
            traces, events = write_xes(cases, out, Zone(ZONE))
            click.echo(f"{traces} 个办件，{events} 个事件 → {out}")
    except (SettingsRefused, PackRefused, FileNotFoundError, LedgerError, TrailAway) as exc:
        raise click.ClickException(str(exc)) from exc


def _card_rows(settings: Settings) -> CardRow:
    titles = {} if settings.agencies is None else read_agencies(settings.agencies).titles()
    catalogue = rulebook_of(settings, {}).catalogue
    now = datetime.now(ZoneInfo(ZONE))

    def kind(item: str) -> str | None:
        known: str | None = catalogue.in_force(item, now.date()).get("kind")
        return known

    return card_rows(settings.issuer, titles, kind, now)


def _midnight(day: datetime | None) -> int | None:
    return None if day is None else millis(day.replace(tzinfo=ZoneInfo(ZONE)))
