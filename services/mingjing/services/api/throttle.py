"""How often one caller, one address or one account may ask."""

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from mingjing.services.api.problems import Problem

CALLER = parse("1200/minute")
"""A console with every page open asks a few dozen times a minute."""
SIGN_IN_ADDRESS = parse("20/minute")
SIGN_IN_NAME = parse("10/minute")
STRANGER = parse("60/minute")
"""Refused identifications from one address: someone is guessing keys."""
_LONGEST_S = max(limit.get_expiry() for limit in (CALLER, SIGN_IN_ADDRESS, SIGN_IN_NAME, STRANGER))


class Throttle:
    """Counts within this process; behind n processes the limits are up to n times as wide."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._lately: set[tuple[str, ...]] = set()
        self._before: set[tuple[str, ...]] = set()
        self._turns_at = 0.0

    def pass_or_refuse(self, limit: RateLimitItem, *who: str) -> None:
        """Count one more; Problem 429, with when to come again, once `who` has had as many as `limit` says."""
        self._remember(who)
        if not self._limiter.hit(limit, *who):
            self._refuse(limit, who)

    def refuse_spent(self, limit: RateLimitItem, *who: str) -> None:
        """Problem 429 when `who` has had as many as `limit` says, counting nothing."""
        if self.counted_lately(*who) and not self._limiter.test(limit, *who):
            self._refuse(limit, who)

    def counted_lately(self, *who: str) -> bool:
        """Return whether `who` may have been counted within any limit's time; surely not, where it says so."""
        return who in self._lately or who in self._before

    def _remember(self, who: tuple[str, ...]) -> None:
        """Remember who was counted, as long as any limit does: nobody else can have spent one."""
        now = time.monotonic()
        if now >= self._turns_at:
            self._before, self._lately, self._turns_at = self._lately, set(), now + _LONGEST_S
        self._lately.add(who)

    def _refuse(self, limit: RateLimitItem, who: tuple[str, ...]) -> None:
        reset, remaining = self._limiter.get_window_stats(limit, *who)
        wait = max(1, math.ceil(reset - time.time()))
        raise Problem(
            429,
            "too_many_requests",
            f"每分钟至多 {limit.amount} 次，请 {wait} 秒后再试",
            headers={
                "Retry-After": str(wait),
                "RateLimit-Limit": str(limit.amount),
                "RateLimit-Remaining": str(remaining),
                "RateLimit-Reset": str(wait),
            },
        )
