"""The score of a feed: each measure's share by its weight, and whether the agency may go live."""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from mingjing.services.conformance.feed import Refused, sort_feed
from mingjing.services.conformance.measures import MEASURES, Measured, measured
from mingjing.streams.ports import Principal

PASS = 90.0
"""Points of a hundred from which a feed may go live."""
FLOOR = 0.8
"""The share below which no single measure may lie."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How a feed did. `points` is None where there was nothing to look at."""

    events: int
    cases: int
    points: float | None
    passed: bool
    parts: tuple[Measured, ...]


def score_feed(raw_events: Iterable[bytes | Refused], principal: Principal, listed: Collection[str] = ()) -> Score:
    """Return the score of the feed of an agency; a measure with nothing to look at takes no part in it.

    `listed` are the codes of items in the catalogue.
    """
    feed = sort_feed(raw_events, principal, listed)
    return scored(feed.events, len(feed.cases), [measured(measure, feed) for measure in MEASURES])


def scored(events: int, cases: int, parts: Sequence[Measured]) -> Score:
    """Return the score that measured parts come to."""
    counted = [(part.weight, part.share) for part in parts if part.share is not None]
    weights = sum(weight for weight, _ in counted)
    points = round(100 * sum(weight * share for weight, share in counted) / weights, 1) if events else None
    return Score(
        events=events,
        cases=cases,
        points=points,
        passed=points is not None and points >= PASS and all(share >= FLOOR for _, share in counted),
        parts=tuple(parts),
    )
