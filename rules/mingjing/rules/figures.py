"""What a case contributes to reports: how it came, how long it took, which limits it kept.

A report counts cases, it never judges them again: everything it may ask is told
here, from settled facts and the same clocks that draw cards.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mingjing.rules.kinds.limit import ITEM_CLOCKS
from mingjing.rules.running import Clock
from mingjing.rules.story import Story


def figures(story: Story, item: Mapping[str, Any], clocks: Iterable[tuple[Clock, Mapping[str, Any]]]) -> dict[str, Any]:
    """Return the figures of a case by its story, its item, and each clock with what is told of it now.

    A key without an answer is left out.

    `ended_at` is the first instant of the first state in which nobody has to decide any more.
    `types` counts the events of each type. `kept` and `broken` name the limits
    once for each clock that ended: stopped in time, or late, or past
    without a stop; a limit that each key has for itself as `rule/clock#key`.
    `promised` and `statutory` are the item's clocks: the days allowed (extensions
    included), the days used to the stop, the days given back for pauses, and the
    first instant past the limit; of a start that was renewed, those of its last round.
    """
    kept: list[str] = []
    broken: list[str] = []
    chosen: dict[str, Clock] = {}
    found: dict[str, Any] = {**story.said, "types": dict(story.types), "kept": kept, "broken": broken}
    for name in ("kind", "mode"):
        if name in item:
            found[name] = str(item[name])
    if story.ended_at is not None:
        found["ended_at"] = story.ended_at
    for clock, told in clocks:
        ended = clock.kept(told["state"])
        if ended is not None:
            (kept if ended else broken).append(clock.limit)
        name = clock.course.name
        if name in ITEM_CLOCKS and clock.course.meter.by_days and (name not in found or clock.renews(chosen[name])):
            found[name] = clock.days()
            chosen[name] = clock
    return found
