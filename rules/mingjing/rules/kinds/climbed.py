"""What climbing a ladder comes to: the rung that was reached, and what ended the climb."""

import msgspec

from mingjing.rules.events import Fact
from mingjing.rules.kinds.limit import Course
from mingjing.rules.rule import Rung


class Ending(msgspec.Struct, frozen=True):
    """What ended the clocks: the instant, and the fact (None when the source states it in a field)."""

    at: int
    fact: Fact | None


class Climb(msgspec.Struct, frozen=True):
    """The highest rung that ever held, on which clock, from when; `ceased` is None while some rung holds."""

    rung: Rung
    course: Course
    reached: int
    ceased: int | None
