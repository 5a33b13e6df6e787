"""The end of a worker that is out of step with the log."""

import logging
import os

log = logging.getLogger(__name__)

EX_SOFTWARE = 70


def die(exc: Exception) -> None:
    """End the process at once, acking nothing; a restart is in step with the log again."""
    log.critical("ending the process before anything more is acked: %r", exc, exc_info=exc)
    logging.shutdown()
    os._exit(EX_SOFTWARE)
