"""A stop that is asked for politely and comes in time."""

import os
import signal
import threading
from types import FrameType

import structlog

_PATIENCE_S = 4.0

log = structlog.get_logger()


class Stopping:
    """True once SIGTERM or SIGINT has come; call it between two steps.

    A step that waits on a server that does not answer is cut after four
    seconds: what it did not commit will be read again, so nothing is lost.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._cutting = False
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)

    def __call__(self) -> bool:
        """Return whether a stop has been asked for."""
        return self._asked.is_set()

    def wait(self, seconds: float) -> None:
        """Return after so many seconds, or as soon as a stop is asked for."""
        self._asked.wait(seconds)

    def ask(self) -> None:
        """Ask for a stop, from any thread; no step is cut."""
        self._asked.set()

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked.set()
        if not self._cutting:
            self._cutting = True
            cut = threading.Timer(_PATIENCE_S, self._cut)
            cut.daemon = True
            cut.start()

    def _cut(self) -> None:
        log.warning("stopped in the middle of a step, its records will be read again")
        os._exit(0)
