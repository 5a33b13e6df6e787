"""`mingjing press`: freeze months on time, deliver their reports, and keep who receives them."""

import getpass
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table

from mingjing.rules.publication import PublicationRefused
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import named, read_agencies
from mingjing.services.agencies_following import followed
from mingjing.services.audit.entry import Entry
from mingjing.services.audit.record import TrailAway, record
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.notices.plan import Plan, read_plan
from mingjing.services.registry import Registry, RegistryError, ReportDelivery, Subscription, open_registry
from mingjing.services.registry.subscriptions import EVERY, REPORTS
from mingjing.services.reports.press.parcel import REPORT_TITLES
from mingjing.services.reports.press.run import run_press
from mingjing.services.reports.press.subscribing import EVERY_TITLES, STATE_TITLES, SubscriptionRefused, checked
from mingjing.services.rulebook.following import following
from mingjing.services.settings import Settings, SettingsRefused, read_settings

_REFUSALS = (
    *(SettingsRefused, PackRefused, PublicationRefused, RegistryError, TrailAway),
    *(SubscriptionRefused, FileNotFoundError),
)


@click.group(
    "press", invoke_without_command=True, help="印发进程：按时冻结月份，把报表投送给订阅者，直到收到 SIGTERM。"
)
@click.pass_context
def press(context: click.Context) -> None:
    """Run the press with the settings of the environment, unless a subcommand is given."""
    if context.invoked_subcommand is not None:
        return
    with _opened() as (settings, registry):
        registry.database.close()
        if settings.clock != "live":
            raise SettingsRefused("印发按墙上时钟进行；MINGJING_CLOCK=event-time 的装置请用 mingjing report freeze")
        agencies = read_agencies(named(settings.agencies))
        with following(settings, agencies) as law, followed(agencies, named(settings.agencies)):
            run_press(settings, law, agencies, _plan(settings))


@press.command("subscribe", help="新增订阅：以后冻结的每一期，各版次至多投送一次。")
@click.argument("title")
@click.option("--report", type=click.Choice(REPORTS), default="efficiency", help="报表")
@click.option("--every", type=click.Choice(EVERY), default="month", help="每月、每季、每半年、每年")
@click.option("--form", "forms", multiple=True, help="形式，可重复；省略为 PDF 与 XLSX")
@click.option("--region", help="区划代码或其前几位；省略为全部")
@click.option("--agency", help="部门的统一社会信用代码；省略为全部")
@click.option("--channel", help="通知计划中的通道（信箱、回调等）")
@click.option("--folder", help="投放到 MINGJING_REPORT_FOLDER 之下的这个目录")
def subscribe(
    title: str,
    report: str,
    every: str,
    forms: tuple[str, ...],
    region: str | None,
    agency: str | None,
    channel: str | None,
    folder: str | None,
) -> None:
    """Enter a subscription."""
    with _opened() as (settings, registry):
        plan = _plan(settings)
        made = checked(
            ident=secrets.token_hex(8),
            title=title,
            report=report,
            every=every,
            forms=forms,
            region=region,
            agency=agency,
            channel=channel,
            folder=folder,
            made_by=_operator(),
            made_ms=wall_clock_ms(),
            channels=() if plan is None else plan.channels,
            folders=settings.report_folder is not None,
        )
        _record(settings, "subscription.added", made.id, report=report, target=f"{made.way}:{made.target}")
        registry.subscriptions.add(made)
    click.echo(
        f"已订阅 {made.id}：{title}，{EVERY_TITLES[made.every]}{REPORT_TITLES[report]}（{'、'.join(made.forms)}）"
    )


@press.command("subscriptions", help="列出订阅。")
def subscriptions() -> None:
    """Print every subscription that runs."""
    table = Table("编号", "名称", "报表", "周期", "形式", "区划", "部门", "去处", box=None, pad_edge=False)
    with _opened() as (_, registry):
        for each in registry.subscriptions.running():
            table.add_row(*_columns(each))
    Console(highlight=False).print(table)


@press.command("unsubscribe", help="停止一个订阅；未投送的不再投送，已投送的记录保留。")
@click.argument("subscription")
def unsubscribe(subscription: str) -> None:
    """End a subscription."""
    with _opened() as (settings, registry):
        held = registry.subscriptions.of(subscription)
        if held is None or held.ended_ms is not None:
            raise SubscriptionRefused(f"没有编号为 {subscription} 的订阅；mingjing press subscriptions 可列出全部")
        _record(settings, "subscription.ended", subscription)
        registry.subscriptions.end(subscription, wall_clock_ms())
        registry.report_deliveries.stop_all(subscription, "订阅已停止")
    click.echo(f"已停止订阅 {subscription}（{held.title}）。")


@press.command("deliveries", help="最近的投送，新的在前。")
@click.option("--limit", type=click.IntRange(1, 500), default=50)
def deliveries(limit: int) -> None:
    """Print what was sent, what is to be sent, and why something was not."""
    table = Table("编号", "订阅", "统计期", "版次", "状态", "次数", "说明", box=None, pad_edge=False)
    with _opened() as (_, registry):
        known = {each.id: each for each in registry.subscriptions.all()}
        for each in registry.report_deliveries.newest(known, limit=limit):
            title, state = known[each.subscription].title, STATE_TITLES[each.state]
            table.add_row(each.id, title, each.period, each.revision, state, str(each.tries), each.failure)
    Console(highlight=False).print(table)


@press.command("resend", help="重新投送：用于结果不明、已放弃或已停止的投送，请先向对方核实。")
@click.argument("delivery")
def resend(delivery: str) -> None:
    """Have a delivery sent once more."""
    with _opened() as (settings, registry):
        held = registry.report_deliveries.of(delivery)
        if held is None:
            raise SubscriptionRefused(f"没有编号为 {delivery} 的投送；mingjing press deliveries 可列出")
        _record(settings, "report.resent", delivery, period=held.period, revision=held.revision)
        if not registry.report_deliveries.again(delivery, wall_clock_ms()):
            raise SubscriptionRefused(f"投送 {delivery} {_why_not(held)}，不重送")
    click.echo(f"将重新投送 {delivery}。")


def _why_not(held: ReportDelivery) -> str:
    return "已送达" if held.state == "sent" else "正在投送或等待投送"


def _columns(each: Subscription) -> tuple[str, ...]:
    return (
        *(each.id, each.title, REPORT_TITLES[each.report], EVERY_TITLES[each.every], "、".join(each.forms)),
        *(each.region or "全部", each.agency or "全部", f"{each.way}:{each.target}"),
    )


def _plan(settings: Settings) -> Plan | None:
    return None if settings.notices is None else read_plan(settings.notices)


def _operator() -> str:
    return f"operator:{getpass.getuser()}"


def _record(settings: Settings, action: str, thing: str, **detail: str) -> None:
    entry = Entry(
        at_ms=wall_clock_ms(), actor=_operator(), role="operator", action=action, object=thing, detail=dict(detail)
    )
    record(settings, entry)


@contextmanager
def _opened() -> Iterator[tuple[Settings, Registry]]:
    try:
        settings = read_settings()
        registry = open_registry(settings)
        try:
            registry.database.ready()
            yield settings, registry
        finally:
            registry.database.close()
    except _REFUSALS as exc:
        raise click.ClickException(str(exc)) from exc
