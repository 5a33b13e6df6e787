"""The end of a worker that is out of step with the log."""

import logging
import os
from collections.abc import Callable

log = logging.getLogger(__name__)

EX_SOFTWARE = 70


def die(exc: Exception) -> None:
    """End the process at once, acking nothing; a restart is in step with the log again."""
    log.critical("ending the process before anything more is acked: %r", exc, exc_info=exc)
    logging.shutdown()
    os._exit(EX_SOFTWARE)


def unless(stopping: Callable[[], bool]) -> Callable[[Exception], None]:
    """Return `die`, but while the worker is being stopped it only tells: what is not acked is done again."""

    def fail(exc: Exception) -> None:
        if stopping():
            log.info("stopping with something under way, which is done again: %r", exc)
        else:
            die(exc)

    return fail
