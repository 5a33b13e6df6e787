"""What plain rules make of an event log, worked out the slow way: one day after the other.

A rule is a mapping with a `kind` and names of activities, a log rows of text. Nothing here knows of the engine:
dates are walked one by one, and for each question a case is looked through from its first row.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Row = Mapping[str, str]
Rule = Mapping[str, Any]
Said = tuple[str, datetime | None]
"""The status of a case under a rule, and from when a violation is certain where that is asked.

The status is ok, late, missing, over, early, violated, pending, discharged, or `none` where the rule does not apply.
"""

VIOLATING = frozenset({"late", "missing", "over", "early", "violated"})
ONE_DAY = timedelta(days=1)
SOMETIME = range(1900, 2101)
EVERYWHERE: Row = {}
NEVER = datetime.max.replace(tzinfo=UTC)


class Unknowable(Exception):
    """That year is too far off, or what is written is no date."""


class Happened(NamedTuple):
    """One row of a case: the instant, its number in the source, the local date, and its cells."""

    at: datetime
    seq: int
    day: date
    row: Row


class Ground(NamedTuple):
    """The zone of a log, every day that its calendar lists as not worked, its weekend, and the last date it covers."""

    zone: ZoneInfo
    off: frozenset[date]
    weekend: frozenset[int]
    horizon: date

    def read(self, text: str) -> datetime:
        """Return the instant a text says; one without offset is in the zone."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError as exc:
            raise Unknowable(text) from exc
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def day(self, instant: datetime) -> date:
        """Return the local date of an instant."""
        return instant.astimezone(self.zone).date()

    def midnight_after(self, day: date) -> datetime:
        """Return the first instant of the next day; the last day of all has none."""
        if day == date.max:
            raise Unknowable(f"{day} has no next day")
        return datetime.combine(day + ONE_DAY, time(), self.zone).astimezone(UTC)

    def deadline(self, begin: date, limit: int, unit: str) -> date:
        """Return the `limit`-th day after `begin` of those that count; `begin` itself where the limit is 0."""
        day, left = begin, limit
        self.counts(day, unit)
        while left:
            day += ONE_DAY
            left -= self.counts(day, unit)
        return day

    def counts(self, day: date, unit: str) -> bool:
        """Whether a day is counted."""
        if unit == "calendar_days":
            return True
        if min(self.off).year <= day.year <= max(self.off).year:
            return day not in self.off
        if day.year not in SOMETIME:
            raise Unknowable(f"nothing is known of {day.year}")
        return day.weekday() not in self.weekend


def story(rows: Iterable[Row], ground: Ground) -> list[Happened]:
    """Return the rows of one case in their order: by instant, then by number."""
    found = []
    for row in rows:
        at = ground.read(row["timestamp"])
        found.append(Happened(at, int(row["seq"]), ground.day(at), row))
    return sorted(found, key=lambda each: each[:2])


def verdict(rule: Rule, case: list[Happened], ground: Ground) -> Said:
    """Return what a rule makes of a case; Unknowable where nobody can say."""
    return KINDS[rule["kind"]](rule, case, ground)


def _are(case: list[Happened], names: Iterable[str], where: Row = EVERYWHERE) -> Iterator[Happened]:
    for each in case:
        if each.row["activity"] in names and all(each.row[name] == value for name, value in where.items()):
            yield each


def _response(rule: Rule, case: list[Happened], ground: Ground) -> Said:
    where = rule.get("where", EVERYWHERE)
    trigger = next(_are(case, rule["trigger"], where), None)
    limit = None if trigger is None else _limit(rule, trigger)
    if trigger is None or limit is None:
        return "none", None
    behind = case[case.index(trigger) + 1 :]
    target = next(_are(case if rule.get("target_any") else behind, rule["target"], where), None)
    if target is None and rule["kind"] == "response_cond":
        return "none", None
    clock = _clock(rule, case, ground, trigger, limit)
    if target is not None and clock.allows(target):
        return "ok", None
    if any(map(clock.allows, _are(behind, rule.get("unless", ())))):
        return "discharged", None
    if target is not None:
        return "late", clock.certain
    return ("missing", clock.certain) if ground.horizon > clock.deadline else ("pending", None)


class Clock(NamedTuple):
    """Until when a duty may be done, from when it is certain that it was not, and when the clock stood still."""

    deadline: date
    certain: datetime
    still: list[tuple[datetime, datetime]]

    def allows(self, each: Happened) -> bool:
        """Whether an event is in time."""
        return each.day <= self.deadline or any(begin <= each.at < end for begin, end in self.still)


