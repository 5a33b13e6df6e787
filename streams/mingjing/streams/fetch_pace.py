"""When aiokafka asks the broker for more: not at once, but a moment after it was last given something.

By itself it asks as soon as what it has is taken, and a broker answers at the first
record. That answer then lies there until agents have been given what came before,
and what came in meanwhile waits for the answer after it: an event waits for one
fetch and a half, and most fetches bring a record or two. A fetch that is asked for
after a rest brings all that came in during it, and is taken as soon as it is there.

Where little comes in, nothing comes in during a rest but what the event before it has
become: then nothing is saved by resting, and each hop of an event would wait for it.

This leans on what is private in aiokafka 0.14.0: `Fetcher._get_actions_per_node` makes
every fetch request, and says how many seconds to wait until it is asked again.
"""

import time
from typing import Any

REST_S = 0.005
"""Seconds from taking what a fetch brought to the next request: the broker looks at every partition for each."""

QUIET_S = 0.02
"""Seconds without anything to take, after which a pipe was idle; or its reader busy, and a fetch brings enough."""

HOPS = 3
"""Fetches after that for which no rest is taken: an event at its ingest topic, its case, and what hangs on the case."""


class FetchPace:
    """Has aiokafka's `fetcher` rest."""

    def __init__(self, fetcher: Any) -> None:
        self._make_requests = fetcher._get_actions_per_node  # noqa: SLF001  # see the module's head
        self._until = self._taken_at = 0.0
        self._hops = 0
        fetcher._get_actions_per_node = self._requests  # noqa: SLF001

    def rest(self) -> None:
        """Ask for nothing for a moment: something was taken. After a quiet time the first few are no reason to."""
        now = time.monotonic()
        self._hops = 0 if now - self._taken_at >= QUIET_S else self._hops + 1
        self._taken_at = now
        if self._hops >= HOPS:
            self._until = now + REST_S

    def _requests(self, assignment: Any) -> Any:
        left = self._until - time.monotonic()
        if left > 0:
            return [], {}, left, False, []
        return self._make_requests(assignment)
