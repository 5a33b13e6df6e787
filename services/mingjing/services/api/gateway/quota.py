"""How many events each agency may hand in a minute, so that one that sends without end slows nobody else."""

import asyncio
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from mingjing.services.agencies import Agency
from mingjing.services.api import metrics
from mingjing.services.api.problems import Problem

QUIET_S = 1.0
"""How long an agency over its quota is refused unread: reading what is refused anyway would slow the others."""
SLOWED_S = 0.2


class Quotas:
    """Counts within this process; behind n processes the quotas are up to n times as wide."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._quiet_until: dict[str, float] = {}

    async def refuse_shouting(self, agency: Agency) -> None:
        """Problem 429, after a moment, for an agency refused within the last second; its body is not read at all.

        Without that moment, who does not mind `Retry-After` would be told so hundreds of times a second.
        """
        wait = self._quiet_until.get(agency.code, 0.0) - time.monotonic()
        if wait > 0:
            metrics.gateway_events(agency.code, "over_quota").inc()
            await asyncio.sleep(SLOWED_S)
            raise Problem(
                429,
                "over_quota",
                f"本部门每分钟至多报送 {agency.quota} 个事件，刚刚已告知超量；请按 Retry-After 等候后重发",
                headers={"Retry-After": str(math.ceil(wait)), "RateLimit-Limit": str(agency.quota)},
            )

    def take(self, agency: Agency, events: int) -> None:
        """Count `events` of an agency; Problem 429, with when to come again, when they are more than its quota leaves.

        Such a request is refused whole, before any of its events is looked at.
        """
        if agency.quota is None or events == 0:
            return
        limit = RateLimitItemPerMinute(agency.quota)
        if self._limiter.hit(limit, agency.code, cost=events):
            return
        reset, remaining = self._limiter.get_window_stats(limit, agency.code)
        wait = max(1, math.ceil(reset - time.time()))
        self._quiet_until[agency.code] = time.monotonic() + QUIET_S
        metrics.gateway_events(agency.code, "over_quota").inc(events)
        raise Problem(
            429,
            "over_quota",
            f"本部门每分钟至多报送 {agency.quota} 个事件，本次 {events} 个、余 {remaining} 个；"
            f"整批未接收，请 {wait} 秒后重发",
            headers={"Retry-After": str(wait), "RateLimit-Limit": str(agency.quota)},
        )