def _limit(rule: Rule, trigger: Happened) -> int | None:
    """Return the limit in force on the date of the trigger; None before any was."""
    limit: int | None = None if "limit_versions" in rule else rule["limit"]
    for version in rule.get("limit_versions", ()):
        if date.fromisoformat(version["start"]) <= trigger.day:
            limit = version["limit"]
    return limit


def _clock(rule: Rule, case: list[Happened], ground: Ground, trigger: Happened, limit: int) -> Clock:
    unit = rule["unit"]
    deadline = ground.deadline(trigger.day, limit, unit)
    if "extend" in rule:
        grants = _are(case, [rule["extend"]["activity"]], rule["extend"]["where"])
        if any(each.day <= deadline for each in grants):
            deadline = ground.deadline(deadline, rule["extend"]["add"], unit)
    resumed, still = trigger, []
    for begin, end in _standstills(rule, case, trigger):
        if begin.day > deadline:
            continue
        if end is None:
            return Clock(date.max, NEVER, [])
        still.append((begin.at, end.at))
        day = max(begin.day, resumed.day)
        while day < end.day:
            day += ONE_DAY
            deadline = ground.deadline(deadline, int(ground.counts(day, unit)), unit)
        resumed = max(end, resumed)
    return Clock(deadline, max(ground.midnight_after(deadline), resumed.at), still)


def _standstills(rule: Rule, case: list[Happened], trigger: Happened) -> Iterator[tuple[Happened, Happened | None]]:
    """Yield each event that stops the clock, or the first, and the next that lets it go on after the trigger."""
    if "suspend" not in rule:
        return
    for begin in _are(case, [rule["suspend"]["start"]]):
        end = next(_are(case[case.index(begin) + 1 :], [rule["suspend"]["end"]]), None)
        if end is None or end[:2] > trigger[:2]:
            yield begin, end
            if not rule["suspend"]["each"]:
                return


def _precedence(rule: Rule, case: list[Happened], _: Ground) -> Said:
    where = rule.get("where", EVERYWHERE)
    step = next(_are(case, rule["step"], where), None)
    if step is None:
        return "none", None
    before = any(each.at <= step.at for each in _are(case, rule["before"], where))
    return ("ok", None) if before else ("violated", step.at)


def _min_wait(rule: Rule, case: list[Happened], _: Ground) -> Said:
    trigger, target = next(_are(case, rule["trigger"]), None), next(_are(case, rule["target"]), None)
    if trigger is None or target is None:
        return "none", None
    enough = target.day - trigger.day >= timedelta(days=rule["limit"])
    return ("ok", None) if enough else ("early", max(trigger.at, target.at))


def _case_span(rule: Rule, case: list[Happened], ground: Ground) -> Said:
    deadline = ground.deadline(case[0].day, rule["limit"], rule["unit"])
    return ("over", ground.midnight_after(deadline)) if case[-1].day > deadline else ("ok", None)


def _attr_case(rule: Rule, case: list[Happened], ground: Ground) -> Said:
    due, end = case[0].row[rule["deadline"]], case[0].row[rule["end"]]
    if not due:
        return "none", None
    latest = ground.read(due)
    if len(due) == len("2026-01-01"):  # a bare date ends with its day
        latest = ground.midnight_after(ground.day(latest)) - datetime.resolution
    if end:
        return ("late", None) if ground.read(end) > latest else ("ok", None)
    return ("missing", None) if ground.midnight_after(ground.horizon) - timedelta(seconds=1) > latest else ("ok", None)


def _attr_event(rule: Rule, case: list[Happened], ground: Ground) -> Said:
    for each in case:
        due, done = each.row[rule["due"]], each.row[rule["done"]]
        try:
            if due and done and ground.day(ground.read(done)) > ground.day(ground.read(due)):
                return "late", None
        except Unknowable:
            continue
    return "ok", None


def _same_resource(rule: Rule, case: list[Happened], _: Ground) -> Said:
    first, second = ({each.row["resource"] for each in _are(case, [rule[name]])} for name in "ab")
    return ("violated", None) if first & second - {""} else ("ok", None)


KINDS = {
    "response": _response,
    "response_cond": _response,
    "precedence": _precedence,
    "min_wait": _min_wait,
    "case_span": _case_span,
    "attr_case": _attr_case,
    "attr_event": _attr_event,
    "same_resource": _same_resource,
}
