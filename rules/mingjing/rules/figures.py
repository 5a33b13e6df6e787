"""What a case contributes to reports: how it came, how long it took, which limits it kept.

A report counts cases, it never judges them again: everything it may ask is told
here, from settled facts and the same clocks that draw cards.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mingjing.rules.due import Taken
from mingjing.rules.events import Fact
from mingjing.rules.kinds.keyed import key_of
from mingjing.rules.kinds.limit import ITEM_CLOCKS, Course
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.meter import Meter
from mingjing.rules.rule import Rule
from mingjing.rules.zone import Zone

ENDED = ("decided", "delivered", "not_accepted", "returned", "abandoned")
"""States in which a case has left the hands of the agency."""

SCORES = ("1", "2", "3", "4", "5")

SAID_IN_PASSING = frozenset({"enterprise", "channel", "window", "result", "score", "satisfied"})
"""The fields of data that count in figures whatever the event is."""

Clocks = Sequence[tuple[Rule, Course, int | None]]
"""Every clock of the case, with its rule and the instant that stopped it."""


def figures(
    facts: Sequence[Fact], item: Mapping[str, Any], clocks: Clocks, since: Mapping[str, int], now: int, zone: Zone
) -> dict[str, Any]:
    """Return the figures of a case; a key without an answer is left out.

    `since` is the first instant of each state the case has met. `ended_at` is that
    of the first state in which nobody has to decide any more.
    `types` counts the events of each type. `kept` and `broken` name the limits as
    `rule/clock`, once for each clock that ended: stopped in time, or late, or past
    `now` without a stop; a limit that each key has for itself as `rule/clock#key`.
    `promised` and `statutory` are the item's clocks: the days allowed (extensions
    included), the days used to the stop, the days given back for pauses, and the
    first instant past the limit.
    """
    decided_at = since.get("decided")
    ended_at = min((since[state] for state in ENDED if state in since), default=None)
    found: dict[str, Any] = {
        "kind": _word(item, "kind"),
        "mode": _word(item, "mode"),
        **_told(facts, decided_at),
        "ended_at": zone.text(ended_at) if ended_at is not None else None,
        "kept": [],
        "broken": [],
    }
    for rule, course, finish in clocks:
        stretch = course.run.at(now if finish is None else finish)
        passed = stretch.due is not None and (now if finish is None else finish) >= stretch.due.past
        if passed or finish is not None:
            found["broken" if passed else "kept"].append(_limit(rule, course))
        if course.name in ITEM_CLOCKS and course.name not in found and course.meter.by_days:
            found[course.name] = _days(course, finish)
    return {key: value for key, value in found.items() if value is not None}


def _limit(rule: Rule, course: Course) -> str:
    name = f"{rule.id}/{course.name}"
    judge = rule.judge
    if not isinstance(judge, TimeLimit) or judge.key is None:
        return name
    return f"{name}#{key_of(judge.key, course.run.start)}"


def _days(course: Course, finish: int | None) -> dict[str, Any]:
    meter, run = course.meter, course.run
    stretch = run.stretches[-1] if finish is None else run.at(finish)
    told: dict[str, Any] = {"unit": meter.unit, "days": stretch.amount}
    if stretch.due is not None:
        told["due_at"] = meter.zone.text(stretch.due.past)
    if finish is not None:
        told["used"], told["paused"] = used(meter, run.start.at, finish, stretch.taken)
    return told


def used(meter: Meter, start: int, finish: int, taken: Taken) -> tuple[int, int]:
    """Return the days charged between two instants and the days given back in between.

    The day of the start is not charged (民法典 第二百零一条); `meter` counts days.
    """
    begin, end = meter.position(start), meter.position(finish)
    back = sum(
        meter.between(max(since, begin), min(until, end)) for since, until in taken if since < end and until > begin
    )
    return max(0, meter.between(begin, end) - back), back


def _word(item: Mapping[str, Any], name: str) -> str | None:
    return str(item[name]) if name in item else None


def _told(facts: Sequence[Fact], decided_at: int | None) -> dict[str, Any]:
    """Return what events say in passing: first enterprise, channel, window; last post before the decision; result.

    Of ratings the last of the five that there are (好差评, GB/T 39046 A.8) holds; a rating beyond them is none.
    """
    types: dict[str, int] = {}
    enterprise = channel = window = post = result = score = satisfied = None
    for fact in facts:
        types[fact.type] = types.get(fact.type, 0) + 1
        if fact.post and (decided_at is None or fact.at <= decided_at):
            post = fact.post
        data = fact.data
        if SAID_IN_PASSING.isdisjoint(data):
            continue
        enterprise = enterprise or _text(data.get("enterprise"))
        channel = channel or _text(data.get("channel"))
        window = window or _text(data.get("window"))
        if fact.at == decided_at:
            result = result or _text(data.get("result"))
        if (rated := data.get("score")) is not None and (text := str(rated).strip()) in SCORES:
            score = int(text)
        if isinstance(content := data.get("satisfied"), bool):
            satisfied = content
    return {
        "enterprise": enterprise,
        "channel": channel,
        "window": window,
        "post": post,
        "result": result,
        "score": score,
        "satisfied": satisfied,
        "types": dict(sorted(types.items())),
    }


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
