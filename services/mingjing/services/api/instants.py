"""Instants of the registry, as the API writes them."""

from datetime import UTC, datetime


def written(ms: int) -> str:
    """Return an instant in milliseconds as RFC 3339 in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


def written_or_none(ms: int | None) -> str | None:
    """Return the same, None for None."""
    return None if ms is None else written(ms)
