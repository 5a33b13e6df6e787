"""How many events each agency may hand in a minute, so that one that sends without end slows nobody else."""

import asyncio
import math
import time
from collections.abc import Callable

from mingjing.services.agencies import Agency
from mingjing.services.api import metrics
from mingjing.services.api.problems import Problem

QUIET_S = 1.0
"""How long an agency over its quota is refused unread: reading what is refused anyway would slow the others."""
SLOWED_S = 0.2
_MINUTE_S = 60.0


class _Minutes:
    """What one agency handed in during this minute of its own and the one before.

    The last sixty seconds are taken to hold, beside this minute, as much of the one before as
    reaches into them. It is counted for every request: a list of instants would cost more than an event.
    """

    def __init__(self, now: float) -> None:
        self._began = now
        self._before = 0
        self._here = 0

    def left(self, quota: int, now: float) -> float:
        """Return how much of `quota` is left at `now`, an instant not before any asked about earlier."""
        passed = now - self._began
        if passed >= _MINUTE_S:
            whole = int(passed // _MINUTE_S)
            self._before, self._here = (self._here if whole == 1 else 0), 0
            self._began += whole * _MINUTE_S
            passed -= whole * _MINUTE_S
        return quota - self._here - self._before * (1 - passed / _MINUTE_S)

    def count(self, events: int) -> None:
        """Count them."""
        self._here += events

    def wait_s(self, quota: int, events: int, now: float) -> float:
        """Return how long until `events` are left of `quota`, which is never for more than it: then a minute."""
        if events > quota:
            return _MINUTE_S
        passed, spare = now - self._began, quota - self._here - events
        if spare >= 0:
            return _MINUTE_S * (1 - spare / self._before) - passed if self._before else 0.0
        return _MINUTE_S - passed + _MINUTE_S * (1 - (quota - events) / self._here)


class Quotas:
    """Counts within this process; behind n processes the quotas are up to n times as wide."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minutes: dict[str, _Minutes] = {}
        self._quiet_until: dict[str, float] = {}

    async def refuse_shouting(self, agency: Agency) -> None:
        """Problem 429, after a moment, for an agency refused within the last second; its body is not read at all.

        Without that moment, who does not mind `Retry-After` would be told so hundreds of times a second.
        """
        wait = self._quiet_until.get(agency.code, 0.0) - self._clock()
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
        now = self._clock()
        minutes = self._minutes.get(agency.code)
        if minutes is None:
            minutes = self._minutes[agency.code] = _Minutes(now)
        left = minutes.left(agency.quota, now)
        if events <= left:
            minutes.count(events)
            return
        wait = max(1, math.ceil(minutes.wait_s(agency.quota, events, now)))
        self._quiet_until[agency.code] = now + QUIET_S
        metrics.gateway_events(agency.code, "over_quota").inc(events)
        raise Problem(
            429,
            "over_quota",
            f"本部门每分钟至多报送 {agency.quota} 个事件，本次 {events} 个、余 {max(0, int(left))} 个；"
            f"整批未接收，请 {wait} 秒后重发",
            headers={"Retry-After": str(wait), "RateLimit-Limit": str(agency.quota)},
        )
