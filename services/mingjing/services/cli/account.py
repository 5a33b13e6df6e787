"""`mingjing account`: the people of an installation, kept by whoever runs its machines."""

import re
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from mingjing.services.auth.caller import NAME, ROLE_TITLES, ROLES, fault_of_reach
from mingjing.services.auth.gate import Gate, caller_of
from mingjing.services.cli.stewardship import on_the_trail, opened
from mingjing.services.registry import Account

_ROLES = "、".join(f"{role}（{ROLE_TITLES[role]}）" for role in ROLES)


@click.group(help="账号管理：在登记库所在的机器上执行，逐项留痕。")
def account() -> None:
    """Group the commands on accounts."""


@account.command("add", help=f"新增账号。角色：{_ROLES}。")
@click.argument("name")
@click.option("--title", required=True, help="姓名，显示在屏幕上。")
@click.option("--role", type=click.Choice(ROLES), required=True, help="角色。")
@click.option("--region", help="区划：12 位代码或其前缀；省略为全部。")
@click.option("--agency", help="部门代码；部门经办必填。")
@click.option("--oidc", is_flag=True, help="只从统一身份认证登录，不设口令。")
@click.option("--password-stdin", is_flag=True, help="从标准输入读口令，不询问。")
def add(
    name: str, title: str, role: str, region: str | None, agency: str | None, *, oidc: bool, password_stdin: bool
) -> None:
    """Add an account whose owner must change its password at the first sign-in."""
    fault = fault_of_reach(role, region, agency)
    if not re.fullmatch(NAME, name):
        fault = f"账号名 {name} 应为小写字母开头，由小写字母、数字和 . _ - 组成，2 至 32 个字符"
    if fault is not None:
        raise click.ClickException(fault)
    with opened() as (settings, gate):
        password = None if oidc else _asked(from_stdin=password_stdin)
        made = Account(name=name, title=title, role=role, region=region, agency=agency)
        if password is not None:
            gate.people.demand_fit(made, password)
        # The first of all is made before anything else runs, so that somebody can sign in to it.
        if gate.registry.accounts.all():
            on_the_trail(settings, "account.added", name, role=role, region=region, agency=agency)
        gate.people.add(made, password, gate.now_ms())
    how = "统一身份认证登录" if oidc else "首次登录须更换口令"
    click.echo(f"已新增 {name}（{title}，{ROLE_TITLES[caller_of(made).role]}），{how}。")


@account.command("list", help="列出账号。")
def list_() -> None:
    """Print every account."""
    table = Table("账号", "姓名", "角色", "区划", "部门", "登录方式", "状态", box=None, pad_edge=False)
    with opened() as (_, gate):
        for each in gate.registry.accounts.all():
            how = "统一身份认证" if each.password_hash is None else "口令+动态口令" if each.totp_confirmed else "口令"
            locked = each.locked_until_ms > gate.now_ms()
            state = "停用" if each.disabled else "锁定" if locked else "须换口令" if each.must_change else "正常"
            role = ROLE_TITLES[caller_of(each).role]
            table.add_row(each.name, each.title, role, each.region or "全部", each.agency or "全部", how, state)
    Console(highlight=False).print(table)


@account.command("disable", help="停用账号，其会话立即失效。")
@click.argument("name")
def disable(name: str) -> None:
    """Close an account and end its sessions."""
    _changed(name, "停用", disabled=True)


@account.command("enable", help="重新启用账号。")
@click.argument("name")
def enable(name: str) -> None:
    """Open an account again."""
    _changed(name, "启用", disabled=False)


@account.command("password", help="重设口令：解锁，会话立即失效，下次登录须更换。")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="从标准输入读口令，不询问。")
def password(name: str, *, password_stdin: bool) -> None:
    """Give an account a password its owner must change."""
    with opened() as (settings, gate):
        held = _held(gate, name)
        given = _asked(from_stdin=password_stdin)
        gate.people.demand_fit(held, given)
        on_the_trail(settings, "password.changed", name)
        gate.people.change_password(held, given, gate.now_ms(), session=None, must_change=True)
    click.echo(f"已重设 {name} 的口令，其会话均已失效。")


@account.command("totp", help="停用账号的动态口令（验证器遗失时）；本人可在登录后重新登记。")
@click.argument("name")
def totp(name: str) -> None:
    """Ask an account for no one-time codes any more."""
    with opened() as (settings, gate):
        held = _held(gate, name)
        on_the_trail(settings, "authenticator.removed", name)
        gate.codes.remove(held)
    click.echo(f"已停用 {name} 的动态口令。")


def _changed(name: str, how: str, **values: Any) -> None:
    with opened() as (settings, gate):
        held = _held(gate, name)
        on_the_trail(settings, "account.changed", name, **values)
        gate.registry.accounts.change(name, revision=held.revision, **values)
        gate.registry.sessions.end_all(name)
    click.echo(f"已{how} {name}。")


def _held(gate: Gate, name: str) -> Account:
    found = gate.registry.accounts.of(name)
    if found is None:
        raise click.ClickException(f"没有名为 {name} 的账号；mingjing account list 可列出全部。")
    return found


def _asked(*, from_stdin: bool) -> str:
    if from_stdin:
        return click.get_text_stream("stdin").readline().rstrip("\n")
    return str(click.prompt("口令", hide_input=True, confirmation_prompt="再输一次"))
