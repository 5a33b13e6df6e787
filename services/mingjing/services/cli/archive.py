"""`mingjing archive`: write every case event, and what else is folded, to ClickHouse."""

import click

from mingjing.services.archive.run import run_archive
from mingjing.services.settings import SettingsRefused, read_settings


@click.command("archive", help="归档：把全部办件事件、计数与办牌记录写入 ClickHouse，直到收到 SIGTERM。")
def archive() -> None:
    """Run the archive with the settings of the environment."""
    try:
        settings = read_settings()
    except SettingsRefused as exc:
        raise click.ClickException(str(exc)) from exc
    run_archive(settings)
