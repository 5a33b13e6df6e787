"""A caller: somebody known, with a role, within a region or an agency.

    caller.name          who: an account's name, `key:<id>` or `agency:<code>`
    caller.role          one Role
    caller.scope         the Scope every ledger query receives
    caller.may(action)   whether the role allows it at all

Role and scope are two questions, and both must be answered with yes: `may` says
whether somebody of this role does such things, `scope` says to which cards and
cases. 三员分立: who administers the system sees no case, who reads the audit
trail administers nothing, and who writes rules neither signs cards nor makes accounts.
"""

from typing import Final, Literal, get_args

import msgspec

from mingjing.services.ledger.scope import Scope

Role = Literal["inspector", "supervisor", "clerk", "rule_admin", "auditor", "system_admin"]

ROLES: Final[tuple[Role, ...]] = get_args(Role)

ROLE_TITLES: Final[dict[Role, str]] = {
    "inspector": "监察员",
    "supervisor": "监察负责人",
    "clerk": "部门经办",
    "rule_admin": "规则管理员",
    "auditor": "审计员",
    "system_admin": "系统管理员",
}

Action = Literal[
    "case.read",  # cards, cases, overviews, dead letters, within the scope
    "enterprise.read",  # one enterprise across agencies: never the supervised, of whom enterprises complain
    "officer.read",  # one officer across cases, by the code that stands for them: never the supervised
    "case.unmask",  # personal fields, with a reason, each time on the trail
    "event.submit",  # hand in files, mend and resubmit what was refused: the supervised
    "card.reply",  # sign for, explain, appeal, report what was put right: the supervised
    "card.act",  # confirm, verify, uphold, supervise, close: the supervising
    "card.approve",  # what needs the leader: revocations, supervision orders, exemptions
    "rule.publish",  # offer a version of rules, profiles, calendars
    "rule.approve",  # be its second person
    "audit.read",  # the trail and its anchors
    "account.manage",  # accounts, keys, sessions of others
]

_MAY: Final[dict[Role, frozenset[Action]]] = {
    "inspector": frozenset(("case.read", "enterprise.read", "officer.read", "case.unmask", "card.act")),
    "supervisor": frozenset(
        ("case.read", "enterprise.read", "officer.read", "case.unmask", "card.act", "card.approve", "rule.approve")
    ),
    "clerk": frozenset(("case.read", "event.submit", "card.reply")),
    "rule_admin": frozenset(("case.read", "rule.publish")),
    "auditor": frozenset(("case.read", "enterprise.read", "officer.read", "audit.read")),
    "system_admin": frozenset(("account.manage",)),
}

NAME: Final = r"^[a-z][a-z0-9._-]{1,31}$"
"""What an account may be called; without a colon, which tells programs (`key:…`) from people."""

Via = Literal["session", "key", "agency_key", "sandbox_key", "token"]


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request.

    `title` is what people call them. `region` is a 12-digit code or the beginning
    of one and `agency` a code; None limits nothing. `via` is how they are known;
    `session` is the id of theirs where they came with one, `digest` the SHA-256 of an
    agency's key.
    """

    name: str
    title: str
    role: Role
    region: str | None = None
    agency: str | None = None
    via: Via = "session"
    session: str | None = None
    digest: str | None = None

    @property
    def scope(self) -> Scope:
        """What of the ledger they may see: all of it within their region and agency, or nothing."""
        if not self.may("case.read"):
            return Scope((), ())
        return Scope(
            None if self.region is None else (self.region,),
            None if self.agency is None else (self.agency,),
        )

    def may(self, action: Action) -> bool:
        """Return whether their role does such things, to whatever lies in their scope; who only tries out, none."""
        return self.via != "sandbox_key" and action in _MAY[self.role]

    @property
    def actions(self) -> list[Action]:
        """Everything their role does, in the order of `Action`."""
        return [action for action in get_args(Action) if self.may(action)]


def fault_of_reach(role: str, region: str | None, agency: str | None) -> str | None:
    """Return why nobody can have this role within this region and agency; None when they can."""
    if role not in ROLES:
        return f"没有角色 {role}；可选 {'、'.join(ROLES)}"
    if role == "clerk" and agency is None:
        return "部门经办（clerk）必须指明所属部门（agency）"
    if role == "system_admin" and (region is not None or agency is not None):
        return "系统管理员（system_admin）看不到办件，不设区划和部门"
    if region is not None and not (region.isascii() and region.isdigit() and len(region) in {2, 4, 6, 9, 12}):
        return f"区划 {region} 应为 12 位代码，或其前 2、4、6、9 位"
    return None
