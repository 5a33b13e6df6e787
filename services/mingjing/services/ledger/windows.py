"""Reading a long list from its newest end, a window at a time."""

from collections.abc import Iterator

WIDER = 4
"""By how much each window is wider than the one before it: what is read beyond a page stays in proportion to it."""

NO_END_MS = 2**63
"""After all instants."""


def windows(newest_ms: int, oldest_ms: int, reach_ms: int) -> Iterator[tuple[int, int]]:
    """Yield [since, until) in milliseconds, newest first, that together hold `oldest_ms` to `newest_ms` inclusive.

    The first is `reach_ms` wide. A page is mostly found in the first few; what is nowhere has been looked for
    everywhere after a number of them that is the logarithm of the time there is.
    """
    until = newest_ms + 1
    while until > oldest_ms:
        since = max(until - reach_ms, oldest_ms)
        yield since, until
        until, reach_ms = since, reach_ms * WIDER
