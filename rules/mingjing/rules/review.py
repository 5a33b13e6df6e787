"""A case reviewed for a reader: its state, its clocks with every day drawn, its findings in sentences.

This is the only source of days for screens and papers; nothing else counts them.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from mingjing.rules.card import digest
from mingjing.rules.case_facts import account_of, clocks_of
from mingjing.rules.events import Fact
from mingjing.rules.explain import sentences
from mingjing.rules.kinds.clock_trace import iso
from mingjing.rules.kinds.limit import Course
from mingjing.rules.replay import findings_on, settled
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.running import Clock
from mingjing.rules.telling.phrases import CLOCK_TITLES
from mingjing.rules.workdays import CalendarMissing

MOST_DAYS = 400
"""A ribbon longer than this is cut; nobody reads it, and the trace says the same."""

ZONES = {"promised": "past_promised", "limit": "past_promised", "statutory": "past_statutory"}


def review(case_key: str, facts: Iterable[Fact], rulebook: Rulebook, now: int) -> dict[str, Any]:
    """Return {"state", "clocks", "findings", "calendar_missing"} of a case by its facts and the clock `now`.

    `calendar_missing` is why some rule could not be judged, for want of a calendar year or
    of a date that can be read; None where all were.
    """
    rulebook = rulebook.at(now)
    case = settled(case_key, facts, rulebook)
    if not case.facts:
        return {"state": None, "clocks": [], "findings": [], "calendar_missing": None}
    found, refused = findings_on(case, rulebook, now)
    clocks = clocks_of(case, rulebook, now)
    story = account_of(case, rulebook).story
    story.go_on(case.facts)
    return {
        "state": story.state,
        "clocks": [_clock(each, now, clocks) for each in clocks],
        "findings": [
            {
                "rule": rule.id,
                "title": rule.title,
                "rung": finding.rung,
                "level": finding.level,
                "status": finding.status,
                "issue": finding.issue,
                "occurrence": finding.occurrence,
                "violated_at": rule.zone.text(finding.violated_at),
                "digest": digest(finding),
                "explain": {**finding.explain, "sentences": sentences(rule, finding)},
            }
            for rule, finding in found
            if not rule.shadow
        ],
        "calendar_missing": "；".join(dict.fromkeys(str(exc) for _, exc in refused)) or None,
    }


def _clock(clock: Clock, now: int, clocks: Sequence[Clock]) -> dict[str, Any]:
    rule, course, finish = clock.rule, clock.course, clock.finish
    meter, run = course.meter, course.run
    until = now if finish is None else finish
    stretch = run.at(until)
    try:
        used, left = _used(course, until)
    except CalendarMissing:
        used, left = None, None
    text = meter.zone.text
    return {
        "rule": rule.id,
        "title": f"{rule.title}（{CLOCK_TITLES[course.name]}）",
        "clock": course.name,
        "key": clock.key,
        "limit": course.limit,
        "count": meter.count,
        "unit": meter.unit,
        "start_at": text(run.start.at),
        "due_at": text(stretch.due.past) if stretch.due else None,
        "due_on": iso(stretch.due.on) if stretch.due else None,
        "state": clock.state(now),
        "finish_at": text(finish) if finish is not None else None,
        "days_used": used,
        "days_left": left,
        "pauses": [
            {
                "begin_at": text(pause.begin.at),
                "end_at": text(pause.end.at) if pause.end else None,
                "resumed_at": text(resumed) if resumed is not None else None,
                "cap": pause.cap,
                "reason": str(pause.begin.data.get("reason") or pause.name),
            }
            for pause, resumed in run.pauses
        ],
        "extensions": [{"at": text(each.fact.at), "by": f"{each.amount}{meter.unit}"} for each in run.extensions],
        "ribbon": _ribbon(course, finish, now, [each.course for each in clocks if each.rule.id == rule.id]),
    }


def _used(course: Course, until: int) -> tuple[int | None, int | None]:
    """Return the days used up to `until` and the days left (negative when over); None for hour limits."""
    meter, run = course.meter, course.run
    if not meter.by_days:
        return None, None
    begin, day = meter.zone.day(run.start.at), meter.zone.day(until)
    stretch = run.at(until)
    paused_since = next(
        (
            meter.position(p.begin.at)
            for p, r in reversed(run.pauses)
            if p.begin.at <= until and (r is None or r > until)
        ),
        None,
    )
    reach = day if paused_since is None else max(begin, paused_since)
    given_back = sum(meter.between(min(a, reach), min(b, reach)) for a, b in stretch.taken)
    used = max(0, meter.between(begin, max(begin, reach)) - given_back)
    due = stretch.due
    if due is None:
        return used, None
    left = meter.between(day, due.on) if day <= due.on else -meter.between(due.on, day)
    return used, left


def _ribbon(course: Course, finish: int | None, now: int, ladder: list[Course]) -> list[dict[str, Any]]:
    """Return every day from the start to the end of the last clock of the ladder, or to now if that is later."""
    meter, run = course.meter, course.run
    zone, line = meter.zone, meter.workdays
    begin = zone.day(run.start.at)
    until = min(now, finish) if finish is not None else now
    dues = {each.name: each.run.at(until).due for each in ladder}
    last = max([zone.day(until), *(due.on for due in dues.values() if due)])
    paused = _paused(course, zone.day(now if finish is None else finish))
    days: list[dict[str, Any]] = []
    number = 0
    try:
        last = line.next_workday(date.fromordinal(last + 1)).toordinal()
        for ordinal in range(begin, min(last, begin + MOST_DAYS) + 1):
            day = date.fromordinal(ordinal)
            worked = line.is_workday(day)
            reason = paused.get(ordinal)
            counted = ordinal > begin and reason is None and (worked or meter.unit != "wd")
            number += counted
            days.append(
                {
                    "date": day.isoformat(),
                    "kind": line.kind(day),
                    "name": None if worked else line.why(day),
                    "counted": counted,
                    "n": number if counted else None,
                    "start": ordinal == begin,
                    "paused": reason,
                    "over_cap": _over_cap(course, ordinal),
                    "zone": _zone(ordinal, dues),
                }
            )
    except CalendarMissing:
        return days
    return days


def _paused(course: Course, today: int) -> dict[int, str]:
    meter = course.meter
    if not meter.by_days:
        return {}
    found: dict[int, str] = {}
    for pause, resumed in course.run.pauses:
        begin = meter.position(pause.begin.at)
        if resumed is None:
            end = today
        elif pause.end is not None and resumed == pause.end.at:
            end = meter.position(resumed)
        else:
            end = meter.position(resumed) - 1  # resumed by itself at midnight after the notified days
        found |= dict.fromkeys(range(begin + 1, end + 1), str(pause.begin.data.get("reason") or pause.name))
    return found


def _over_cap(course: Course, ordinal: int) -> bool:
    """Whether the day lies in a pause that had used up its notified days."""
    meter = course.meter
    return any(
        resumed is not None
        and meter.by_days
        and meter.position(resumed) <= ordinal
        and (pause.end is None or ordinal <= meter.position(pause.end.at))
        and (pause.end is None or resumed != pause.end.at)
        for pause, resumed in course.run.pauses
    )


def _zone(ordinal: int, dues: dict[str, Any]) -> str:
    found = "in"
    for name in ("promised", "limit", "statutory"):
        due = dues.get(name)
        if due is not None and ordinal > due.on:
            found = ZONES[name]
    return found
