"""What the API answers about the feed of an agency; shares are 0 to 1."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from mingjing.rules.outages import outage_in
from mingjing.rules.publication import Publication
from mingjing.services.api.instants import written
from mingjing.services.conformance.health import FeedHealth, State
from mingjing.services.ledger.port import Feed

OutageState = Literal["coming", "under_way", "over"]


class QualityPart(msgspec.Struct, kw_only=True):
    """One part of the score: `held` of `looked_at` were as they should be; `samples` are some that were not."""

    name: str
    title: str
    weight: int
    share: float | None
    held: int
    looked_at: int
    asks: str
    remedy: str
    samples: list[str]


class Quality(msgspec.Struct, kw_only=True):
    """What the data of a feed are worth, by the cases it last spoke of; `points` of a hundred, null without any."""

    points: float | None
    passed: bool
    cases: int
    events: int
    parts: list[QualityPart]


class FeedRhythm(msgspec.Struct, kw_only=True):
    """How often the agency usually reports, and whether it is unusually quiet now.

    `usual_s` is the usual interval at this hour of the week in seconds, `week` that of each hour, Monday 0 o'clock
    first; null where it usually does not report. `missed` reports would usually have come since `last_arrival_at`.
    """

    last_arrival_at: str | None
    usual_s: int | None
    missed: float
    unusual: bool
    week: list[int | None]


class FeedDocument(msgspec.Struct, kw_only=True):
    """The feed of one agency over the last 30 days of arrivals; instants are RFC 3339.

    `why` is the sentence that says why it is `silent`, null in any other state.
    `lag_s` is how long after they happened the events of the last week came, by the median; `lag_most_s` for all
    but one in twenty.
    """

    agency: str
    title: str
    state: State
    why: str | None
    last_event_at: str | None
    quiet_s: int | None
    delay_s: int
    lag_s: int | None
    lag_most_s: int | None
    rhythm: FeedRhythm
    events: int
    dead_letters: int
    sources: list[Feed]
    silences: list[str]
    quality: Quality


def feed_document(health: FeedHealth) -> FeedDocument:
    """Return the document of a feed."""
    score = health.quality
    parts = [
        QualityPart(
            name=each.name,
            title=each.title,
            weight=each.weight,
            share=each.share,
            held=each.held,
            looked_at=each.looked_at,
            asks=each.asks,
            remedy=each.remedy,
            samples=list(each.samples),
        )
        for each in score.parts
    ]
    quality = Quality(points=score.points, passed=score.passed, cases=score.cases, events=score.events, parts=parts)
    rhythm = FeedRhythm(**msgspec.structs.asdict(health.rhythm))
    return FeedDocument(**{**msgspec.structs.asdict(health), "quality": quality, "rhythm": rhythm})


class OutageEntry(msgspec.Struct, kw_only=True):
    """One outage of an agency's systems: silence then is excused. What agencies.yaml declares names nobody."""

    begins: str
    ends: str
    state: OutageState
    why: str | None
    by: str | None
    announced_at: str | None


class OutageList(msgspec.Struct, kw_only=True):
    """The outages of an agency, the latest first."""

    items: list[OutageEntry]


def outage_list(declared: Sequence[tuple[int, int]], records: Sequence[Publication], now: int) -> OutageList:
    """Return the outages that agencies.yaml declares and those that `records` announce; `now` in microseconds."""
    found: list[tuple[int, int, str | None, Publication | None]] = [(*each, None, None) for each in declared]
    found += [((told := outage_in(each)).begins, told.ends, told.why, each) for each in records]
    return OutageList(
        items=[
            OutageEntry(
                begins=written(begins // 1000),
                ends=written(ends // 1000),
                state="coming" if now < begins else "under_way" if now <= ends else "over",
                why=why,
                by=record.by if record else None,
                announced_at=written(record.published // 1000) if record else None,
            )
            for begins, ends, why, record in sorted(found, key=lambda each: each[0], reverse=True)
        ]
    )
