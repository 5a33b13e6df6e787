"""Where a limit ends, and what was given back of it."""

import msgspec

Taken = tuple[tuple[int, int], ...]
"""Stretches (begin, end] that are given back, in order, not overlapping, as positions."""


class Due(msgspec.Struct, frozen=True):
    """The end of a limit: `on` is the last day in time, `past` the first instant too late."""

    position: int
    on: int
    past: int
