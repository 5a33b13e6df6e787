"""`mingjing calendars`: make the national calendar and check it against its sources."""

from pathlib import Path

import click

from mingjing.rules.calendar_text import parse_calendar
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.calendars import SourceMissing, differences, generate


@click.group(help="工作日历：生成与核对。")
def calendars() -> None:
    """Group the commands on calendars."""


@calendars.command("generate", help="由 chinesecalendar（已公布年份）与 holidays（下一年，暂定）生成 cn.yaml。")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写入的文件；省略则写到标准输出")
def generate_command(out: Path | None) -> None:
    """Write the text of cn.yaml to `out` or to standard output."""
    try:
        text = generate()
    except SourceMissing as exc:
        raise click.ClickException(str(exc)) from exc
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@calendars.command("check", help="逐日核对 FILE 的已公布年份；有出入即逐条列出并以 1 退出。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_command(file: Path) -> None:
    """Compare every official day of `file` with both libraries."""
    try:
        calendar = parse_calendar(file.read_text(encoding="utf-8"), file.name)
        found = differences(calendar)
    except (PackRefused, SourceMissing) as exc:
        raise click.ClickException(str(exc)) from exc
    if found:
        raise click.ClickException("\n".join(found))
    official = [number for number, year in calendar.years.items() if year.status == "official"]
    click.echo(f"{file.name}：{min(official)}–{max(official)} 年逐日核对无出入")
