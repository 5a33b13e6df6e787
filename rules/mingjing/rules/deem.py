"""Derived facts: what the law deems to have happened because something else did not (视为受理, 视为准予).

A vocabulary declares them. They are worked out from the facts of the case and
the clock alone, live in the case and nowhere else, and go again when a late
fact proves that the duty had been met: whatever rested on them goes with them.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final, NamedTuple

from mingjing.rules.case import Case
from mingjing.rules.events import DEEMED, Fact
from mingjing.rules.glances.glance import NEVER, UNSURE, Glance
from mingjing.rules.ground import Ground
from mingjing.rules.kinds.courses import course_of
from mingjing.rules.kinds.in_time import ending_of, rounds, starts_of
from mingjing.rules.kinds.ladder import climb
from mingjing.rules.kinds.limit import Limit
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import EVER, Rule, Rung
from mingjing.rules.scope import in_scope
from mingjing.rules.selector import Selector
from mingjing.rules.term import Threshold
from mingjing.rules.under_way import put_off
from mingjing.rules.view import View
from mingjing.rules.vocabulary import DeemRule, Vocabulary
from mingjing.rules.zone import Zone

if TYPE_CHECKING:
    from mingjing.rules.rulebook import Rulebook

DEEMING: Final = -2
"""The place, beside those of rules, under which a case waits for the first of what a rulebook deems; the n-th has
DEEMING - n. All are parked under the first."""

_PAST: Final = (Rung("red", "", Threshold("past", None)),)


Wakes = dict[int, int]
"""By the place of what may be deemed, the instant a case waits for (NEVER = none)."""


class Deeming(NamedTuple):
    """A declared fact as a clock that runs out: the rule, its duty, the masks of the duty's selectors, its zone.

    The glance is that of a rule which finds the duty broken. It holds of duties that begin from
    `since` on and before `until`.
    """

    rule: DeemRule
    duty: TimeLimit
    masks: tuple[int, ...]
    zone: Zone
    glance: Glance | None
    since: int = -EVER
    until: int = EVER
    reads: int = 0
    """The mask of all the duty's selectors."""


class Deemed(NamedTuple):
    """What changed: facts that are now deemed, and those that no longer are."""

    new: tuple[Fact, ...]
    gone: tuple[Fact, ...]


Tagged = tuple[list[Fact], list[int]]
"""Facts with their tags."""

NO_CHANGE: Final = Deemed((), ())
"""What is deemed is what was deemed before."""


def duty_of(rule: DeemRule, vocabulary: Vocabulary) -> TimeLimit:
    """Return the duty whose breach the rule builds on, as the time limit it is."""
    pauses = tuple(vocabulary.pauses[name] for name in rule.pause)
    extensions = tuple(vocabulary.extensions[name] for name in rule.extend)
    return TimeLimit(
        start=Selector(rule.start, "first"),
        stop=Selector(rule.unless, "first-after"),
        unless=None,
        done=None,
        missing_violates=True,
        limit=Limit(
            rule.within, None, "end-of-day", roll=True, pauses=pauses, extensions=extensions, otherwise=rule.otherwise
        ),
        renews=Selector(rule.renews_after, "each") if rule.renews_after else None,
    )


def breach_of(rule: DeemRule, duty: TimeLimit, vocabulary: Vocabulary, zone: Zone) -> Rule:
    """Return the rule that finds the duty broken."""
    return Rule(
        id=rule.fact,
        title=rule.fact,
        basis=(),
        kind="time-limit",
        issue="auto",
        rungs=_PAST,
        scope=rule.scope,
        judge=duty,
        pack=vocabulary.name,
        pack_version="",
        vocabulary=vocabulary,
        zone=zone,
    )


def glanced(case: Case, fact: Fact, ground: Ground, rulebook: "Rulebook", now: int) -> list[tuple[int, int]] | None:
    """Return what a case waits for otherwise, by place (NEVER = nothing), with nothing deemed by its last fact.

    A glance at the fact says so, which came in order and puts the case on `ground`. None where only `settle` can say.
    """
    former, before = case.ground, case.seen
    if case.deemed or not (former is None or ground is former) or DEEMING in case.parked or put_off(rulebook, case):
        return None
    tag = rulebook.tag(fact)
    moves: list[tuple[int, int]] = []
    case.ground = ground  # for the glances, until the fact is judged
    for place, deeming in rulebook.deeming_on(ground):
        if not tag & deeming.reads:
            continue
        waits = case.wakes.get(place, NEVER)
        wake = UNSURE if deeming.glance is None else deeming.glance(before, tag, fact, waits, now, case)
        if wake == UNSURE:
            case.ground = former
            return None
        if wake != waits:
            moves.append((place, wake))
    case.ground = former
    return moves


