"""The time of day that deadlines fire by: a worker's own clock, held to what the brokers' clocks say.

A deadline that fires early draws a card on someone who had time left, and nothing is
worse. So no worker's own clock is believed alone: a broker says what time it has, and
between two such words only the monotonic clock counts. Whoever sent a question and
got the broker's time back knows the broker's clock to within the round trip: the stamp
was set after the question left and before the answer came. What several round trips
say is held together, so that one slow answer makes nothing late.

Of the two clocks the one that is behind goes. A worker's clock that jumps ahead changes
nothing; nor does a broker's, while the worker's is right. A worker's clock that falls
back, on the other hand, is carried on from where it was as long as the broker knows
nothing of it: no deadline waits for it.
"""

import time
from collections.abc import Callable

from mingjing.rules.events import micros
from mingjing.streams.ports import WallClock

TOLERANCE = 2_000_000
"""Microseconds that a worker's own clock and a broker's may be apart before somebody has to look."""

_STAMP = 1000
"""A broker's time is of a millisecond, of which it may be the beginning or the end."""


def _steady() -> int:
    return time.monotonic_ns() // 1000


class TimeOfDay:
    """One for a worker. All is in microseconds; `steady` is a clock that only rises and that nobody sets."""

    def __init__(self, own: WallClock, steady: Callable[[], int] = _steady) -> None:
        self._clock = own
        self.steady = steady
        # All by how much they are ahead of the steady clock.
        self._own = self._read_own()
        self._low: int | None = None
        self._high = 0

    def now(self) -> int | None:
        """Return the time of day, not ahead of the broker's clock; None before a broker has been heard."""
        if self._low is None:
            return None
        self._own = max(self._own, self._read_own())
        return self.steady() + min(self._own, self._low)

    def hear(self, stamp: int, asked: int, answered: int) -> None:
        """Take in that a broker's clock showed `stamp` at some moment between two readings of the steady clock."""
        low, high = stamp - answered, stamp + _STAMP - asked
        if self._low is not None and low <= self._high and self._low <= high:
            low, high = max(low, self._low), min(high, self._high)
        # Otherwise the broker's clock was set, another broker leads, or this machine slept: only the newest counts.
        self._low, self._high = low, high
        if abs(self.lead) <= TOLERANCE:
            self._own = self._read_own()

    @property
    def lead(self) -> int:
        """By how much at least the worker's own clock is ahead of the broker's; negative where it is behind."""
        if self._low is None:
            return 0
        own = self._read_own()
        return own - min(max(own, self._low), self._high)

    @property
    def hindrance(self) -> str | None:
        """Why this worker should not be trusted with deadlines, in words; None where nothing is wrong."""
        if self._low is None:
            return "尚未从 Kafka 得知时刻，期限都等着 · the broker's time is not known yet, and deadlines wait"
        lead = self.lead
        if abs(lead) <= TOLERANCE:
            return None
        seconds = abs(lead) / 1e6
        word, adverb = ("快", "ahead of") if lead > 0 else ("慢", "behind")
        return (
            f"本机时钟比 Kafka {word} {seconds:.1f} 秒，期限从不按快的一座判；请校时"
            f" · this machine's clock is {seconds:.1f} s {adverb} the broker's; no deadline goes by the faster: set it"
        )

    def _read_own(self) -> int:
        return micros(self._clock.now()) - self.steady()
