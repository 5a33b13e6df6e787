"""Climbing a ladder: which rungs ever held on the clocks of one start, since when, and whether one still does.

Legal causality: in each stretch of a clock a rung is measured with the deadline
that stood then, so a later pause or extension clears what held but never unsays it.
"""

from collections.abc import Sequence
from operator import itemgetter

from mingjing.rules.events import DEEMED
from mingjing.rules.kinds.climbed import Climb, Ending
from mingjing.rules.kinds.limit import Course
from mingjing.rules.rule import Rung
from mingjing.rules.stretch import Stretch
from mingjing.rules.term import Threshold

_Held = tuple[int, int, int | None, Rung, Course]
"""One rung in one stretch: its rank, since when and until when it held (None = it still does), itself and its clock."""


def climb(
    rungs: Sequence[Rung], own: str, courses: Sequence[Course], ending: Ending | None, now: int
) -> tuple[Climb | None, int | None]:
    """Return the climb by `now`, or None, and the next instant at which it may differ, or None.

    A rung without a clock's name is measured on the clock `own`. A clock that starts
    at a deemed fact is not known to run before that is deemed: nothing held until then.
    """
    held: list[_Held] = []
    wakes: list[int] = []
    by_name = {course.name: course for course in courses}
    for rank, rung in enumerate(rungs):
        when = rung.when
        course = by_name.get(when.clock or own) if isinstance(when, Threshold) else None
        if course is None or not isinstance(when, Threshold):
            continue
        for stretch, until in course.run.ends():
            found = _in_stretch(when, course, stretch, until, ending, now, wakes)
            if found is not None:
                held.append((rank, *found, rung, course))
    wake = min(wakes) if wakes and ending is None else None
    if not held:
        return None, wake
    top = held[-1][0]
    _, reached, _, rung, course = min((each for each in held if each[0] == top), key=itemgetter(1))
    ends = [ceased for _, _, ceased, _, _ in held if ceased is not None]
    return Climb(rung, course, reached, max(ends) if len(ends) == len(held) else None), wake


def _in_stretch(
    when: Threshold, course: Course, stretch: Stretch, until: int, ending: Ending | None, now: int, wakes: list[int]
) -> tuple[int, int | None] | None:
    """Return (reached, ceased) of a rung in one stretch of its clock, or None if it never held there."""
    reached = _reached(when, course, stretch)
    if stretch.begins > now and stretch is not course.run.stretches[0]:
        wakes.append(stretch.begins)
    if reached is None or reached >= until:
        return None
    if ending is None:
        if reached > now:
            wakes.append(reached)
            return None
        return reached, until if until <= now else None
    in_time = reached > ending.at if when.mode == "past" else reached >= ending.at
    return None if in_time else (reached, min(until, ending.at))


def _reached(when: Threshold, course: Course, stretch: Stretch) -> int | None:
    """Return when the rung begins to hold in the stretch; None where the clock stands still."""
    if stretch.due is None:
        return None
    meter = course.meter
    if when.mode == "past":
        instant = meter.past_by(stretch.due, when.term) if when.term else stretch.due.past
    elif when.term is not None:
        instant = meter.before(stretch.due, course.run.start.at, when.term, stretch.taken)
    elif when.share is not None:
        instant = meter.share(stretch.due, course.run.start.at, stretch.amount, when.share, stretch.taken)
    else:
        return None
    start = course.run.start
    return max(instant, stretch.begins, start.stamp) if start.source == DEEMED else max(instant, stretch.begins)
