"""What the API answers about the feed of an agency; shares are 0 to 1."""

import msgspec

from mingjing.services.conformance.health import FeedHealth, State
from mingjing.services.ledger.port import Feed


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


class FeedDocument(msgspec.Struct, kw_only=True):
    """The feed of one agency over the last 30 days of arrivals; instants are RFC 3339."""

    agency: str
    title: str
    state: State
    last_event_at: str | None
    quiet_s: int | None
    delay_s: int
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
    return FeedDocument(**{**msgspec.structs.asdict(health), "quality": quality})
