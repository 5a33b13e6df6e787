"""`mingjing migrate`: bring ClickHouse and the registry to the shape this version reads."""

import click

from mingjing.services import ledger
from mingjing.services.registry import RegistryError, migrate_registry
from mingjing.services.settings import SettingsRefused, read_settings


@click.command("migrate", help="建库建表：应用 ClickHouse 与登记库尚未应用的迁移；可重复执行。")
def migrate() -> None:
    """Apply what is missing and name it."""
    try:
        settings = read_settings()
        applied = [*ledger.migrate(settings), *migrate_registry(settings)]
    except (SettingsRefused, ledger.LedgerError, RegistryError) as exc:
        raise click.ClickException(str(exc)) from exc
    for name in applied:
        click.echo(f"已应用 {name}")
    if not applied:
        click.echo("数据库已是最新")
