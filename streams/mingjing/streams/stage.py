"""How long a worker's one thread is at a stage of its work."""

import time

from mingjing.streams import metrics


class Stage:
    """`with` it, the CPU seconds of its thread are counted for a stage of a log; it is never entered twice at once."""

    def __init__(self, log: str, name: str) -> None:
        self._seconds = metrics.WORK_SECONDS.labels(log, name)
        self._began = 0.0

    def __enter__(self) -> None:
        """Begin."""
        self._began = time.thread_time()

    def __exit__(self, *_: object) -> None:
        """Count what was spent, however it ended."""
        self._seconds.inc(time.thread_time() - self._began)
