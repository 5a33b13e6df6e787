"""What is still under way: how much later than it happens a source may be heard of it.

It has the delay that it was allowed, on a clock that stands while its agency is declared down. So what nobody has
heard of is missing only once the agency has worked for so long again.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mingjing.rules.case import Case
    from mingjing.rules.rulebook import Rulebook


def arrived(now: int, delay: int, down: Sequence[tuple[int, int]]) -> int:
    """Return the instant before which everything has arrived by `now`; `down` are stretches in order."""
    for begins, ends in reversed(down):
        if now >= ends:
            if delay <= now - ends:
                break
            delay, now = delay - (now - ends), begins
        elif now > begins:
            now = begins
    return now - delay


def arrives(instant: int, delay: int, down: Sequence[tuple[int, int]]) -> int:
    """Return the clock at which everything before an instant has arrived."""
    for begins, ends in down:
        if ends <= instant:
            continue
        if instant <= begins:
            if delay <= begins - instant:
                break
            delay -= begins - instant
        instant = ends
    return instant + delay


def put_off(rulebook: "Rulebook", case: "Case") -> bool:
    """Whether an outage may put off what is found missing in a case: one of an agency in it, after its first fact."""
    outages = rulebook.outages
    if not outages or not case.facts:
        return False
    since = case.facts[0].at
    agencies = {fact.agency for fact in case.facts}
    if case.ground is not None:
        agencies.add(case.ground.agency)
    return any(ends > since for agency in agencies for _, ends in outages.get(agency or "", ()))
