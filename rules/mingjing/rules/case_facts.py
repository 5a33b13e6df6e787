"""The facts of a case for reports and screens: where it stands, since when, and its clocks."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from mingjing.rules.case import Case
from mingjing.rules.events import any_of, first_of
from mingjing.rules.figures import figures
from mingjing.rules.kinds.courses import courses_of
from mingjing.rules.kinds.in_time import ending_of, rounds, starts_of
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.running import Clock
from mingjing.rules.story import Story
from mingjing.rules.subject import is_subject
from mingjing.rules.versions import Versions
from mingjing.rules.view import View
from mingjing.rules.workdays import CalendarMissing


class Account:
    """What was last worked out of a case, for as long as its facts only go on: its story, its clocks rule by rule.

    `clocks` go by the place of their rule and are those of its first `told` facts.
    """

    __slots__ = ("clocks", "story", "told")

    def __init__(self, story: Story) -> None:
        self.story = story
        self.clocks: dict[int, list[Clock]] = {}
        self.told = 0


def account_of(case: Case, rulebook: Rulebook) -> Account:
    """Return what is kept of a case; where that was dropped nothing is worked out yet."""
    found: Account | None = case.account
    if found is None:
        found = case.account = Account(Story(rulebook.declared, rulebook.zone.text))
    return found


def case_facts(case: Case, rulebook: Rulebook, now: int, generation: int) -> dict[str, Any] | None:
    """Return the record of the `case-facts` topic, or None for a case without facts, and for a subject."""
    facts = case.facts
    if not facts or is_subject(case.key):
        return None
    text = rulebook.zone.text
    running = clocks_of(case, rulebook, now)
    clocks = [(each, each.told(now, text)) for each in running]
    story = account_of(case, rulebook).story
    story.go_on(facts)
    levels = {rule: each.level for (rule, _), each in case.issued.items() if each.status == "standing"}
    ground = case.ground or rulebook.ground(facts)
    item = ground.item
    last = facts[-1]
    return {
        "case_key": case.key,
        "subject": case.key.partition("/")[2],
        "item": first_of(facts, "item"),
        "item_title": item.get("title"),
        "agency": ground.agency,
        "region": ground.region,
        **story.dated,
        "last_event_at": text(last.at),
        "last_event_type": last.type,
        "state": story.state,
        "clocks": [{**told, "level": levels.get(told["rule"])} for _, told in clocks],
        "figures": figures(story, item, clocks),
        "events": len(facts),
        "ver": [case.last_offset, generation, len(case.issued) + sum(each.revision for each in case.issued.values())],
    }


def clocks_of(case: Case, rulebook: Rulebook, now: int) -> list[Clock]:
    """Return every clock of the case.

    A clock that needs a calendar year nobody has filed, or a date nobody can read, is left out.
    """
    account = account_of(case, rulebook)
    found: list[Clock] = []
    views: dict[str, View] = {}
    known, tags = account.clocks, case.tags
    new = reduce(or_, tags[account.told :], 0)
    if any_of(case.facts[account.told :], rulebook.attributing):
        known.clear()  # what is said of the case anew may bring it into a rule's scope, or out of it
    ground = case.ground or rulebook.ground(case.facts)
    for seat in rulebook.clock_seats.on(ground.scope, case.seen):
        clocks = known.get(seat.place)
        if clocks is None or new & seat.reads:
            rule, masks = rulebook.rules[seat.place], rulebook.masks[seat.place]
            view = views.get(rule.zone.name)
            if view is None:
                view = views[rule.zone.name] = rulebook.view(case, now, rule.zone)
            stopped = _stopped(rule, clocks, view, masks, new & seat.reads) if clocks is not None else None
            moved = seat.wide or new & reduce(or_, masks[3:], 0)
            if stopped:
                clocks = stopped
            elif ground.open_scope & seat.bit and not rulebook.applies(rule, view):
                clocks = []
            else:
                clocks = _clocks(rule, rulebook, view, masks, () if moved else clocks or ())
            known[seat.place] = clocks
        found += clocks
    account.told = len(tags)
    return found


def _stopped(rule: Rule, clocks: Sequence[Clock], view: View, masks: tuple[int, ...], new: int) -> list[Clock] | None:
    """Return the clocks with what may have stopped them since; None where the `new` bits may also have moved them."""
    judge = rule.judge
    if new & reduce(or_, masks[3:], masks[0]) or not isinstance(judge, TimeLimit) or not judge.missing_violates:
        return None
    if judge.renews is not None and view.seen & masks[-1]:
        return None
    found: list[Clock] = []
    for clock in clocks:
        start = clock.course.run.start
        place = next(place for place, fact in enumerate(view.facts) if fact is start)
        ending = ending_of(judge, view, masks, place)
        found.append(_finished(clock, ending.at if ending else None))
    return found


def _clocks(
    rule: Rule, rulebook: Rulebook, view: View, masks: tuple[int, ...], unmoved: Sequence[Clock] = ()
) -> list[Clock]:
    """Return the clocks of a rule in whose scope the case lies.

    Those of its starts that are `unmoved` run as they did, whatever stops them.
    """
    judge = rule.judge
    if isinstance(judge, Versions):
        return [
            clock
            for version, _, own in judge.parts(masks)
            if rulebook.applies(version, view)
            for clock in _clocks(version, rulebook, view, own)
            if version.since <= clock.course.run.start.at < version.until
        ]
    if not isinstance(judge, TimeLimit) or rule.shadow:
        return []
    found: list[Clock] = []
    for part in rounds(judge, view, masks):
        for place in starts_of(judge, part, masks[0]):
            try:
                ending = ending_of(judge, part, masks, place)
                if ending is None and not judge.missing_violates:
                    continue
                finish, start = ending.at if ending else None, part.facts[place]
                known = [_finished(each, finish) for each in unmoved if each.course.run.start is start]
                found += known or [
                    Clock(rule, course, finish) for course in courses_of(judge.limit, rule, part, masks[3:], start)
                ]
            except (CalendarMissing, ValueError):
                continue
    return found


def _finished(clock: Clock, finish: int | None) -> Clock:
    """Return a clock as it is with this stop."""
    return clock if finish == clock.finish else Clock(clock.rule, clock.course, finish)
