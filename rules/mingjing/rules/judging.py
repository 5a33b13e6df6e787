"""What the rules say of a case, worked out without touching it: a fault leaves the case as it was."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from mingjing.rules.card import Finding, digest
from mingjing.rules.case import Case
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance
from mingjing.rules.ground import Ground
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.view import View
from mingjing.rules.workdays import CalendarMissing

NO_VERSIONS: Mapping[str, int] = {}
"""Every finding is by the oldest version of its rule."""


class EngineFault(Exception):
    """A fact could not be judged; the case and the reason are named. Never try the same fact again.

    `fact` is the one that had been held, where the clock has just reached it.
    """

    def __init__(self, case_key: str, reason: str) -> None:
        super().__init__(f"case {case_key}: {reason}")
        self.case_key = case_key
        self.reason = reason
        self.fact: Fact | None = None


class Outcome(NamedTuple):
    """What a rule says of a case: its findings with their digests by occurrence (None = none), the instant to wait for.

    `missing` is the reason why it could not be judged for want of a calendar year. `by` is that of `Verdict`.
    """

    place: int
    found: dict[str, tuple[Finding, str]] | None
    wake: int | None
    missing: str | None
    by: Mapping[str, int] = NO_VERSIONS


def outcomes(rulebook: Rulebook, case: Case, places: Iterable[int], now: int) -> list[Outcome]:
    """Return what the rules at these places say at `now`.

    Raises EngineFault naming the rule that cannot be judged.
    """
    views: dict[str, View] = {}
    found: list[Outcome] = []
    seen, spoken, ground = case.seen, case.spoken, case.ground
    for place in places:
        bit = 1 << place
        if not (seen & rulebook.masks[place][0] or spoken & bit or place in case.wakes):
            continue  # nothing has happened that the rule begins with, and it has nothing to take back
        rule = rulebook.rules[place]
        if ground is None or not case.facts or not ground.scope & bit:
            found.append(Outcome(place, None, None, None))
            continue
        view = views.get(rule.zone.name)
        if view is None:
            view = views[rule.zone.name] = rulebook.view(case, now, rule.zone)
        if ground.open_scope & bit and not rulebook.applies(rule, view):
            found.append(Outcome(place, None, None, None))
            continue
        try:
            verdict = rule.judge.judge(rule, view, rulebook.masks[place])
            told = {each.occurrence: (each, digest(each)) for each in verdict.findings}
        except CalendarMissing as missing:
            found.append(Outcome(place, None, None, str(missing)))
        except Exception as exc:
            raise EngineFault(case.key, f"rule {rule.id}: {exc}") from exc
        else:
            found.append(Outcome(place, told, verdict.wake, None, verdict.by))
    return found


def glanced(
    rulebook: Rulebook, case: Case, fact: Fact, before: int, tag: int, ground: Ground, now: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the rules whose wake the last fact of the case changed with nothing found, and those to be judged.

    The fact came in order, its tag is `tag`, and `before` is what was seen before it.
    """
    seen, wakes = case.seen, case.wakes
    asks = ground.open_scope
    scope, silent = ground.scope & ~asks, ~case.spoken
    told = bool(fact.case_data) or fact.type in rulebook.attributing
    moves: list[tuple[int, int]] = []
    places: list[int] = []
    for place, bit, begins, reads, wide, glance in rulebook.seats(fact.type):
        if not seen & begins or not (tag & reads or (wide and told)):
            continue  # nothing has happened that the rule begins with, or this is nothing to it
        if scope & bit:
            if glance is not None and silent & bit:
                wake = wakes.get(place, NEVER)
                said = glance(before, tag, fact, wake, now, case)
                if said != UNSURE:
                    if said != wake:
                        moves.append((place, said))
                    continue
            places.append(place)
        elif asks & bit:
            places.append(place)
    if case.issued and any(fact.at <= each.violated_at for each in case.issued.values()):
        places = sorted({*places, *spoken_places(rulebook, case)})  # who answers for a card may be another now
    return moves, places


def regarded(
    rulebook: Rulebook, case: Case, places: Iterable[int], now: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return of these rules those whose wake is another with nothing found, and those to be judged.

    The facts of the case were laid out anew, or stand on another ground. A rule that has said nothing
    of it is given one fact after the other, as if each came in order, for as long as glances can say.
    """
    ground = case.ground
    if ground is None or any(fact.source == DEEMED for fact in case.facts):
        return [], list(places)
    scope, silent, wakes = ground.scope, ~case.spoken, case.wakes
    moves: list[tuple[int, int]] = []
    rest: list[int] = []
    asked: list[tuple[int, int, int, Glance]] = []
    for place in places:
        _, bit, begins, reads, wide, glance = rulebook.all_seats[place]
        if not silent & bit or wide or glance is None:
            rest.append(place)
        elif case.seen & begins and scope & bit:
            asked.append((place, begins, reads, glance))
        elif place in wakes:
            moves.append((place, NEVER))
    if asked:
        grown = Case(case.key)
        grown.ground, grown.attributes = ground, case.attributes
        for place, begins, reads, glance in asked:
            wake = _replayed(case, grown, begins, reads, glance, now)
            if wake == UNSURE:
                rest.append(place)
            elif wake != wakes.get(place, NEVER):
                moves.append((place, wake))
    return moves, sorted(rest)


def touched(
    rulebook: Rulebook, case: Case, facts: Sequence[Fact], tags: Sequence[int], *, told: bool
) -> tuple[list[int], list[int]]:
    """Return the tags of a case that was laid out anew, and the places of the rules it concerns on the same ground.

    These are the rules that read a fact which is new or gone, for where the others
    stand among the rest has not changed, and those that have spoken; with `told`
    also those that read attributes of the case. `facts` and `tags` are the former ones.
    """
    gone = {id(each): tag for each, tag in zip(facts, tags, strict=True)}
    changed, laid = 0, []
    for each in case.facts:
        tag = gone.pop(id(each), None)
        if tag is None:
            tag = rulebook.tag(each)
            changed |= tag
        laid.append(tag)
    changed = reduce(or_, gone.values(), changed)
    told = told or any(each.type in rulebook.attributing for each in (*case.facts, *facts))
    return laid, [
        seat.place
        for seat in rulebook.all_seats
        if changed & seat.reads or case.spoken & seat.bit or (told and seat.wide)
    ]


def spoken_places(rulebook: Rulebook, case: Case) -> list[int]:
    """Return the places of the rules that have said something of the case."""
    return [seat.place for seat in rulebook.all_seats if case.spoken & seat.bit]


def _replayed(case: Case, grown: Case, begins: int, reads: int, glance: Glance, now: int) -> int:
    """Return what a glance at each fact after the other comes to; `grown` is the case as far as it has come."""
    grown.facts, grown.tags = [], []
    wake = NEVER
    for fact, tag in zip(case.facts, case.tags, strict=True):
        before = grown.seen
        grown.facts.append(fact)
        grown.tell(tag)
        if tag & reads and grown.seen & begins:
            wake = glance(before, tag, fact, wake, now, grown)
            if wake == UNSURE:
                break
    return wake
