"""What the rules say of a case, worked out without touching it: a fault leaves the case as it was."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from mingjing.rules.card import Finding, digest
from mingjing.rules.case import Case
from mingjing.rules.concerned import Concern, asked_of
from mingjing.rules.engine_fault import EngineFault
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.glances.glance import NEVER, UNSURE
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject
from mingjing.rules.under_way import put_off
from mingjing.rules.view import View
from mingjing.rules.workdays import CalendarMissing

NO_VERSIONS: Final[Mapping[str, int]] = {}
"""Every finding is by the oldest version of its rule."""


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
    rulebook: Rulebook, case: Case, fact: Fact, before: int, tag: int, now: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the rules whose wake the last fact of the case changed with nothing found, and those to be judged.

    The fact came in order, its tag is `tag`, and `before` is what was seen before it; the case has a ground.
    """
    wakes, spoken, ground = case.wakes, case.spoken, case.ground
    moves: list[tuple[int, int]] = []
    places: list[int] = []
    if ground is None:
        return moves, places
    told = bool(fact.case_data) or fact.type in rulebook.attributing
    unsure = put_off(rulebook, case)
    asked = asked_of(rulebook.concerned.on(ground, tag, before, told=told), wakes, -1 if unsure else spoken)
    for place, bit, glance in asked:
        if glance is None or spoken & bit or unsure:
            places.append(place)
            continue
        wake = wakes.get(place, NEVER)
        said = glance(before, tag, fact, wake, now, case)
        if said == UNSURE:
            places.append(place)
        elif said != wake:
            moves.append((place, said))
    places.sort()
    for each in case.issued.values():
        if fact.at <= each.violated_at:  # who answers for a card may be another now
            return moves, sorted({*places, *spoken_places(rulebook, case)})
    return moves, places


def regarded(
    rulebook: Rulebook, case: Case, places: Iterable[int], now: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return of these rules those whose wake is another with nothing found, and those to be judged.

    The facts of the case were laid out anew, or stand on another ground. A rule that has said nothing
    of it is given one fact after the other, as if each came in order, for as long as glances can say.
    """
    ground = case.ground
    if ground is None or any(fact.source == DEEMED for fact in case.facts) or put_off(rulebook, case):
        return [], list(places)
    scope, silent, wakes = ground.scope, ~case.spoken, case.wakes
    moves: list[tuple[int, int]] = []
    rest: list[int] = []
    asked: list[int] = []
    wanted = 0
    seats, seen = rulebook.all_seats, case.seen
    for place in places:
        _, bit, begins, _, wide, glance, _ = seats[place]
        if not silent & bit or wide or glance is None:
            rest.append(place)
        elif seen & begins and scope & bit:
            asked.append(place)
            wanted |= bit
        elif place in wakes:
            moves.append((place, NEVER))
    if asked:
        come_to = replayed(partial(rulebook.concerned.on, ground, told=False), case, wanted, now)
        for place in asked:
            wake = come_to.get(place, NEVER)
            if wake == UNSURE:
                rest.append(place)
            elif wake != wakes.get(place, NEVER):
                moves.append((place, wake))
    return moves, sorted(rest)


class Laid(NamedTuple):
    """A case that was laid out anew: its tags, and the mask of all that is new in it or gone.

    With `told`, what was said of it may have to be said otherwise by rules that read nothing of that:
    who answers for a card is whoever was last named before the violation.
    """

    tags: list[int]
    changed: int
    told: bool


def laid_anew(rulebook: Rulebook, case: Case, facts: Sequence[Fact], tags: Sequence[int]) -> Laid:
    """Return how a case was laid out anew; `facts` and `tags` are the former ones."""
    gone = {id(each): tag for each, tag in zip(facts, tags, strict=True)}
    changed, laid = 0, []
    for each in case.facts:
        tag = gone.pop(id(each), None)
        if tag is None:
            tag = rulebook.tag(each)
            changed |= tag
        laid.append(tag)
    for tag in gone.values():
        changed |= tag
    return Laid(laid, changed, told=True)


def inserted(case: Case, fact: Fact, place: int, tag: int, tags: Sequence[int]) -> Laid:
    """Return how a case is laid out with a new fact at a place among the others, whose `tags` they keep."""
    told = (
        place == 0
        or case.spoken < 0
        or (fact.item is not None and not case.facts[0].item)
        or is_subject(case.key)
        or any(fact.at <= each.violated_at for each in case.issued.values())
    )
    return Laid([*tags[:place], tag, *tags[place:]], tag, told=told)


def touched(rulebook: Rulebook, case: Case, laid: Laid, *, attributed: bool) -> list[int]:
    """Return the places of the rules that a case laid out anew concerns, on the same ground.

    These are the rules that read a fact which is new or gone, for where the others stand among the rest has
    not changed, and those that have spoken where it must be said otherwise; where it was `attributed` anew,
    also those that read attributes of the case.
    """
    places = [seat.place for seat in rulebook.concerned.readers(laid.changed, told=attributed)]
    return sorted({*places, *spoken_places(rulebook, case)}) if case.spoken and laid.told else places


def spoken_places(rulebook: Rulebook, case: Case) -> Iterable[int]:
    """Return the places of the rules that have said something of the case, or may have."""
    spoken = case.spoken
    if spoken < 0:
        return rulebook.all_rules
    places = []
    while spoken:
        least = spoken & -spoken
        places.append(least.bit_length() - 1)
        spoken ^= least
    return places


def replayed(concern: Callable[[int, int], Concern], case: Case, wanted: int, now: int) -> dict[int, int]:
    """Return by its place what glances at each fact after the other come to, while the case grows again.

    `concern` is what a fact is to those that are asked, by its tag and the mask of what came before; `wanted` the
    mask of those that are of interest. One that waits for nothing in the end is left out.
    """
    grown = Case(case.key)
    grown.ground, grown.attributes = case.ground, case.attributes
    wakes: dict[int, int] = {}
    for fact, tag in zip(case.facts, case.tags, strict=True):
        before = grown.seen
        grown.facts.append(fact)
        grown.tell(tag)
        for place, bit, glance in asked_of(concern(tag, before), wakes, 0):
            if not wanted & bit or glance is None:
                continue
            wake = wakes.get(place, NEVER)
            said = glance(before, tag, fact, wake, now, grown)
            if said == wake:
                continue
            if said == NEVER:
                del wakes[place]
                continue
            wakes[place] = said
            if said == UNSURE:
                wanted ^= bit
    return wakes
