"""Who plays in the demo: an account of every role, one password, and the demo's own key to the API."""

import secrets
from collections.abc import Sequence
from typing import Final

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mingjing.services.agencies import Agency
from mingjing.services.auth.caller import ROLE_TITLES
from mingjing.services.auth.gate import Gate, caller_of, issue_here
from mingjing.services.auth.signature import Issued
from mingjing.services.registry import Account, open_registry
from mingjing.services.settings import Settings

_ROLES: Final = {
    "zhang": ("张监察", "inspector"),
    "li": ("李主任", "supervisor"),
    "wang": ("王经办", "clerk"),
    "zhao": ("赵规则", "rule_admin"),
    "sun": ("孙审计", "auditor"),
    "zhou": ("周管理", "system_admin"),
}


class Cast(msgspec.Struct, frozen=True):
    """The demo's accounts, the password all of them have, and the key its program reads with."""

    accounts: list[Account]
    password: str
    key: Issued


def engage(settings: Settings, agencies: Sequence[Agency]) -> Cast:
    """Make the demo's accounts in its registry; they sign in nowhere but in demo mode.

    The clerk is of the first of `agencies`; nobody else's view is narrowed.
    """
    registry = open_registry(settings)
    gate = Gate(settings, registry)
    password = f"Demo-{secrets.token_urlsafe(9)}-1"
    try:
        accounts = [
            gate.people.add(_account(name, title, role, agencies), password, gate.now_ms())
            for name, (title, role) in _ROLES.items()
        ]
    finally:
        registry.database.close()
    return Cast(accounts, password, issue_here(settings, "演示程序", "auditor"))


def introduced(cast: Cast) -> RenderableType:
    """Return what a person must know to sign in."""
    table = Table("账号", "", "角色", "范围", box=None, pad_edge=False)
    for account in cast.accounts:
        caller = caller_of(account)
        reach = account.agency or ("全部" if caller.may("case.read") else "看不到办件")
        table.add_row(account.name, account.title, ROLE_TITLES[caller.role], reach)
    return Group(table, Text(f"演示账号，口令均为 {cast.password}", style="bold"))


def _account(name: str, title: str, role: str, agencies: Sequence[Agency]) -> Account:
    agency = agencies[0].code if role == "clerk" else None
    return Account(name=name, title=title, role=role, agency=agency, demo=True)
