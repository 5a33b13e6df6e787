"""How an agency's feed is: whether it speaks, and what what it says is worth, part by part.

The measures are those of `mingjing conform`, asked of what was archived: receipts
that never came, steps stamped with one second, ends that are their beginnings. What
was refused counts against the format, as it does there.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.workdays import Workdays
from mingjing.services.agencies import Agency
from mingjing.services.conformance.feed import sort_feed
from mingjing.services.conformance.measures import MEASURES, Measured, measured
from mingjing.services.conformance.rhythm import Rhythm, rhythm_of
from mingjing.services.conformance.score import Score, scored
from mingjing.services.ledger.port import Feed, FeedSample
from mingjing.streams.ports import Principal

CASES = 300
"""Cases a feed is judged by: those it last spoke of."""
_USABLE = "usable"

State = Literal["never", "outage", "silent", "reporting"]


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The feed of one agency at `now`.

    `quiet_s` is how long ago its last event happened, None if there was none. `lag_s` and `lag_most_s`
    are how long after they happened its events came. `silent` means that it has stopped: against its own
    rhythm, for all the days looked at, or by a standing card of a rule on its silence, whose ids are
    `silences`; `why` says which, and is None in any other state.
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
    rhythm: Rhythm
    events: int
    dead_letters: int
    sources: list[Feed]
    silences: list[str]
    quality: Score


def health_of(
    agency: Agency,
    sample: FeedSample,
    silences: Sequence[str],
    outages: Sequence[tuple[int, int]],
    now: datetime,
    zone: ZoneInfo,
    workdays: Workdays,
    listed: Collection[str] = (),
) -> FeedHealth:
    """Return how the feed of `agency` is, by a sample of it, the standing cards on its silence and its outages.

    `listed` are the codes of items in the catalogue.
    """
    events = sum(each.events for each in sample.sources)
    letters = sum(each.dead_letters for each in sample.sources)
    last = max((each.last_event_at for each in sample.sources if each.last_event_at is not None), default=None)
    rhythm = rhythm_of(sample.arrivals.hours, sample.arrivals.last_s, now, zone, workdays)
    stopped = _stopped(events, silences, rhythm)
    state = _state(events, stopped, outages, now)
    return FeedHealth(
        agency=agency.code,
        title=agency.title,
        state=state,
        why="；".join(stopped) if state == "silent" else None,
        last_event_at=last,
        quiet_s=None if last is None else int((now - datetime.fromisoformat(last)).total_seconds()),
        delay_s=agency.delay_s,
        lag_s=sample.arrivals.lag_s,
        lag_most_s=sample.arrivals.lag_most_s,
        rhythm=rhythm,
        events=events,
        dead_letters=letters,
        sources=sample.sources,
        silences=list(silences),
        quality=quality_of(agency.code, sample, events, letters, listed),
    )


def quality_of(agency: str, sample: FeedSample, events: int, letters: int, listed: Collection[str] = ()) -> Score:
    """Return the score of a sample, of whose agency `letters` were refused beside `events`."""
    sources = frozenset(each.source for each in sample.sources)
    feed = sort_feed(sample.bodies, Principal(agency=agency, sources=sources, types=None), listed)
    parts = [measured(each, feed) for each in MEASURES]
    return scored(
        len(sample.bodies),
        len(feed.cases),
        [_with_refused(each, events, letters) if each.name == _USABLE else each for each in parts],
    )


def _with_refused(usable: Measured, events: int, letters: int) -> Measured:
    """Return the format's part over everything that came, since what was refused is in no sample."""
    return msgspec.structs.replace(usable, held=events, looked_at=events + letters)


def _stopped(events: int, silences: Sequence[str], rhythm: Rhythm) -> list[str]:
    """Return what says that a feed has stopped, none if nothing does."""
    last = rhythm.last_arrival_at
    reasons = []
    if last is not None and (rhythm.unusual or not events):
        usual = f"，按平时的节奏应有 {rhythm.missed:g} 次" if rhythm.unusual else ""
        reasons.append(f"自 {datetime.fromisoformat(last):%Y-%m-%d %H:%M} 起没有报送{usual}")
    if silences:
        reasons.append(f"断流的牌 {len(silences)} 张仍未解除")
    return reasons


def _state(events: int, stopped: Sequence[str], outages: Sequence[tuple[int, int]], now: datetime) -> State:
    instant = int(now.timestamp() * 1_000_000)
    if any(begins <= instant <= ends for begins, ends in outages):
        return "outage"
    if stopped:
        return "silent"
    return "reporting" if events else "never"
