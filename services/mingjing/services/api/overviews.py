"""The numbers of the first page, with the names and days an inspector reads them by."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from mingjing.rules.workdays import CalendarMissing, Kind, Workdays
from mingjing.services.ledger.port import DayCounts, LevelCounts, OnTime, Overview, RuleCounts


class TrendDay(msgspec.Struct, kw_only=True):
    """Cards by the day the limit was broken; `kind` and `name` are null for a day no calendar holds."""

    date: date
    kind: Kind | None
    name: str | None
    warning: int
    yellow: int
    red: int


class AgencyLine(msgspec.Struct, kw_only=True):
    """One agency's line of the overview."""

    agency: str
    title: str
    region: str | None
    open: int
    warning: int
    yellow: int
    red: int
    decided: int
    on_time: int
    last_event_at: str | None


class FeedLine(msgspec.Struct, kw_only=True):
    """What one source has sent."""

    source: str
    agency: str | None
    title: str
    last_event_at: str | None
    events: int
    dead_letters: int


class OverviewDocument(msgspec.Struct, kw_only=True):
    """The first page: 监察总览. Cards count at the level they show; withdrawn ones are left out."""

    now: str
    clock: Literal["live", "event-time"]
    open: int
    suspended: int
    accepted_today: int
    decided_today: int
    cards: LevelCounts
    cards_today: LevelCounts
    standing: LevelCounts
    withdrawn: int
    dead_letters: int
    on_time: OnTime
    trend: list[TrendDay]
    agencies: list[AgencyLine]
    rules: list[RuleCounts]
    feeds: list[FeedLine]


def overview_document(
    counted: Overview,
    *,
    now: datetime,
    clock: Literal["live", "event-time"],
    titles: Mapping[str, str],
    workdays: Workdays,
) -> OverviewDocument:
    """Return the first page of what was counted; an agency without a title shows its code."""
    return OverviewDocument(
        now=now.isoformat(),
        clock=clock,
        open=counted.open,
        suspended=counted.suspended,
        accepted_today=counted.accepted_today,
        decided_today=counted.decided_today,
        cards=counted.cards,
        cards_today=counted.cards_today,
        standing=counted.standing,
        withdrawn=counted.withdrawn,
        dead_letters=counted.dead_letters,
        on_time=counted.on_time,
        trend=[_trend_day(day, workdays) for day in counted.trend],
        agencies=[
            AgencyLine(title=titles.get(line.agency, line.agency), **msgspec.structs.asdict(line))
            for line in counted.agencies
        ],
        rules=counted.rules,
        feeds=[
            FeedLine(title=titles.get(feed.agency or "", feed.source), **msgspec.structs.asdict(feed))
            for feed in counted.feeds
        ],
    )


def _trend_day(day: DayCounts, workdays: Workdays) -> TrendDay:
    kind: Kind | None
    try:
        kind = workdays.kind(day.date)
        name = workdays.why(day.date) if kind == "holiday" else None
    except CalendarMissing:
        kind = name = None
    return TrendDay(date=day.date, kind=kind, name=name, warning=day.warning, yellow=day.yellow, red=day.red)
