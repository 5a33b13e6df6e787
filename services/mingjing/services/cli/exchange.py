"""`mingjing exchange`: fetch cases where agencies put them."""

import asyncio
from pathlib import Path

import click

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import named, read_agencies
from mingjing.services.agencies_following import Register
from mingjing.services.exchange.plan_following import FollowedPlan
from mingjing.services.exchange.run import run_exchange
from mingjing.services.registry import RegistryError, open_registry
from mingjing.services.settings import SettingsRefused, read_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("exchange", help="采集进程：按计划从前置库、文件夹、变更主题取数，直到收到 SIGTERM。")
@click.option("--plan", type=FILE, required=True, help="采集计划 exchange.yaml。")
@click.option("--check", is_flag=True, help="只核对计划，不取数。")
def exchange(plan: Path, *, check: bool) -> None:
    """Fetch what the plan names, with the settings of the environment."""
    try:
        settings = read_settings()
        register = named(settings.agencies)
        followed = FollowedPlan(plan, Register(read_agencies(register), register))
        if check:
            click.echo(f"计划无误：{len(followed.sources)} 个来源")
            return
        registry = open_registry(settings)
        try:
            registry.database.ready()
            asyncio.run(run_exchange(settings, followed, registry))
        finally:
            registry.database.close()
    except (SettingsRefused, PackRefused, FileNotFoundError, RegistryError) as exc:
        raise click.ClickException(str(exc)) from exc
