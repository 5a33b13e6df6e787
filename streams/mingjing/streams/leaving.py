"""How cases leave the memory of an owner: first for their stub, and long after for a mark that they were here.

A stub must not go before the mark is durable, nor before all that was said of its case is
on the log. Both are so once a state has been saved that was begun after the last of them left.
"""

from collections.abc import Callable, Iterable

from mingjing.rules.zone import DAY
from mingjing.streams import metrics
from mingjing.streams.ports import Judge

FORGET_EVERY = 5
RETIRE_EVERY = 5 * 3600
"""Turns, of a fifth of a second, at which stubs and cases go."""

RETENTION = 30 * DAY
"""How long a case that waits for nothing stays in memory after it was last heard of, in microseconds."""

AT_ONCE = 500
"""Stubs that go at once, in a few milliseconds; a judge is asked every second."""


class Leaving:
    """Lets the cases of a judge go; `changed` is called when any did. It is to be told of every state that is saved."""

    def __init__(self, judge: Judge, changed: Callable[[], None]) -> None:
        self._judge = judge
        self._changed = changed
        self._changes = 0
        self._durable = 0

    def saving(self) -> int:
        """Return what `saved` is to be told once what is taken now is durable."""
        return self._changes

    def saved(self, changes: int) -> None:
        """Know that what was taken when `saving` returned this is durable."""
        self._durable = changes

    def retire(self, retention: int) -> None:
        """Let cases leave that wait for nothing and have been quiet for `retention` microseconds."""
        left = self._judge.retire(self._judge.now, retention)
        if left:
            metrics.CASES_RETIRED.inc(len(left))
            self._changes += 1
            self._changed()

    def forget(self, horizon: int) -> None:
        """Let some stubs go whose cases had their last event `horizon` microseconds ago, once all is durable."""
        if self._durable == self._changes and self._judge.forget(self._judge.now - horizon, AT_ONCE):
            self._changes += 1
            self._changed()


def let_go(all_of_them: Iterable[Leaving], turn: int, stub_days: int) -> None:
    """Let go, at the turns that are for it, of cases, and of stubs that many days after the last event."""
    if turn % FORGET_EVERY:
        return
    for leaving in all_of_them:
        if turn % RETIRE_EVERY == 0:
            leaving.retire(RETENTION)
        leaving.forget(stub_days * DAY)
