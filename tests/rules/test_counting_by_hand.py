"""Limits recounted day by day, the way a clerk with a wall calendar would.

Nothing of `clock`, `meter` or `ladder` is used to say what is right: days off
are an explicit set, days are walked one at a time, pauses are sets of days, and
the level at an instant is worked out anew from the facts that had happened by then.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.events import Fact, micros
from mingjing.rules.pack import parse_pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import Zone

SHANGHAI = Zone("Asia/Shanghai")
FIRST = date(2026, 1, 5)
DAY = timedelta(days=1)
FAR = datetime(2026, 12, 1, tzinfo=SHANGHAI.info)
LEVELS = ("warning", "yellow", "red")


class Stop(NamedTuple):
    """The clock stands from `begin` until `end`, or until `cap` days were given back, or for ever."""

    begin: datetime
    end: datetime | None
    cap: int | None


class Story(NamedTuple):
    off: frozenset[date]
    unit: str
    roll: bool
    start: datetime
    promised: int
    statutory: int
    stops: tuple[Stop, ...]
    extended: tuple[datetime, int] | None
    done: datetime | None


class Clerk:
    """One clock of a story, as far as it was known at `known`."""

    def __init__(self, story: Story, amount: int, known: datetime, *, extends: bool) -> None:
        self.story = story
        self.free: set[date] = set()
        self.standing: list[tuple[datetime, datetime | None]] = []
        self.amount = amount
        changes: list[Stop | tuple[datetime, int]] = [each for each in story.stops if each.begin <= known]
        if extends and story.extended and story.extended[0] <= known:
            changes.append(story.extended)
        for change in sorted(changes, key=lambda each: (each[0], not isinstance(each, Stop))):
            if not self.stands(change[0]) and change[0] >= midnight(self.due() + DAY):
                break
            if isinstance(change, Stop):
                self._stop(change, known)
            else:
                self.amount += change[1]

    def stands(self, instant: datetime) -> bool:
        return any(begin <= instant and (end is None or instant < end) for begin, end in self.standing)

    def counts(self, day: date) -> bool:
        return self.story.unit == "cd" or day not in self.story.off

    def due(self) -> date:
        day = self._after(self.story.start.date(), self.amount)
        day = self._after(day, sum(map(self.counts, self.free)))
        while self.story.roll and day in self.story.off:
            day += DAY
        return day

    def warned(self) -> datetime:
        """Return the end of the day after which two counted days are left."""
        day, left = self.due(), 2
        first = self.story.start.date()
        while left and day > first:
            left -= self.counts(day) and day not in self.free
            day -= DAY
        while not self.counts(day) or day in self.free:  # back to the end of the counted day itself
            if day <= first:
                break
            day -= DAY
        return midnight(day + DAY) if not left else self.story.start

    def _after(self, day: date, amount: int) -> date:
        while amount:
            day += DAY
            amount -= self.counts(day)
        return day

    def _stop(self, stop: Stop, known: datetime) -> None:
        end = stop.end if stop.end is not None and stop.end <= known else None
        last = end.date() if end else None
        if stop.cap is not None:
            capped = self._after(stop.begin.date(), stop.cap)
            if last is None or capped < last:
                last, end = capped, midnight(capped + DAY)
        self.standing.append((stop.begin, end))
        if last is not None:
            self.free |= {stop.begin.date() + DAY * n for n in range(1, (last - stop.begin.date()).days + 1)}


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI.info)


def reached(story: Story, level: str) -> datetime | None:
    """Return the first instant at which the level held, by what had happened by then."""
    for instant in _instants(story):
        if story.done is not None and instant > story.done:
            return None
        if story.done == instant and level == "warning":
            return None  # what is done at the very instant of a warning needs none
        clerk = Clerk(story, story.statutory if level == "red" else story.promised, instant, extends=level == "red")
        if clerk.stands(instant):
            continue
        begins = clerk.warned() if level == "warning" else midnight(clerk.due() + DAY)
        if instant >= begins:
            return instant
    return None


def _instants(story: Story) -> Iterator[datetime]:
    moments = {midnight(FIRST + DAY * n) for n in range(200)}
    moments |= {each.begin for each in story.stops} | {each.end for each in story.stops if each.end} | {story.start}
    moments |= {story.extended[0]} if story.extended else set()
    moments |= {story.done} if story.done else set()
    yield from sorted(each for each in moments if each >= story.start)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    day = st.integers(0, 35)
    minute = st.integers(0, 24 * 60 - 1)

    def moment() -> datetime:
        return midnight(FIRST + DAY * draw(day)) + timedelta(minutes=draw(minute))

    off = {FIRST + DAY * n for n in range(-10, 250) if (FIRST + DAY * n).weekday() > 4}
    off ^= {FIRST + DAY * n for n in draw(st.sets(st.integers(0, 60), max_size=12))}
    start = midnight(FIRST + DAY * draw(st.integers(0, 6))) + timedelta(minutes=draw(minute))
    stops = []
    for _ in range(draw(st.integers(0, 3))):
        begin = max(moment(), start + timedelta(minutes=1))
        end = begin + timedelta(minutes=draw(st.integers(1, 20 * 24 * 60))) if draw(st.booleans()) else None
        stops.append(Stop(begin, end, draw(st.none() | st.integers(0, 6))))
    promised = draw(st.integers(0, 8))
    return Story(
        frozenset(off),
        draw(st.sampled_from(["wd", "cd"])),
        draw(st.booleans()),
        start,
        promised,
        promised + draw(st.integers(0, 8)),
        tuple(stops),
        (max(moment(), start), draw(st.integers(1, 6))) if draw(st.booleans()) else None,
        max(moment(), start + timedelta(minutes=1)) if draw(st.booleans()) else None,
    )


RULE = """
pack: p
version: 1
rules:
  - {id: T, kind: time-limit, start: A, stop: S, limit: promised, roll: ROLL, extend: [{event: X, by: data.days}],
     pause: [{begin: P0, end: R0, cap: data.days}, {begin: P1, end: R1, cap: data.days},
             {begin: P2, end: R2, cap: data.days}],
     cards: {warning: 2UNIT before promised, yellow: past promised, red: past statutory}}
