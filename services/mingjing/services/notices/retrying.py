"""When a failed delivery is tried again, and when it is given up."""

from datetime import datetime, timedelta

DELAYS_S = (10, 30, 120, 600, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600)
"""Waits after the first, second … failure: nearly a day in all, a system's night outage and more."""


def next_try(failures: int, failed_at: datetime, delivery_id: str) -> datetime | None:
    """Return when to try again after so many failures, or None to give up and put the delivery aside.

    A tenth of each wait is spread by the delivery's id, so that what failed together
    does not return together.
    """
    if failures > len(DELAYS_S):
        return None
    wait = DELAYS_S[failures - 1]
    spread = int(delivery_id[:8], 16) / 0xFFFFFFFF
    return failed_at + timedelta(seconds=wait * (1 + spread / 10))
