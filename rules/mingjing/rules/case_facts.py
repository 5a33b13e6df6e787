"""The facts of a case for reports and screens: where it stands, since when, and its clocks."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from mingjing.rules.case import Case
from mingjing.rules.events import Fact, first_of
from mingjing.rules.figures import figures
from mingjing.rules.kinds.limit import Course
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import is_subject
from mingjing.rules.versions import Versions
from mingjing.rules.view import View
from mingjing.rules.workdays import CalendarMissing

Clock = tuple[Rule, Course, int | None]
"""A clock of a case with its rule, and the instant that stopped it."""

DATED = ("applied", "accepted", "decided", "delivered")


def case_facts(case: Case, rulebook: Rulebook, now: int, generation: int) -> dict[str, Any] | None:
    """Return the record of the `case-facts` topic, or None for a case without facts, and for a subject."""
    facts = case.facts
    if not facts or is_subject(case.key):
        return None
    text = rulebook.zone.text
    state, since = state_of(facts, rulebook)
    issued = {rule: each for (rule, _), each in case.issued.items() if each.status == "standing"}
    running = clocks_of(case, rulebook, now)
    ground = case.ground or rulebook.ground(facts)
    item = ground.item
    clocks = [
        {
            "rule": rule.id,
            "clock": course.name,
            "limit": course.limit,
            "start_at": text(course.run.start.at),
            "due_at": text(stretch.due.past) if stretch.due else None,
            "state": clock_state(course, finish, now),
            "level": issued[rule.id].level if rule.id in issued else None,
        }
        for rule, course, finish in running
        for stretch in [course.run.at(now if finish is None else min(now, finish))]
    ]
    return {
        "case_key": case.key,
        "subject": case.key.partition("/")[2],
        "item": first_of(facts, "item"),
        "item_title": item.get("title"),
        "agency": ground.agency,
        "region": ground.region,
        **{f"{name}_at": text(since[name]) if name in since else None for name in DATED},
        "last_event_at": text(facts[-1].at),
        "last_event_type": facts[-1].type,
        "state": state,
        "clocks": clocks,
        "figures": figures(facts, item, running, since, now, rulebook.zone),
        "events": len(facts),
        "ver": [case.last_offset, generation, len(case.issued) + sum(each.revision for each in case.issued.values())],
    }


def state_of(facts: Sequence[Fact], rulebook: Rulebook) -> tuple[str, dict[str, int]]:
    """Return the state the facts leave a case in, and the first instant of each state it met."""
    state, before = "applied", "applied"
    since: dict[str, int] = {}
    for fact in facts:
        declared = rulebook.declared.get(fact.type)
        if declared is None:
            continue
        if declared.resumes and state == "suspended":
            state = before
        elif declared.state is not None:
            before = state if declared.state == "suspended" and state != "suspended" else before
            state = declared.state
            since.setdefault(state, fact.at)
    return state, since


def clocks_of(case: Case, rulebook: Rulebook, now: int) -> list[Clock]:
    """Return every clock of the case with its rule and the instant that stopped it.

    A clock that needs a calendar year nobody has filed, or a date nobody can read, is left out.
    """
    found: list[Clock] = []
    views: dict[str, View] = {}
    tags, count = case.tags, len(case.tags)
    scope = (case.ground or rulebook.ground(case.facts)).scope
    for seat in rulebook.clock_seats:
        if not case.seen & seat.begins or not scope & seat.bit:
            continue
        known = case.clocks.get(seat.place)
        new = reduce(or_, tags[known[0] :], 0) & seat.reads if known else 0
        if known is None or new:
            rule, masks = rulebook.rules[seat.place], rulebook.masks[seat.place]
            view = views.get(rule.zone.name)
            if view is None:
                view = views[rule.zone.name] = rulebook.view(case, now, rule.zone)
            stopped = _stopped(rule, known[1], view, masks, new) if known else None
            known = case.clocks[seat.place] = (count, stopped or _clocks(rule, rulebook, view, masks))
        found += known[1]
    return found


def _stopped(rule: Rule, clocks: Sequence[Clock], view: View, masks: tuple[int, ...], new: int) -> list[Clock] | None:
    """Return the clocks with what may have stopped them since; None where the `new` bits may also have moved them."""
    judge = rule.judge
    if new & reduce(or_, masks[3:], masks[0]) or not isinstance(judge, TimeLimit) or not judge.missing_violates:
        return None
    found: list[Clock] = []
    for _, course, _ in clocks:
        place = next(place for place, fact in enumerate(view.facts) if fact is course.run.start)
        ending = judge.ending(view, masks, place)
        found.append((rule, course, ending.at if ending else None))
    return found


def _clocks(rule: Rule, rulebook: Rulebook, view: View, masks: tuple[int, ...]) -> list[Clock]:
    judge = rule.judge
    if isinstance(judge, Versions):
        return [
            clock
            for version, _, own in judge.parts(masks)
            for clock in _clocks(version, rulebook, view, own)
            if version.since <= clock[1].run.start.at < version.until
        ]
    if not isinstance(judge, TimeLimit) or rule.shadow or not rulebook.applies(rule, view):
        return []
    found: list[Clock] = []
    for start in judge.starts(view, masks[0]):
        try:
            ending = judge.ending(view, masks, start)
            if ending is None and not judge.missing_violates:
                continue
            finish = ending.at if ending else None
            found += [(rule, course, finish) for course in judge.courses(rule, view, masks, start)]
        except (CalendarMissing, ValueError):
            continue
    return found


def clock_state(course: Course, finish: int | None, now: int) -> str:
    """Return `stopped`, `paused`, `past` or `running`."""
    if finish is not None:
        return "stopped"
    due = course.run.at(now).due
    if due is None:
        return "paused"
    return "past" if now >= due.past else "running"