def settle(case: Case, rulebook: "Rulebook", now: int, former: Tagged) -> tuple[Deemed, Wakes]:
    """Let the deemed facts of a settled case be those that hold at `now`; `former` are its facts before.

    Return what changed, and the instants at which others may come to be deemed.
    Where something changed the case has been laid out anew and lost its tags.
    Raises CalendarMissing and ValueError as judges do; the case is then as it was.
    """
    standing = [fact for fact in case.facts if fact.source == DEEMED]
    told = [fact for fact in case.facts if fact.source != DEEMED]
    wanted, wakes = deemed(told, rulebook, now, tags_of(told, rulebook, former))
    change = Deemed(
        tuple(fact for fact in wanted if fact not in standing), tuple(fact for fact in standing if fact not in wanted)
    )
    _apply(case, change)
    return change, wakes


def tags_of(facts: Sequence[Fact], rulebook: "Rulebook", former: Tagged) -> list[int]:
    """Return the tags of facts, those of the `former` ones without asking again."""
    known = {id(fact): tag for fact, tag in zip(*former, strict=True)}
    return [rulebook.tag(fact) if (tag := known.get(id(fact))) is None else tag for fact in facts]


def undo(case: Case, change: Deemed) -> None:
    """Take a change back; the case loses its tags."""
    _apply(case, Deemed(change.gone, change.new))


def deemed(facts: Sequence[Fact], rulebook: "Rulebook", now: int, tags: list[int]) -> tuple[list[Fact], Wakes]:
    """Return what is deemed to have happened besides `facts` (in legal order, with `tags`), and when more may be."""
    known = list(facts)
    found: list[Fact] = []
    wakes: Wakes = dict.fromkeys((DEEMING - number for number in range(len(rulebook.deeming))), NEVER)
    if not facts:
        return found, wakes
    seen = reduce(or_, tags, 0)
    ground: Ground | None = None
    for number, each in enumerate(rulebook.deeming):
        if not seen & each.masks[0]:
            continue
        if ground is None:
            ground = rulebook.ground(known)
        region, agency, item = ground.region, ground.agency, ground.item
        line, dated = (rulebook.delays, rulebook.outages), rulebook.dated
        view = View(known, tags, now, each.zone, rulebook.calendar, region, agency, item, {}, *line, dated=dated)
        if not in_scope(each.rule.scope, region, agency, item, {}):
            continue
        for fact, wake in [_derived(each, part) for part in rounds(each.duty, view, each.masks)]:
            if wake is not None:
                wakes[DEEMING - number] = wake  # of one round alone: what begins anew came after an end of the former
            if fact is None:
                continue
            found.append(fact)
            place = bisect_right(known, fact.order, key=lambda one: one.order)
            known.insert(place, fact)
            tags.insert(place, rulebook.tag(fact))
            seen, ground = seen | tags[place], None  # a deemed acceptance may put the case on another ground
    return found, wakes


def _derived(deeming: Deeming, view: View) -> tuple[Fact | None, int | None]:
    """Return the fact that follows from a duty run out in a round, or None, and when it may."""
    rule, duty, masks = deeming[:3]
    for place in starts_of(duty, view, masks[0]):
        start = view.facts[place]
        if not deeming.since <= start.at < deeming.until:
            continue
        course = course_of(duty.limit, duty.limit.own_clock, view, masks[3:], start)
        if course is None:
            return None, None
        ending = ending_of(duty, view, masks, place)
        breach, wake = climb(_PAST, duty.limit.own_clock, [course], ending, view.now_for(start))
        if breach is None:
            return None, None if wake is None else view.known_from(wake, start)
        return _fact(rule, start, breach.reached), None
    return None, None


def _fact(rule: DeemRule, start: Fact, effective: int) -> Fact:
    """Return the deemed fact: it happened at once after `start`, or when the term ended, and is known from then on."""
    at_start = rule.at == "start"
    return Fact(
        id=f"{rule.fact}|{start.source}|{start.id}",
        source=DEEMED,
        type=rule.fact,
        at=start.at if at_start else effective,
        stamp=effective,
        sequence=start.sequence + 1 if at_start else 0,
        item=start.item,
        agency=start.agency,
        region=start.region,
    )


def _apply(case: Case, change: Deemed) -> None:
    for fact in change.gone:
        case.put_back(fact.key, None)
    for fact in change.new:
        case.add(fact)
