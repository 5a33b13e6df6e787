"""`mingjing notify`: tell people of cards, and try a channel."""

import asyncio
import secrets
from datetime import datetime
from pathlib import Path

import click

from mingjing.rules.publication import PublicationRefused
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import named, read_agencies
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.notices.courier import Courier
from mingjing.services.notices.plan import Plan, read_plan
from mingjing.services.notices.postman import offer
from mingjing.services.notices.run import run_notifier, words_of
from mingjing.services.registry import RegistryRefused
from mingjing.services.settings import Settings, SettingsRefused, read_settings


@click.group("notify", invoke_without_command=True, help="通知进程：按通知计划把牌告知有关的人，直到收到 SIGTERM。")
@click.pass_context
def notify(context: click.Context) -> None:
    """Run the notifier with the settings of the environment, unless a subcommand is given."""
    if context.invoked_subcommand is not None:
        return
    settings, plan = _planned()
    try:
        run_notifier(settings, plan, read_agencies(named(settings.agencies)))
    except (SettingsRefused, PackRefused, PublicationRefused, RegistryRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc


@notify.command(help="向一个通道发送测试消息，并显示结果。")
@click.argument("channel")
def test(channel: str) -> None:
    """Send a message that says it is a trial, and tell what came of it."""
    settings, plan = _planned()
    if channel not in plan.channels:
        raise click.ClickException(f"通知计划中没有通道 {channel}；已有的是 {'、'.join(plan.channels) or '（无）'}")
    try:
        words = words_of(settings, read_agencies(named(settings.agencies)))
    except (SettingsRefused, PackRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc
    now_ms = wall_clock_ms()
    at = datetime.fromtimestamp(now_ms / 1000, words.zone).strftime("%Y-%m-%d %H:%M:%S")

    async def carried() -> str | None:
        courier = Courier(plan.hosts)
        try:
            return await offer(plan.channels[channel], words.trial(secrets.token_hex(16), at), courier, now_ms)
        finally:
            await courier.close()

    failure = asyncio.run(carried())
    if failure is not None:
        raise click.ClickException(f"{channel} 没有收下：{failure}")
    click.echo(f"{channel} 已收下。")


def _planned() -> tuple[Settings, Plan]:
    try:
        settings = read_settings()
        return settings, read_plan(_plan_of(settings))
    except (SettingsRefused, PackRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc


def _plan_of(settings: Settings) -> Path:
    if settings.notices is None:
        raise SettingsRefused("没有通知计划；请用 MINGJING_NOTICES 指向 notices.yaml（样例 deploy/local/notices.yaml）")
    return settings.notices
