"""The trace of a clock as data: enough to recount every day by hand."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from mingjing.rules.due import Taken
from mingjing.rules.kinds.limit import Course
from mingjing.rules.meter import Meter
from mingjing.rules.stretch import Run, Stretch
from mingjing.rules.workdays import CalendarMissing, Workdays


def trace(course: Course, stretch: Stretch, finish: int | None) -> dict[str, Any]:
    """Return start, what was not counted and why, the end of the limit, the finish and the days over.

    Days are ISO dates of the zone, instants RFC 3339. `excluded` lists, in
    order, each run of days between start and due that was not counted.
    `rolled_from` is the day off on which the term ends where its end rolled on (民法典 art. 203).
    `over` is in working days for a limit of working days, else in days: 0 when
    the finish was in time or is not known, or was `late` by less than one such day;
    None where the working days up to the finish are in no calendar.
    """
    meter, run = course.meter, course.run
    zone = meter.zone
    due = stretch.due
    late = due is not None and finish is not None and finish >= due.past
    pauses = [
        {
            "name": pause.name,
            "begin_at": zone.text(pause.begin.at),
            "end_at": zone.text(pause.end.at) if pause.end else None,
            "resumed_at": zone.text(resumed) if resumed is not None else None,
            "cap": pause.cap,
        }
        for pause, resumed in run.pauses
        if finish is None or pause.begin.at <= finish
    ]
    extensions = [
        {"at": zone.text(each.fact.at), "by": f"{each.amount}{meter.unit}"}
        for each in run.extensions
        if finish is None or each.fact.at <= finish
    ]
    return {
        "kind": "time-limit",
        "clock": course.name,
        "limit": course.limit,
        "unit": meter.unit,
        "count": meter.count,
        "zone": zone.name,
        "calendar": f"{meter.workdays.calendar}@{meter.workdays.version}",
        "provisional": _provisional(meter, zone.day(run.start.at), due.on) if due else False,
        "start_at": zone.text(run.start.at),
        "excluded": excluded(meter, run, stretch.taken, zone.day(run.start.at), due.on) if due else [],
        "pauses": pauses,
        "extensions": extensions,
        "rolled_from": iso(due.position) if due and meter.by_days and due.position != due.on else None,
        "due_on": iso(due.on) if due else None,
        "due_at": zone.text(due.past) if due else None,
        "finish_at": zone.text(finish) if finish is not None else None,
        "late": late,
        "over": over(meter, due.on, finish) if due and finish is not None and late else 0,
    }


def _provisional(meter: Meter, start_day: int, due_day: int) -> bool:
    """Whether the count rests on a year whose days off are not yet official."""
    counts_days_off = meter.unit in {"wd", "wh"} or meter.roll
    return counts_days_off and meter.workdays.provisional(date.fromordinal(start_day), date.fromordinal(due_day))


def excluded(meter: Meter, run: Run, taken: Taken, start_day: int, due_day: int) -> list[dict[str, Any]]:
    """Return the runs of days in (start_day, due_day] that the meter does not count, each with its reason."""
    if not meter.by_days:
        return []
    if not taken:
        return [dict(each) for each in _days_off(meter.workdays, start_day, due_day)] if meter.unit == "wd" else []
    paused: dict[int, str] = {}
    for begin, until in taken:
        name = next(pause.name for pause, _ in reversed(run.pauses) if meter.position(pause.begin.at) <= begin)
        paused |= dict.fromkeys(range(begin + 1, until + 1), name)
    return _runs(meter.workdays if meter.unit == "wd" else None, paused, start_day, due_day)


@lru_cache(maxsize=20_000)
def _days_off(workdays: Workdays, start_day: int, due_day: int) -> list[dict[str, Any]]:
    return _runs(workdays, {}, start_day, due_day)


def _runs(workdays: Workdays | None, paused: Mapping[int, str], start_day: int, due_day: int) -> list[dict[str, Any]]:
    """Return the runs of days off (where working days are counted) or paused, for one reason each."""
    runs: list[dict[str, Any]] = []
    last = 0
    for ordinal in range(start_day + 1, due_day + 1):
        day = date.fromordinal(ordinal)
        off = workdays.why(day) if workdays is not None and not workdays.is_workday(day) else None
        why = off or paused.get(ordinal)
        if why is None:
            continue
        if runs and last == ordinal - 1 and runs[-1]["why"] == why:
            runs[-1]["to"] = day.isoformat()
        else:
            runs.append({"from": day.isoformat(), "to": day.isoformat(), "why": why})
        last = ordinal
    return runs


def over(meter: Meter, due_day: int, finish: int) -> int | None:
    """Return by how many days of the meter's unit `finish` came after the due day; None where no calendar says so."""
    if meter.unit == "wd":
        try:
            return meter.between(due_day, meter.zone.day(finish))
        except CalendarMissing:  # that the limit has passed is certain without it
            return None
    return meter.zone.day(finish) - due_day


def iso(ordinal: int) -> str:
    """Return the ISO date of a day ordinal."""
    return date.fromordinal(ordinal).isoformat()