"""


def _rulebook(story: Story) -> Rulebook:
    text = RULE.replace("ROLL", str(story.roll).lower()).replace("UNIT", story.unit)
    year = Year(status="official", holidays=dict.fromkeys(sorted(story.off), "休"))
    before = Year(status="official")
    calendar = Calendar("hand", {2025: before, 2026: year}, weekend=frozenset())
    item = {"promised": f"{story.promised}{story.unit}", "statutory": f"{story.statutory}{story.unit}"}
    return Rulebook([parse_pack(text, "p.yaml", {})], calendar, Catalogue([ItemVersion("i", date.min, None, item)]))


def _facts(story: Story) -> list[Fact]:
    numbers = count()

    def fact(event: str, when: datetime, **data: object) -> Fact:
        instant = micros(when)
        present = {name: value for name, value in data.items() if value is not None}
        return Fact(id=str(next(numbers)), source="s", type=event, at=instant, stamp=instant, item="i", data=present)

    found = [fact("A", story.start)]
    for number, each in enumerate(story.stops):
        found.append(fact(f"P{number}", each.begin, days=each.cap))
        if each.end is not None:
            found.append(fact(f"R{number}", each.end))
    if story.extended:
        found.append(fact("X", story.extended[0], days=story.extended[1]))
    if story.done:
        found.append(fact("S", story.done))
    return found


def _ever(story: Story, facts: Sequence[Fact], now: datetime) -> tuple[str, int] | None:
    """Return the highest level the engine finds by `now`, and since when."""
    found = [finding for _, finding in judge_case("c", facts, _rulebook(story), micros(now))]
    assert len(found) < 2
    return (found[0].level, found[0].violated_at) if found else None


def _highest(story: Story) -> tuple[str, int] | None:
    since = {level: reached(story, level) for level in LEVELS}
    return next(((level, micros(at)) for level in reversed(LEVELS) if (at := since[level]) is not None), None)


@settings(max_examples=250, deadline=None)
@given(stories())
def test_the_highest_level_and_its_first_instant_are_those_counted_by_hand(story: Story) -> None:
    assert _ever(story, _facts(story), FAR) == _highest(story)


@settings(max_examples=120, deadline=None)
@given(stories(), st.integers(0, 60 * 24 * 60))
def test_at_any_instant_only_what_had_happened_by_then_decides(story: Story, minutes: int) -> None:
    now = story.start + timedelta(minutes=minutes)
    known = [fact for fact in _facts(story) if fact.at <= micros(now)]

    assert _ever(story, known, now) == _below(_truncated(story, now), micros(now))


def _truncated(story: Story, now: datetime) -> Story:
    return story._replace(
        stops=tuple(
            each._replace(end=each.end if each.end and each.end <= now else None)
            for each in story.stops
            if each.begin <= now
        ),
        extended=story.extended if story.extended and story.extended[0] <= now else None,
        done=story.done if story.done and story.done <= now else None,
    )


def _below(story: Story, now: int) -> tuple[str, int] | None:
    since = {level: reached(story, level) for level in LEVELS}
    held = [(level, micros(at)) for level in LEVELS if (at := since[level]) is not None and micros(at) <= now]
    return held[-1] if held else None
