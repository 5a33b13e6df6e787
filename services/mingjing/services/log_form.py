"""How every process logs: one JSON object a line on standard error, with Chinese as Chinese.

Tracebacks carry no local variables: they would put case contents into logs.
"""

import sys

import orjson
import structlog


def set_log_form() -> None:
    """Set the form for all of structlog's loggers; called once, where a process begins."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_written),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _written(event: object, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()
