"""How long this worker has been without an answer from its group."""

from collections.abc import Callable

LONGEST_S = 150.0
"""Seconds from a revocation to the next assignment: longer than a broker may be away, shorter than anybody waits."""


class Stranded(RuntimeError):
    """The group has given this worker nothing for so long that it will not any more; a new process joins it again."""


class Membership:
    """Whether partitions are assigned here; instants are seconds of one monotonic clock.

    aiokafka may wait for ever for metadata in the middle of a join, where a broker died at
    that moment, and nothing of Faust's notices.
    """

    def __init__(self, now: float, die: Callable[[Exception], None]) -> None:
        self.is_assigned = False
        self._die = die
        self._left_at = now

    def join(self) -> None:
        """Note that the group has assigned what is here, be it nothing."""
        self.is_assigned = True

    def leave(self, now: float) -> None:
        """Note that a rebalance has taken back what was here."""
        if self.is_assigned:
            self._left_at = now
        self.is_assigned = False

    def demand_answer(self, now: float) -> None:
        """End the process by Stranded if an assignment is overdue."""
        if not self.is_assigned and now - self._left_at > LONGEST_S:
            self._die(Stranded(f"no assignment for {now - self._left_at:.0f} s after the last was taken back"))
