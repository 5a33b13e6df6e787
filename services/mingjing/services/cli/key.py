"""`mingjing key`: the keys with which programs sign, kept by whoever runs the machines."""

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from mingjing.services.auth.caller import ROLE_TITLES, ROLES, Role, fault_of_reach
from mingjing.services.auth.gate import Gate
from mingjing.services.auth.signature import Issued, caller_of
from mingjing.services.cli.stewardship import on_the_trail, opened
from mingjing.services.registry import ApiKey

HOUR_MS = 3_600_000
MADE_BY = "operator"


@click.group(help="程序密钥：在登记库所在的机器上执行，逐项留痕。")
def key() -> None:
    """Group the commands on keys."""


@key.command("add", help="发放密钥；secret 只显示这一次。")
@click.option("--title", required=True, help="哪个程序用。")
@click.option("--role", type=click.Choice(ROLES), required=True, help="角色；部门程序用 clerk。")
@click.option("--region", help="区划：12 位代码或其前缀；省略为全部。")
@click.option("--agency", help="部门代码；部门程序必填。")
@click.option("--days", type=click.IntRange(1, 3660), help="多少天后到期；省略为不到期。")
def add(title: str, role: Role, region: str | None, agency: str | None, days: int | None) -> None:
    """Issue a key."""
    fault = fault_of_reach(role, region, agency)
    if fault is not None:
        raise click.ClickException(fault)
    with opened() as (settings, gate):
        now = gate.now_ms()
        on_the_trail(settings, "key.issued", title, role=role, region=region, agency=agency, days=days)
        issued = gate.signatures.issue(
            title=title,
            role=role,
            region=region,
            agency=agency,
            made_by=MADE_BY,
            now_ms=now,
            expires_ms=None if days is None else now + days * 24 * HOUR_MS,
        )
    _tell(issued)


@key.command("list", help="列出密钥，新发的在前。")
def list_() -> None:
    """Print every key, without what it signs with."""
    table = Table("密钥", "程序", "角色", "区划", "部门", "到期", "最近使用", "状态", box=None, pad_edge=False)
    with opened() as (_, gate):
        now = gate.now_ms()
        for each in gate.registry.keys.all():
            state = "停用" if each.revoked_ms is not None else "有效" if each.good(now) else "到期"
            role = ROLE_TITLES[caller_of(each).role]
            where = (each.region or "全部", each.agency or "全部")
            table.add_row(each.id, each.title, role, *where, _day(each.expires_ms), _day(each.last_used_ms), state)
    Console(highlight=False).print(table)


@key.command("rotate", help="换发：另发一个同样的密钥，旧的再用一段时间。")
@click.argument("name")
@click.option("--overlap-hours", type=click.IntRange(0, 720), default=24, show_default=True, help="旧密钥还用几小时。")
def rotate(name: str, overlap_hours: int) -> None:
    """Issue a key in the place of another."""
    with opened() as (settings, gate):
        held = _held(gate, name)
        on_the_trail(settings, "key.rotated", name, overlap_ms=overlap_hours * HOUR_MS)
        issued = gate.signatures.rotate(held, made_by=MADE_BY, now_ms=gate.now_ms(), overlap_ms=overlap_hours * HOUR_MS)
    _tell(issued)
    click.echo(f"旧密钥 {name} 至多再用 {overlap_hours} 小时。")


@key.command("revoke", help="停用密钥，立即生效，不可恢复。")
@click.argument("name")
def revoke(name: str) -> None:
    """Close a key for ever."""
    with opened() as (settings, gate):
        _held(gate, name)
        on_the_trail(settings, "key.revoked", name)
        gate.registry.keys.revoke(name, gate.now_ms())
    click.echo(f"已停用 {name}。")


def _held(gate: Gate, name: str) -> ApiKey:
    found = gate.registry.keys.of(name)
    if found is None or not found.good(gate.now_ms()):
        raise click.ClickException(f"没有密钥 {name}，或已经停用、到期；mingjing key list 可列出全部。")
    return found


def _tell(issued: Issued) -> None:
    click.echo(f"密钥 {issued.key.id}（{issued.key.title}）\nsecret {issued.secret}")
    click.echo("secret 只显示这一次，请即交给程序保存。")


def _day(at_ms: int | None) -> str:
    return "—" if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone():%Y-%m-%d %H:%M}"
