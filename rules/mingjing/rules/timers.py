"""Timers of many cases in little room: an hour wheel in which a timer that was re-timed is simply passed by.

A timer far away costs one reference in the list of its hour. Only the hours that
come next are put in order, so setting a timer is O(1) and firing one costs what
its own hour holds, not what the whole year does.
"""

import heapq
from collections.abc import Callable, Mapping

from mingjing.rules.zone import HOUR

Stands = Callable[[str, int], bool]
"""Whether the timer of a case still stands for this instant; a case that was re-timed leaves old ones behind."""

Timed = Callable[[str], int | None]
"""The instant a case waits for now, or None."""


class Timers:
    """One timer a case; `timed` says for which instant a case waits, so nothing is ever taken out."""

    __slots__ = ("_edge", "_far", "_hours", "_near", "_timed", "fired")

    def __init__(self, timed: Timed) -> None:
        self._timed = timed
        self._near: list[tuple[int, str]] = []
        self._far: dict[int, list[str]] = {}
        self._hours: list[int] = []
        self._edge = 0
        self.fired = 0

    def __len__(self) -> int:
        """Return how many timers stand, those that will be passed by among them."""
        return len(self._near) + sum(map(len, self._far.values()))

    def set(self, key: str, wake: int) -> None:
        """Let a case wait for `wake`; what it waited for before is passed by."""
        hour = wake // HOUR
        if hour < self._edge:
            heapq.heappush(self._near, (wake, key))
            return
        there = self._far.get(hour)
        if there is None:
            self._far[hour] = [key]
            heapq.heappush(self._hours, hour)
        else:
            there.append(key)

    def set_all(self, wakes: Mapping[str, int]) -> None:
        """Let many cases wait, as `set` does each."""
        far, edge = self._far, self._edge
        for key, wake in wakes.items():
            there = far.get(wake // HOUR)
            if there is None or wake // HOUR < edge:
                self.set(key, wake)
            else:
                there.append(key)

    def next(self) -> int | None:
        """Return the earliest instant any case waits for, or None."""
        near = self._near
        while True:
            while near:
                wake, key = near[0]
                if self._timed(key) == wake:
                    return wake
                heapq.heappop(near)
            if not self._hours:
                return None
            self._open()

    def due(self, now: int) -> str | None:
        """Take out and return a case whose instant `now` has reached, the earliest first; None when there is none."""
        near = self._near
        while True:
            while near and near[0][0] <= now:
                wake, key = heapq.heappop(near)
                if self._timed(key) == wake:
                    self.fired += 1
                    return key
            if near or not self._hours or self._hours[0] * HOUR > now:
                return None
            self._open()

    def _open(self) -> None:
        """Put the next hour in order; cases that wait for another instant by now are left out."""
        hour = heapq.heappop(self._hours)
        self._edge = hour + 1
        for key in self._far.pop(hour):
            wake = self._timed(key)
            if wake is not None and wake // HOUR == hour:
                heapq.heappush(self._near, (wake, key))
