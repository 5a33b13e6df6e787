"""`mingjing doctor`: is this machine fit to run mingjing, and what to do if not."""

from datetime import UTC, datetime

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape

from mingjing.services.settings import SettingsRefused, read_settings
from mingjing.services.stack.doctor import examine

_MARKS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}


@click.command(help="检查本机是否具备运行条件；有一项不合格即以 1 退出。")
def doctor() -> None:
    """Print a row for everything looked at, with its remedy."""
    try:
        settings = read_settings()
    except SettingsRefused as exc:
        raise click.ClickException(str(exc)) from exc
    console = Console(highlight=False, soft_wrap=True)
    rows = examine(settings, datetime.now(UTC))
    widest = max(cell_len(row.title) for row in rows)
    for row in rows:
        console.print(f"{_MARKS[row.state]} {set_cell_size(row.title, widest)}  {escape(row.found)}")
        if row.remedy:
            console.print(f"  {' ' * widest}  → {escape(row.remedy)}")
    if any(row.state == "fail" for row in rows):
        raise SystemExit(1)
