"""`mingjing export`: cases as open data, for tools of process mining."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from mingjing.rules.zone import Zone
from mingjing.services.export.archive import Wanted, settled_cases
from mingjing.services.export.ocel import write_ocel
from mingjing.services.export.xes import write_xes
from mingjing.services.ledger import LedgerError, Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.instants import millis
from mingjing.services.settings import SettingsRefused, read_settings

ZONE = "Asia/Shanghai"
_ANSWER_WITHIN_S = 600
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export", help="导出办件的已定事实与牌：OUT 为 .xes、.xes.gz（XES）或 .json（OCEL 2.0）。")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=_DAY, help="收件不早于此日（北京时间）")
@click.option("--until", type=_DAY, help="收件早于此日（北京时间）")
@click.option("--region", help="区划代码或其前几位")
@click.option("--agency", help="部门的统一社会信用代码")
def export(out: Path, since: datetime | None, until: datetime | None, region: str | None, agency: str | None) -> None:
    """Write the cases in the form that the name of `out` ends in."""
    if not out.name.endswith((".xes", ".xes.gz", ".json")):
        raise click.ClickException(f"{out.name} 的后缀不是 .xes、.xes.gz 或 .json")
    wanted = Wanted(begin_ms=_midnight(since), end_ms=_midnight(until), region=region, agency=agency)
    try:
        connection = Connection(read_settings(), answer_within_s=_ANSWER_WITHIN_S)
        cases = settled_cases(connection, Scope.everything(), wanted)
        if out.suffix == ".json":
            objects, events = write_ocel(cases, out, Zone(ZONE))
            click.echo(f"{objects} 个对象，{events} 个事件 → {out}")
        else:
            traces, events = write_xes(cases, out, Zone(ZONE))
            click.echo(f"{traces} 个办件，{events} 个事件 → {out}")
    except (SettingsRefused, LedgerError) as exc:
        raise click.ClickException(str(exc)) from exc


def _midnight(day: datetime | None) -> int | None:
    return None if day is None else millis(day.replace(tzinfo=ZoneInfo(ZONE)))
