"""The numbers of the first page.

Each is one pass over the narrow columns of a table; what is counted by agency
is added up here, so that a total can never differ from its parts. A card counts at
the level it shows, as a list of cards finds it (`Where.shown_at`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.feeds import feeds
from mingjing.services.ledger.instants import local_day, midnight, written
from mingjing.services.ledger.port import AgencyCounts, DayCounts, LevelCounts, OnTime, Overview, RuleCounts
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.where import Where
from mingjing.services.ledger.wires import OPEN

_QUARTER_MS = 15 * 60 * 1000
"""No zone's midnight falls elsewhere than on a quarter of an hour UTC."""

_CASES = """
SELECT agency, argMax(region, last_event_ms), countIf(state IN %(open)s), countIf(state = 'suspended'),
       countIf(accepted_ms >= %(begin)s AND accepted_ms < %(end)s),
       countIf(decided_ms >= %(begin)s AND decided_ms < %(end)s),
       countIf(decided_ms > 0), countIf(decided_ms > 0 AND late = 0), max(last_event_ms)
FROM case_facts FINAL WHERE {where} GROUP BY agency
"""
_CARDS = """(
    SELECT if(decided = 1 AND status != 'withdrawn', shown, found) AS level,
           status, agency, rule, title, violated_ms, issued_ms
    FROM (
        SELECT card_id, level AS found, status, agency, rule, title, violated_ms, issued_ms
        FROM cards FINAL WHERE {where}
    ) AS c ANY LEFT JOIN (SELECT card_id, shown, decided FROM card_decisions FINAL) AS d USING card_id
)"""
"""The cards under a condition, each at the level it shows: '' where people took it away, the lower one they left it at.

What nobody has confirmed yet shows what was found.
"""

_LEVELS = f"""
SELECT level, status, count(), countIf(issued_ms >= %(begin)s AND issued_ms < %(end)s)
FROM {_CARDS} GROUP BY level, status
"""  # noqa: S608  # our own names, here and below
_BY_AGENCY = f"SELECT agency, level, count() FROM {_CARDS} GROUP BY agency, level"  # noqa: S608
_BY_RULE = f"SELECT rule, level, count(), max(title) FROM {_CARDS} GROUP BY rule, level"  # noqa: S608
_TREND = f"""
SELECT intDiv(violated_ms, %(quarter)s) AS quarter, level, count()
FROM {_CARDS} GROUP BY quarter, level
"""  # noqa: S608
_LETTERS = "SELECT count() FROM dead_letters FINAL WHERE {where}"


class _Cases:
    """The row of `_CASES` of one agency, by name."""

    def __init__(self, row: tuple[Any, ...] = ("", "", 0, 0, 0, 0, 0, 0, 0)) -> None:
        self.agency, self.region, self.open, self.suspended, self.accepted_today, self.decided_today, *rest = row
        self.decided, self.on_time, self.last_event_ms = rest


def overview(connection: Connection, scope: Scope, days: int, today: date, zone: ZoneInfo) -> Overview:
    """Return the numbers for the `days` that end with `today` in `zone`."""
    where = Where(scope)
    this_day = {"begin": midnight(today, zone), "end": midnight(today + timedelta(days=1), zone)}
    cases = [_Cases(row) for row in _asked(connection, _CASES, where, open=OPEN, **this_day)]
    levels = _asked(connection, _LEVELS, where, **this_day)
    ((letters,),) = _asked(connection, _LETTERS, Where.without_region(scope))
    return Overview(
        open=sum(each.open for each in cases),
        suspended=sum(each.suspended for each in cases),
        accepted_today=sum(each.accepted_today for each in cases),
        decided_today=sum(each.decided_today for each in cases),
        cards=_levels((level, count) for level, status, count, _ in levels if status != "withdrawn"),
        cards_today=_levels((level, new) for level, status, _, new in levels if status != "withdrawn"),
        standing=_levels((level, count) for level, status, count, _ in levels if status == "standing"),
        withdrawn=sum(count for _, status, count, _ in levels if status == "withdrawn"),
        dead_letters=letters,
        on_time=OnTime(sum(each.on_time for each in cases), sum(each.decided for each in cases)),
        trend=_trend(connection, scope, days, today, zone),
        agencies=_agencies(connection, scope, cases, zone),
        rules=_rules(connection, scope),
        feeds=feeds(connection, scope, days, zone),
    )


def _agencies(connection: Connection, scope: Scope, cases: list[_Cases], zone: ZoneInfo) -> list[AgencyCounts]:
    """Return every agency that has a case or a card, by code."""
    drawn: dict[str, Counter[str]] = defaultdict(Counter)
    for agency, level, count in _asked(connection, _BY_AGENCY, _not_withdrawn(scope)):
        drawn[agency][level] = count
    known = {each.agency: each for each in cases}
    return [
        AgencyCounts(
            agency=agency,
            region=(of := known.get(agency) or _Cases()).region or None,
            open=of.open,
            decided=of.decided,
            on_time=of.on_time,
            warning=drawn[agency]["warning"],
            yellow=drawn[agency]["yellow"],
            red=drawn[agency]["red"],
            last_event_at=written(of.last_event_ms, zone),
        )
        for agency in sorted(known.keys() | drawn.keys())
        if agency
    ]


def _rules(connection: Connection, scope: Scope) -> list[RuleCounts]:
    """Return every rule that has drawn a card, by id."""
    titles: dict[str, str] = {}
    drawn: dict[str, Counter[str]] = defaultdict(Counter)
    for rule, level, count, title in _asked(connection, _BY_RULE, _not_withdrawn(scope)):
        titles[rule] = title
        drawn[rule][level] = count
    return [
        RuleCounts(rule, titles[rule], counts["warning"], counts["yellow"], counts["red"])
        for rule, counts in sorted(drawn.items())
    ]


def _trend(connection: Connection, scope: Scope, days: int, today: date, zone: ZoneInfo) -> list[DayCounts]:
    """Return one entry a day, those without cards too.

    The zone is applied here, to quarters of an hour, because the two engines
    take and give zoned dates differently.
    """
    first = today - timedelta(days=days - 1)
    where = (
        _not_withdrawn(scope)
        .at_least("violated_ms", midnight(first, zone))
        .below(("violated_ms",), (midnight(today + timedelta(days=1), zone),))
    )
    drawn: dict[date, Counter[str]] = defaultdict(Counter)
    for quarter, level, count in _asked(connection, _TREND, where, quarter=_QUARTER_MS):
        drawn[local_day(quarter * _QUARTER_MS, zone)][level] += count
    return [
        DayCounts(day, drawn[day]["warning"], drawn[day]["yellow"], drawn[day]["red"])
        for day in (first + timedelta(days=n) for n in range(days))
    ]


def _levels(counts: Iterable[tuple[str, int]]) -> LevelCounts:
    total: Counter[str] = Counter()
    for level, count in counts:
        total[level] += count
    return LevelCounts(total["hint"], total["warning"], total["yellow"], total["red"])


def _not_withdrawn(scope: Scope) -> Where:
    return Where(scope).among("status", ("standing", "cleared"))


def _asked(connection: Connection, query: str, where: Where, **params: object) -> list[tuple[Any, ...]]:
    return connection.rows(query.format(where=where.sql), {**where.params, **params})
