"""Four hard rules, cases that break them now and then, and the truth: what every stream beside this one is given too.

A  accepted or rejected within 5 days of the submission        B  closed within 10, 15 or 20 days of it, by class
C  reviewed before it is approved                               D  the decision notified within 2 days

Cases come over half a year, about ten events each; every partition says now and then up to when it is complete.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mingjing.rules.events import TICK, Event, instant
from mingjing.streams.clock import FEED
from mingjing.streams.topics import partition_of
from mingjing.streams.wire import event_bytes

AGENCY = "11990100MB0000019L"
SOURCE = "urn:bench"
HOUR = 3_600_000_000
DAY = 24 * HOUR
BEGIN = 1_767_225_600_000_000
"""2026-01-01T00:00Z in microseconds."""
SPREAD = 180 * DAY
AFTER = DAY // 2
"""The last watermark lies this long after the last event."""
TICK_EVERY = 1000
"""Events of a partition between two of its watermarks."""
SLOW, SILENT, REJECTED, REVERSED = 0.004, 0.002, 0.03, 0.003
"""Shares of cases accepted late, never answered, rejected (with those), and approved before they are reviewed."""
LIMITS = {"A": 10 * DAY, "B": 15 * DAY, "C": 20 * DAY}

PACK = """\
pack: hard-rules
title: 四条硬规则
version: "1"
vocabulary: open
rules:
  - {id: A, title: 五日内受理, basis: [bench], kind: time-limit, start: [submitted], stop: [accepted, rejected],
     limit: 120h, count: to-the-second, cards: {yellow: past limit}}
  - {id: B, title: 按类办结, basis: [bench], kind: time-limit, start: [submitted], stop: [closed],
     limit: data.limit, count: to-the-second, cards: {yellow: past limit}}
  - {id: C, title: 先审后批, basis: [bench], kind: sequence, step: [approved], requires: {any: [reviewed]},
     cards: {yellow: broken}}
  - {id: D, title: 两日内告知, basis: [bench], kind: time-limit, start: [decision], stop: [notified, rejected],
     limit: 48h, count: to-the-second, cards: {yellow: past limit}}
"""


class Happened(NamedTuple):
    """An event: when (microseconds), of which case, which of its events, what, and the class of the case."""

    at: int
    case: int
    number: int
    type: str
    kind: str


class Told(NamedTuple):
    """A record for case-events."""

    partition: int
    key: bytes | None
    value: bytes


def happened(count: int, seed: int = 42) -> list[Happened]:
    """Return the first `count` events of as many cases as it takes, in order of time."""
    chance = random.Random(seed)
    events: list[Happened] = []
    case = 0
    while len(events) < count * 1.1:
        kind = chance.choice("ABC")
        events += [Happened(at, case, number, name, kind) for number, (at, name) in enumerate(_story(chance))]
        case += 1
    return sorted(events)[:count]


def violations(events: Sequence[Happened]) -> dict[str, int]:
    """Return how many cases break each rule by the last watermark, case by case and with no stream in mind."""
    cases: dict[int, list[Happened]] = {}
    for event in events:
        cases.setdefault(event.case, []).append(event)
    until = events[-1].at + AFTER
    found = dict.fromkeys("ABCD", 0)
    for story in cases.values():
        submitted, decided = _first(story, "submitted"), _first(story, "decision")
        if submitted is not None:
            found["A"] += _late(story, submitted + 5 * DAY, until, submitted, "accepted", "rejected")
            found["B"] += _late(story, submitted + LIMITS[story[0].kind], until, submitted, "closed")
        if decided is not None:
            found["D"] += _late(story, decided + 2 * DAY, until, decided, "notified", "rejected")
        approved, reviewed = _first(story, "approved"), _first(story, "reviewed")
        found["C"] += approved is not None and (reviewed is None or reviewed > approved)
    return found


def told(events: Sequence[Happened], partitions: int, feeds: Sequence[str]) -> Iterator[Told]:
    """Yield the records that intake would have put on case-events, watermarks of each feed among them."""
    since = [0] * partitions
    for event in events:
        key = case_key(event.case)
        partition = partition_of(key, partitions)
        yield Told(partition, key.encode(), event_bytes(_event(event, key)))
        since[partition] += 1
        if since[partition] == TICK_EVERY:
            since[partition] = 0
            yield from _ticks(partition, event.at, feeds, last=False)
    for partition in range(partitions):
        yield from _ticks(partition, events[-1].at + AFTER, feeds, last=True)


def case_key(case: int) -> str:
    """Return the key of a case by its number."""
    return f"{AGENCY}/2026-{case:08}"


def _event(event: Happened, key: str) -> Event:
    at = instant(event.at)
    return Event(
        id=f"{event.case:08}-{event.number:02}",
        source=SOURCE,
        type=event.type,
        subject=key.partition("/")[2],
        time=at,
        ingestedtime=at,
        agency=AGENCY,
        region="990100000000",
        officer=f"{(event.case * 31 + event.number) % 20000:032x}",
        data={"class": event.kind, "limit": f"{LIMITS[event.kind] // HOUR}h", "channel": "online"},
        casekey=key,
    )


def _ticks(partition: int, at: int, feeds: Sequence[str], *, last: bool) -> Iterator[Told]:
    for feed in feeds:
        moment = instant(at)
        tick = Event(
            id=f"{feed}-{partition}-{at}",
            source=SOURCE,
            type=TICK,
            subject="clock",
            time=moment,
            ingestedtime=moment,
            data={FEED: feed, "last": last},
        )
        yield Told(partition, None, event_bytes(tick))


def _first(story: Sequence[Happened], name: str) -> int | None:
    return next((event.at for event in story if event.type == name), None)


def _late(story: Sequence[Happened], deadline: int, until: int, since: int, *stops: str) -> bool:
    stop = next((event.at for event in story if event.type in stops and event.at >= since), None)
    return deadline < until and (stop is None or stop > deadline)


def _story(chance: random.Random) -> list[tuple[int, str]]:
    """Return the events of one case; about one in fifty breaks a rule."""
    submitted = BEGIN + chance.randrange(SPREAD // 1000) * 1000
    story = [(submitted, "submitted")]
    accepted = _after(chance, submitted, 1.2) + (6 * DAY if chance.random() < SLOW else 0)
    fate = chance.random()
    if fate < SILENT:
        return story
    if fate < REJECTED:
        told_at = _after(chance, accepted, 0.5)
        return [*story, (accepted, "rejected"), (told_at, "notified"), (accepted + 2 * DAY, "closed")]
    story.append((accepted, "accepted"))
    at = accepted
    steps = [("supplement_requested", 0.5), ("supplement_received", 1.0)] * chance.choice((0, 0, 0, 1, 1, 2))
    for name, days in [*steps, *[("assigned", 0.3)] * chance.choice((1, 1, 2))]:
        at = _after(chance, at, days)
        story.append((at, name))
    reviewed = _after(chance, at, 1.0)
    approved = _after(chance, reviewed, 0.7)
    if chance.random() < REVERSED:
        reviewed, approved = approved, reviewed
    at = _after(chance, max(reviewed, approved), 0.3)
    story += [(reviewed, "reviewed"), (approved, "approved"), (at, "decision")]
    for name, share, days in (("notified", 0.995, 0.3), ("delivered", 0.8, 0.5), ("closed", 0.997, 0.5)):
        if chance.random() < share:
            at = _after(chance, at, days)
            story.append((at, name))
    return story


def _after(chance: random.Random, at: int, days: float) -> int:
    return at + int(chance.expovariate(1 / (days * DAY))) + 1_000_000
