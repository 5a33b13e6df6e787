"""The shapes of what the API says of people, programs and their sessions."""

from typing import Any, Literal

import msgspec

from mingjing.services.auth.caller import Action, Role


class Who(msgspec.Struct, kw_only=True):
    """Who is signed in, and what they may do."""

    name: str
    title: str
    role: Role
    role_title: str
    region: str | None
    agency: str | None
    actions: list[Action]
    authenticator: bool
    local: bool


class DemoAccount(msgspec.Struct, kw_only=True):
    """An account of the demo, as the page to sign in lists them."""

    name: str
    title: str
    role: Role
    role_title: str


class SessionState(msgspec.Struct, kw_only=True):
    """How the asking browser stands.

    `stage` is what it owes or has: nobody is signed in, a one-time code is due, a
    new password is due, or all is open. `csrf` goes with every write. `demo` lists
    the demo's accounts where this is a demo and nobody has signed in.
    """

    stage: Literal["none", "code", "change", "open"]
    who: Who | None
    csrf: str | None
    ends_at: str | None
    demo: bool
    demo_accounts: list[DemoAccount]
    provider: str | None


class SessionEntry(msgspec.Struct, kw_only=True):
    """One of the caller's sessions; `here` is the asking one."""

    id: str
    address: str
    browser: str
    began_at: str
    seen_at: str
    here: bool


class SessionList(msgspec.Struct):
    """The caller's sessions, newest first."""

    items: list[SessionEntry]


class Enrolment(msgspec.Struct):
    """What an authenticator reads, as a URI (otpauth)."""

    uri: str


class FilterEntry(msgspec.Struct, kw_only=True):
    """A saved filter: `query` is what follows `?` on the console's `page`."""

    page: str
    name: str
    query: str
    saved_at: str


class FilterList(msgspec.Struct):
    """The caller's saved filters, by page and name."""

    items: list[FilterEntry]


class AccountEntry(msgspec.Struct, kw_only=True):
    """An account as administrators see it; `revision` is its ETag."""

    name: str
    title: str
    role: Role
    role_title: str
    region: str | None
    agency: str | None
    local: bool
    authenticator: bool
    must_change: bool
    locked_until: str | None
    disabled: bool
    demo: bool
    revision: int
    created_at: str


class AccountPage(msgspec.Struct):
    """Accounts, by name."""

    items: list[AccountEntry]
    next_cursor: str | None


class KeyEntry(msgspec.Struct, kw_only=True):
    """A program's key, without what it signs with."""

    id: str
    title: str
    role: Role
    region: str | None
    agency: str | None
    made_by: str
    made_at: str
    expires_at: str | None
    revoked_at: str | None
    replaces: str | None
    last_used_at: str | None


class KeyPage(msgspec.Struct):
    """Keys, newest first."""

    items: list[KeyEntry]
    next_cursor: str | None


class IssuedKey(KeyEntry, kw_only=True):
    """A key just made, with its secret: shown this once, kept nowhere in the clear."""

    secret: str


class TrailEntry(msgspec.Struct, kw_only=True):
    """One entry of the trail, with its number and its hash."""

    seq: int
    at: str
    actor: str
    role: str
    action: str
    action_title: str
    object: str
    agency: str
    region: str
    detail: dict[str, Any]
    hash: str


class TrailPage(msgspec.Struct):
    """Entries of the trail, newest first; `next_before` asks for the next page."""

    items: list[TrailEntry]
    next_before: int | None
