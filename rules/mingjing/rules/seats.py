"""Seats: rules as the engine calls on them, with what tells at once whether a fact concerns them."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

import msgspec

from mingjing.rules.calendar import Calendar
from mingjing.rules.glances.every_kind import glance_of
from mingjing.rules.glances.glance import Glance
from mingjing.rules.glances.quiet import Quiet, quiet_of
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.pack import Pack
from mingjing.rules.rule import EVER, Rule
from mingjing.rules.scope import asks_case
from mingjing.rules.shapes import Shapes
from mingjing.rules.versions import Versions, glance_of_versions, joined
from mingjing.rules.yaml_page import Fault, PackRefused


class Seat(NamedTuple):
    """A rule as the engine calls on it: its place, and what tells at once whether a fact concerns it.

    `begins` is the mask without which it finds nothing, `reads` that of every
    selector; `wide` rules also read attributes of the case. `quiet` says which
    facts need no glance.
    """

    place: int
    bit: int
    begins: int
    reads: int
    wide: bool
    glance: Glance | None
    quiet: Quiet | None


def one_each(packs: Sequence[Pack]) -> tuple[Rule, ...]:
    """Return the rules of cases, each once and in the order in which they first appear, its versions joined.

    Raises PackRefused when two packs have a rule of one id at a time, for a card is named by its rule,
    and where a version of a rule is in another zone: the days of one clock are those of one place.
    """
    _refuse_shared_ids(packs)
    versions: dict[str, list[Rule]] = {}
    for pack in packs:
        for rule in pack.rules:
            if rule.reach == "case":
                versions.setdefault(rule.id, []).append(rule)
    _refuse_other_zones(versions)
    return tuple(joined(each) if len(each) > 1 or each[0].limited else each[0] for each in versions.values())


def tellers(packs: Sequence[Pack]) -> tuple[Rule, ...]:
    """Return the rules across cases, by whose version of the time subjects are told of what happens.

    The last version goes on telling when it is not in force any more: what it has
    begun to measure is not to be taken for over.
    """
    rules = [rule for pack in packs for rule in pack.rules if rule.reach == "across"]
    last = {rule.id: rule for rule in rules}
    return tuple(msgspec.structs.replace(rule, until=EVER) if rule is last[rule.id] else rule for rule in rules)


def masks_of(rule: Rule, shapes: Shapes) -> tuple[int, ...]:
    """Return the masks of a rule's selectors, where it has versions after those of their gates."""
    masks = shapes.masks(rule.judge.selectors)
    if not isinstance(rule.judge, Versions):
        return masks
    gates = [shapes.gate(each.judge.selectors[0], each.since, each.until) for each in rule.versions]
    return (reduce(or_, gates), *gates, *masks)


def seat_of(rule: Rule, place: int, masks: tuple[int, ...], calendar: Calendar, delays: Mapping[str, int]) -> Seat:
    """Return the seat of a rule at a place."""
    judge = rule.judge
    if isinstance(judge, Versions):
        glances = [glance_of(each, own, calendar, delays) for each, _, own in judge.parts(masks)]
        glance = None if judge.case_wide else glance_of_versions(judge, masks, glances)
        quiet = None
    else:
        glance, quiet = glance_of(rule, masks, calendar, delays), quiet_of(rule, masks)
    wide = judge.case_wide or asks_case(rule.scope)
    return Seat(place, 1 << place, masks[0], reduce(or_, masks), wide, glance, quiet)


def has_clocks(rule: Rule) -> bool:
    """Whether people are shown the clocks of a rule: not of one that is only tried out."""
    return any(isinstance(each.judge, TimeLimit) and not each.shadow for each in rule.versions or (rule,))


def _refuse_other_zones(versions: Mapping[str, Sequence[Rule]]) -> None:
    faults = [
        Fault(each.pack, 1, 1, f"rule {each.id!r} was in zone {known[0].zone.name}; a rule stays in its zone")
        for known in versions.values()
        for each in known
        if each.zone.name != known[0].zone.name
    ]
    if faults:
        raise PackRefused(faults)


def _refuse_shared_ids(packs: Sequence[Pack]) -> None:
    homes: dict[str, list[Pack]] = {}
    faults: list[Fault] = []
    for pack in packs:
        for rule in pack.rules:
            known = homes.setdefault(rule.id, [])
            home = next((each for each in known if each.since < pack.until and pack.since < each.until), pack)
            if home.name != pack.name:
                faults.append(Fault(pack.name, 1, 1, f"rule id {rule.id!r} is taken already in pack {home.name}"))
            known.append(pack)
    if faults:
        raise PackRefused(faults)
