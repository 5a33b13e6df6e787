"""How long a worker's one thread is at a stage of its work."""

import time

from mingjing.streams import metrics

ONE_IN = 7
"""Times that a stage is entered to one that is timed, and counted as so many: a thread's own clock is asked of the
kernel, and where every event is a batch of its own, asking cost as much as a fiftieth of all there was to do. An odd
number, for what is found and what is saved is said in turn."""


class Stage:
    """`with` it, the CPU seconds of its thread are counted for a stage of a log; it is never entered twice at once."""

    def __init__(self, log: str, name: str) -> None:
        self._seconds = metrics.WORK_SECONDS.labels(log, name)
        self._to_go = ONE_IN
        self._began = 0.0

    def __enter__(self) -> None:
        """Begin."""
        self._to_go -= 1
        if not self._to_go:
            self._began = time.thread_time()

    def __exit__(self, *_: object) -> None:
        """Count what was spent, however it ended."""
        if not self._to_go:
            self._to_go = ONE_IN
            self._seconds.inc((time.thread_time() - self._began) * ONE_IN)
