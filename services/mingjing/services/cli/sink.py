"""`mingjing sink`: write cards, case facts and dead letters to ClickHouse."""

import click

from mingjing.services.settings import SettingsRefused, read_settings
from mingjing.services.sink.run import run_sink


@click.command("sink", help="入库：把牌、办件事实和死信写入 ClickHouse，直到收到 SIGTERM。")
def sink() -> None:
    """Run the sink with the settings of the environment."""
    try:
        settings = read_settings()
    except SettingsRefused as exc:
        raise click.ClickException(str(exc)) from exc
    run_sink(settings)
