"""What the log has of a case."""

from typing import NamedTuple

from mingjing.rules.events import Fact


class Kept(NamedTuple):
    """What the log has of a case: so many of these facts, in so many bytes before they were squeezed."""

    facts: list[Fact]
    length: int
    size: int
