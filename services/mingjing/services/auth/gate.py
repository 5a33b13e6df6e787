"""The gate of an installation: everything that decides who a caller is, put together once."""

import time
from collections.abc import Callable

import msgspec

from mingjing.services.auth.caller import Caller, Role
from mingjing.services.auth.one_time import OneTimeCodes
from mingjing.services.auth.people import People
from mingjing.services.auth.provider import Provider
from mingjing.services.auth.sealed import Seal
from mingjing.services.auth.signature import Issued, Signatures
from mingjing.services.auth.tickets import Tickets
from mingjing.services.registry import Account, Registry, Session, open_registry
from mingjing.services.settings import Settings

CALLBACK = "/v1/oidc/callback"
"""Where the identity provider sends browsers back to; registered there with the public address before it."""


def wall_clock_ms() -> int:
    """Return the present instant in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Gate:
    """Who may come in, over one registry. `now_ms` is the gate's clock, `elapsed` the one that ages fetched keys."""

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        now_ms: Callable[[], int] = wall_clock_ms,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.registry = registry
        self.demo = settings.demo
        self.secure = (settings.public_url or "").startswith("https://")
        self.now_ms = now_ms
        self.seal = Seal(settings.secret)
        self.people = People(
            registry.accounts, registry.sessions, demo=settings.demo, password_days=settings.password_days
        )
        self.codes = OneTimeCodes(registry.accounts, self.seal)
        self.signatures = Signatures(registry.keys, registry.nonces, self.seal)
        self.provider = _provider(settings, registry, elapsed)
        self.tickets = Tickets(
            registry.sessions, idle_ms=settings.session_idle_min * 60_000, longest_ms=settings.session_hours * 3_600_000
        )

    def session(self, token: str, *, attended: bool) -> tuple[Session, Account] | None:
        """Return the session a cookie opens and whose it is; None when it is over or its account closed."""
        session = self.tickets.check(token, self.now_ms(), attended=attended)
        account = self.registry.accounts.of(session.account) if session is not None else None
        if session is None or account is None or not self.people.admits(account):
            return None
        return session, account


def _provider(settings: Settings, registry: Registry, elapsed: Callable[[], float]) -> Provider | None:
    if settings.oidc_issuer is None:
        return None
    site = settings.public_url or f"http://{settings.api_host}:{settings.api_port}"
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        f"{site}{CALLBACK}",
        registry.accounts,
        clock=elapsed,
    )


def caller_of(account: Account, session: Session | None = None) -> Caller:
    """Return the caller an account stands for."""
    return Caller(
        name=account.name,
        title=account.title,
        role=msgspec.convert(account.role, Role),
        region=account.region,
        agency=account.agency,
        via="token" if session is None else "session",
        session=session.id if session is not None else None,
    )


def issue_here(settings: Settings, title: str, role: Role) -> Issued:
    """Issue a key, for the whole installation, to a program that stands beside the registry."""
    registry = open_registry(settings)
    try:
        gate = Gate(settings, registry)
        return gate.signatures.issue(
            title=title, role=role, region=None, agency=None, made_by="operator", now_ms=gate.now_ms()
        )
    finally:
        registry.database.close()
