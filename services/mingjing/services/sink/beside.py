"""Work that goes on beside that of the main thread, and ends with it."""

import threading
from collections.abc import Callable
from typing import Protocol


class Stop(Protocol):
    """What both works look at between two steps."""

    def ask(self) -> None:
        """Ask for a stop."""


class Beside(threading.Thread):
    """Does `work` in a thread of its own; when it ends, whatever ended it, a stop is asked for."""

    def __init__(self, name: str, work: Callable[[], None], stop: Stop) -> None:
        # A daemon: whoever is cut in the middle of a step does not wait for this thread either.
        super().__init__(name=name, daemon=True)
        self._work = work
        self._stop_of_both = stop
        self._fault: BaseException | None = None

    def run(self) -> None:
        """Work."""
        try:
            self._work()
        except BaseException as exc:  # noqa: BLE001  # raised again where it is waited for
            self._fault = exc
        finally:
            self._stop_of_both.ask()

    def end(self) -> None:
        """Ask for a stop and wait for the end of the work; raise what ended it."""
        self._stop_of_both.ask()
        self.join()
        if self._fault is not None:
            raise self._fault
