"""`mingjing migrate`: bring ClickHouse to the shape this version reads."""

import click

from mingjing.services import ledger
from mingjing.services.settings import SettingsRefused, read_settings


@click.command("migrate", help="建库建表：应用尚未应用的 ClickHouse 迁移；可重复执行。")
def migrate() -> None:
    """Apply what is missing and name it."""
    try:
        applied = ledger.migrate(read_settings())
    except (SettingsRefused, ledger.LedgerError) as exc:
        raise click.ClickException(str(exc)) from exc
    for name in applied:
        click.echo(f"已应用 {name}")
    if not applied:
        click.echo("数据库已是最新")
