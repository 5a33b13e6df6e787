"""One clock of a case as it runs: what is told of it, worked out again only when time has moved it."""

from collections.abc import Callable
from typing import Any

from mingjing.rules.due import Taken
from mingjing.rules.kinds.keyed import key_of
from mingjing.rules.kinds.limit import Course
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.meter import Meter
from mingjing.rules.rule import EVER, Rule


class Clock:
    """A clock of a case: its rule, its course, and the instant that stopped it (None while nothing has).

    `limit` is what reports call it, `rule/clock`, one that each key has for itself `rule/clock#key`.
    """

    __slots__ = ("_days", "_limit", "_since", "_told", "_until", "course", "finish", "rule")

    def __init__(self, rule: Rule, course: Course, finish: int | None) -> None:
        self.rule = rule
        self.course = course
        self.finish = finish
        self._since, self._until = EVER, -EVER
        self._told: dict[str, Any] = {}
        self._limit: str | None = None
        self._days: dict[str, Any] | None = None

    @property
    def key(self) -> str | None:
        """The value whose clock it is, of a rule that has one for each: a member, an intermediary; else None."""
        judge = self.rule.judge
        if isinstance(judge, TimeLimit) and judge.key is not None:
            return key_of(judge.key, self.course.run.start)
        return None

    @property
    def limit(self) -> str:
        """The name that reports have for the limit."""
        if self._limit is None:
            key = self.key
            self._limit = f"{self.rule.id}/{self.course.name}" + ("" if key is None else f"#{key}")
        return self._limit

    def renews(self, former: "Clock") -> bool:
        """Whether it is the clock of a later round, the former being that of an earlier one."""
        judge = self.rule.judge
        return self.rule is former.rule and isinstance(judge, TimeLimit) and judge.renews is not None

    def told(self, now: int, text: Callable[[int], str]) -> dict[str, Any]:
        """Return {rule, clock, limit, start_at, due_at, state} at `now`; not to be changed."""
        if not self._since <= now < self._until:
            run, finish = self.course.run, self.finish
            due = run.at(now if finish is None else min(now, finish)).due
            turns = [each.begins for each in run.stretches] if len(run.stretches) > 1 else []
            turns += () if due is None else (due.past,)
            turns += () if finish is None else (finish,)
            self._since, self._until = now, min([turn for turn in turns if turn > now], default=EVER)
            self._told = {
                "rule": self.rule.id,
                "clock": self.course.name,
                "limit": self.course.limit,
                "start_at": text(run.start.at),
                "due_at": text(due.past) if due else None,
                "state": self.state(now),
            }
        return self._told

    def state(self, now: int) -> str:
        """Return `stopped`, `paused`, `past` or `running`."""
        if self.finish is not None:
            return "stopped"
        due = self.course.run.at(now).due
        if due is None:
            return "paused"
        return "past" if now >= due.past else "running"

    def kept(self, state: str) -> bool | None:
        """Whether the limit was kept, the clock being in this state; None while it runs on."""
        if self.finish is None:
            return False if state == "past" else None
        due = self.course.run.at(self.finish).due
        return due is None or self.finish < due.past

    def days(self) -> dict[str, Any]:
        """Return the days allowed (extensions included), and what `used` says once it is stopped.

        Raises CalendarMissing where the days up to the stop are in no calendar.
        """
        if self._days is None:
            meter, run, finish = self.course.meter, self.course.run, self.finish
            stretch = run.stretches[-1] if finish is None else run.at(finish)
            told: dict[str, Any] = {"unit": meter.unit, "days": stretch.amount}
            if stretch.due is not None:
                told["due_at"] = meter.zone.text(stretch.due.past)
            if finish is not None:
                told["used"], told["paused"] = used(meter, run.start.at, finish, stretch.taken)
            self._days = told
        return self._days


def used(meter: Meter, start: int, finish: int, taken: Taken) -> tuple[int, int]:
    """Return the days charged between two instants and the days given back in between.

    The day of the start is not charged (民法典 第二百零一条); `meter` counts days.
    """
    begin, end = meter.position(start), meter.position(finish)
    back = sum(
        meter.between(max(since, begin), min(until, end)) for since, until in taken if since < end and until > begin
    )
    return max(0, meter.between(begin, end) - back), back
