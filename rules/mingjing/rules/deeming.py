"""Deeming in a case: what a fact that came changes of what the law deems, at a glance where that can be."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from mingjing.rules import deem
from mingjing.rules.case import Case
from mingjing.rules.cases import ALL
from mingjing.rules.concerned import Asked, Concern
from mingjing.rules.deem import DEEMING, NO_CHANGE, Deemed, Deeming
from mingjing.rules.engine_fault import EngineFault
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.glances.glance import NEVER, UNSURE
from mingjing.rules.ground import Ground
from mingjing.rules.judging import replayed
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.under_way import put_off
from mingjing.rules.workdays import CalendarMissing

Moves = list[tuple[int, int]]
"""By place, the instants that a case waits for otherwise than before (NEVER = none)."""

NOWHERE: Final[Moves] = []
"""A case waits for what it waited for."""


def deems_alike(rulebook: Rulebook, case: Case, fact: Fact, after: Ground | None) -> bool:
    """Whether a fact that was added to its case changes nothing that is deemed; `after` is its ground then."""
    ground = case.ground
    if fact.type in rulebook.deeming_types:
        return False
    if case.deemed:
        told = [each for each in case.facts if each.source != DEEMED]
        others = [each for each in told if each.key != fact.key]
        if len(told) < len(case.facts) and rulebook.ground(told) is not rulebook.ground(others):
            return False  # deemed on the ground of what was told, not on its own
    return ground is None or (rulebook.ground(case.facts) if after is None else after) is ground


def nothing_deemed_late(rulebook: Rulebook, case: Case, fact: Fact, tag: int, now: int) -> Moves | None:
    """Return what a case waits for otherwise with nothing deemed once a fact, tagged so, has come late into it.

    A glance at one of its facts after the other says so; None where only a settlement can.
    """
    ground = case.ground
    if not rulebook.deeming or deems_alike(rulebook, case, fact, None):
        return NOWHERE
    if case.spoken == ALL or case.deemed or DEEMING in case.parked or put_off(rulebook, case):
        return None
    if ground is None or rulebook.ground(case.facts) is not ground:
        return None
    deemings = rulebook.deeming_on(ground)
    touched = [(1 << number, place, each) for number, (place, each) in enumerate(deemings) if tag & each.reads]
    if any(each.glance is None for _, _, each in touched):
        return None
    wakes = replayed(partial(_concern, deemings), case, sum(bit for bit, _, _ in touched), now) if touched else {}
    if UNSURE in wakes.values():
        return None
    found = [(place, wakes.get(place, NEVER)) for _, place, _ in touched]
    return [(place, wake) for place, wake in found if wake != case.wakes.get(place, NEVER)]


def _concern(deemings: Sequence[tuple[int, Deeming]], tag: int, before: int) -> Concern:
    """Return what may be deemed by a fact with this tag; its bit is its number among these."""
    asked = [
        Asked(place, 1 << number, each.glance)
        for number, (place, each) in enumerate(deemings)
        if tag & each.reads and (before | tag) & each.masks[0]
    ]
    return Concern(tuple(asked), {}, 0)


def deem_anew(rulebook: Rulebook, case: Case, undo: Callable[[], None], former: deem.Tagged, now: int) -> Deemed:
    """Let what the law deems be what it deems now, and say what changed; the case is still to be judged.

    For want of a calendar year the case is parked and nothing deemed. Raises EngineFault with all undone;
    `former` are the facts of the case before, with their tags.
    """
    try:
        case.parked.pop(DEEMING, None)
        change, wakes = deem.settle(case, rulebook, now, former)
    except CalendarMissing as missing:
        case.parked[DEEMING] = str(missing)
        change, wakes = NO_CHANGE, {}
    except Exception as exc:
        undo()
        case.tags = former[1]
        raise EngineFault(case.key, str(exc)) from exc
    wait_for(rulebook, case, wakes)
    return change


def wait_for(rulebook: Rulebook, case: Case, wakes: deem.Wakes) -> None:
    """Let the case wait for what may come to be deemed."""
    for number in range(len(rulebook.deeming)):
        case.wait(DEEMING - number, wakes.get(DEEMING - number))


def deeming_of(wakes: deem.Wakes) -> deem.Wakes:
    """Return those of the instants a case waits for at which something may come to be deemed."""
    return {place: wake for place, wake in wakes.items() if place <= DEEMING}
