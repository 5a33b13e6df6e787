"""Sessions: what a browser holds after its owner has signed in, and how long it is good.

The cookie is 256 random bits; the registry has its hash alone. A session ends
when it is not used for a while, after some hours whatever happens, when it is
revoked, and when its account is closed.
"""

import hashlib
import secrets
from typing import NamedTuple

import msgspec

from mingjing.services.registry import Account, Session, Sessions, Stage

SEEN_EVERY_MS = 60_000
"""How fine the use of a session is noted: a write a minute, not one a request."""


class Opened(NamedTuple):
    """A session with the cookie that opens it, which is shown this once."""

    session: Session
    token: str


class Tickets:
    """Gives, checks and takes back sessions."""

    def __init__(self, sessions: Sessions, *, idle_ms: int, longest_ms: int) -> None:
        self._sessions = sessions
        self.idle_ms = idle_ms
        self.longest_ms = longest_ms

    def give(self, account: Account, stage: Stage, *, address: str, browser: str, now_ms: int) -> Opened:
        """Begin a session; those that have expired are forgotten on the way."""
        self._sessions.forget(began_before_ms=now_ms - self.longest_ms, seen_before_ms=now_ms - self.idle_ms)
        token = secrets.token_urlsafe(32)
        session = Session(
            id=secrets.token_hex(8),
            token_hash=_hash(token),
            account=account.name,
            stage=stage,
            csrf=secrets.token_urlsafe(24),
            address=address,
            browser=browser[:200],
            began_ms=now_ms,
            seen_ms=now_ms,
        )
        self._sessions.add(session)
        return Opened(session, token)

    def check(self, token: str, now_ms: int, *, attended: bool) -> Session | None:
        """Return the session `token` opens, None when it opens none any more.

        `attended` is whether a person is behind the request: a page that refreshes
        itself keeps no session alive.
        """
        session = self._sessions.of_token(_hash(token))
        if session is None or self.ends_ms(session) <= now_ms:
            return None
        if attended and now_ms - session.seen_ms >= SEEN_EVERY_MS:
            self._sessions.see(session.id, now_ms)
            return msgspec.structs.replace(session, seen_ms=now_ms)
        return session

    def advance(self, session: Session, stage: Stage) -> Opened:
        """Give the session further rights under another cookie."""
        token = secrets.token_urlsafe(32)
        self._sessions.advance(session.id, stage, _hash(token))
        return Opened(msgspec.structs.replace(session, stage=stage, token_hash=_hash(token)), token)

    def ends_ms(self, session: Session) -> int:
        """Return the instant at which the session ends unless it is used."""
        return min(session.seen_ms + self.idle_ms, session.began_ms + self.longest_ms)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
