"""Judging a time limit: its starts, what ended each, and how far up the ladder their clocks came."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mingjing.rules.card import FIRST, Finding
from mingjing.rules.events import DEEMED, Fact, known_at
from mingjing.rules.kinds import keyed
from mingjing.rules.kinds.climbed import Climb, Ending
from mingjing.rules.kinds.clock_trace import trace
from mingjing.rules.kinds.courses import courses_of, read_value
from mingjing.rules.kinds.ladder import climb
from mingjing.rules.kinds.limit import Course
from mingjing.rules.kinds.rounds import rounds_of
from mingjing.rules.rule import Rule, Unreadable, Verdict
from mingjing.rules.view import View, evidence_of, occurrence_of

if TYPE_CHECKING:
    from mingjing.rules.kinds.time_limit import TimeLimit


def judge_in_time(terms: "TimeLimit", rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
    """Return one finding for each start whose ladder was ever climbed; raises as `Judge.judge` does."""
    verdict = Verdict([])
    unread: list[ValueError] = []
    for number, part in enumerate(rounds(terms, view, masks)):
        for place in starts_of(terms, part, masks[0]):
            try:
                _judge_start(terms, rule, part, masks, place, verdict, renewed=number > 0)
            except ValueError as exc:
                unread.append(exc)
    if unread:
        raise Unreadable(str(unread[0]), verdict) from unread[0]
    return verdict


def rounds(terms: "TimeLimit", view: View, masks: tuple[int, ...]) -> list[View]:
    """Return the rounds of a case, in each of which starts and stops are looked for; one, unless the terms renew."""
    return [view] if terms.renews is None else rounds_of(view, masks[0], masks[-1], masks)


def starts_of(terms: "TimeLimit", view: View, mask: int) -> list[int]:
    """Return the places of the facts that set clocks running in a round."""
    if terms.key is not None:
        return keyed.chosen(view, mask, terms.start.which, terms.key)
    return view.chosen(mask, terms.start.which)


def ending_of(terms: "TimeLimit", view: View, masks: tuple[int, ...], place: int) -> Ending | None:
    """Return what stopped the clocks started at `place`, leaving aside `unless`."""
    if terms.done is not None:
        text = read_value(terms.done, view, view.facts[place])
        return Ending(view.zone.parse(str(text))[0], None) if text is not None else None
    if terms.stop is None:
        return None
    which = terms.stop.which
    begin = 0 if which == "first-anywhere" else place + 1
    if which == "last":
        own = place if view.tags[place] & masks[1] else None
        found = max(_paired(terms, view, masks[1], place, begin), default=own)
    elif terms.key is None:
        found = view.first(masks[1], begin)
    else:
        found = next(_paired(terms, view, masks[1], place, begin), None)
    return None if found is None else Ending(known_at(view.facts[found]), view.facts[found])


def _paired(terms: "TimeLimit", view: View, mask: int, place: int, begin: int) -> Iterator[int]:
    """Yield the matches from `begin` on that belong to the start at `place`: those of its key, or all."""
    if terms.key is None:
        return view.matches(mask, begin)
    return keyed.matches(view, mask, terms.key, keyed.key_of(terms.key, view.facts[place]), begin)


def _judge_start(
    terms: "TimeLimit", rule: Rule, view: View, masks: tuple[int, ...], place: int, verdict: Verdict, *, renewed: bool
) -> None:
    """Add to the verdict what is found of the clocks of one start."""
    start = view.facts[place]
    courses = courses_of(terms.limit, rule, view, masks[3:], start)
    stop = ending_of(terms, view, masks, place)
    if not courses or (stop is None and not terms.missing_violates):
        return
    ending = _discharge(terms, view, masks, place, courses[0], stop) or stop
    found, wake = climb(rule.rungs, terms.limit.own_clock, courses, ending, view.now_for(start))
    if found is not None:
        verdict.findings.append(_finding(terms, rule, view, start, found, ending, renewed=renewed))
    if wake is not None:
        verdict.sooner(view.known_from(wake, start))


def _discharge(
    terms: "TimeLimit", view: View, masks: tuple[int, ...], place: int, course: Course, stop: Ending | None
) -> Ending | None:
    """Return the first `unless` fact that came in time, where no earlier stop did."""
    found = view.first(masks[2], place + 1) if terms.unless is not None else None
    if found is None:
        return None
    fact = view.facts[found]
    at = known_at(fact)
    due = course.run.at(at).due
    if (due is not None and at >= due.past) or (stop is not None and stop.at <= at):
        return None
    return Ending(at, fact)


def _occurrence(terms: "TimeLimit", start: Fact, *, renewed: bool) -> str:
    if renewed or terms.start.which == "each":
        return occurrence_of(start)
    return FIRST if terms.key is None else f"key|{keyed.key_of(terms.key, start)}"


def _finding(
    terms: "TimeLimit", rule: Rule, view: View, start: Fact, found: Climb, ending: Ending | None, *, renewed: bool
) -> Finding:
    run = found.course.run
    stretch = run.at(found.reached)
    moved = [fact for pause, _ in run.pauses for fact in (pause.begin, pause.end) if fact is not None]
    moved += [each.fact for each in run.extensions]
    cleared = found.ceased if terms.missing_violates else None
    explain = trace(found.course, stretch, ending.at if ending else None)
    if start.source == DEEMED:
        explain["deemed"] = {"fact": start.type, "known_at": view.zone.text(start.stamp)}
    if terms.key is not None:
        explain["key"] = {"path": terms.key, "value": keyed.key_of(terms.key, start)}
    answers = read_value(terms.card_to, view, start)
    return rule.finding(
        found.rung,
        provisional=explain["provisional"],
        occurrence=_occurrence(terms, start, renewed=renewed),
        agency=str(answers) if answers is not None else None,
        status="standing" if cleared is None else "cleared",
        violated_at=found.reached,
        due_at=stretch.due.past if stretch.due else None,
        cleared_at=cleared,
        evidence=evidence_of(
            start,
            *(fact for fact in moved if ending is None or fact.at <= ending.at),
            ending.fact if ending else None,
        ),
        explain=explain,
    )
