"""Making the efficiency report of a period out of what the cells add up to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from mingjing.services.ledger.scope import Scope, region_prefix
from mingjing.services.reports.apart import cut
from mingjing.services.reports.cells import TIERS, Sums, Wanted
from mingjing.services.reports.document import (
    COLUMNS,
    LONGEST_LIST,
    RANKED_BY,
    Efficiency,
    GroupLine,
    IndicatorLine,
    MechanismLine,
    MemberLine,
    Origin,
    RuleLine,
    Titles,
    TrendPoint,
)
from mingjing.services.reports.figure import Figure, added, figure, interval
from mingjing.services.reports.gate import balance_of, gate, ranks
from mingjing.services.reports.indicators import GRAINS, Definitions, Indicator
from mingjing.services.reports.parts import parts
from mingjing.services.reports.period import Month, Period
from mingjing.services.reports.subject import agencies_of, compares, subject

TREND = (RANKED_BY, "decided")
"""What the trend shows of each month."""

TREND_MONTHS = 12

Groups = Mapping[tuple[str, ...], Sums]


class Asked(msgspec.Struct, frozen=True):
    """What a report asks the cells.

    `totals` of a period, by some dimensions, of some measures (none named: all);
    None where the period was never counted. `trend` of single months; a month that
    was never counted, or by other measures, is left out. `readable` returns the
    definitions as far as a period was counted by them; see `freezing.readable`.
    """

    totals: Callable[[Period, tuple[str, ...], tuple[str, ...]], Groups | None]
    trend: Callable[[Sequence[Month], tuple[str, ...]], Mapping[int, Sums]]
    readable: Callable[[Period], Definitions]


def efficiency(
    period: Period,
    wanted: Wanted,
    asked: Asked,
    origin: Origin,
    titles: Titles,
    tier: str,
    scope: Scope,
) -> Efficiency:
    """Return the report of `period` as `scope` sees it; `tier` is the tier of regions it is broken down by.

    `asked` must know the period itself. No agency has a rank where some are not in the
    report, or not with all they do: it must not be taken for a place among all.
    """
    by_agency = _singles(asked.totals(period, ("agency",), ()))
    total = added(by_agency.values())
    lines = Lines(period, asked)
    compared = compares(scope, wanted)
    expected = agencies_of(titles, scope, wanted) if compared else []
    return Efficiency(
        period=str(period),
        title=f"{subject(titles, scope, wanted)} {period.heading}效能报表",
        wanted=wanted,
        origin=origin,
        indicators=lines.indicators(total),
        mechanisms=lines.mechanisms(total, titles),
        balance=balance_of(total),
        agencies=lines.agencies(by_agency, titles.agencies, expected, compared=compared),
        regions=lines.groups(tier, _of_tier(titles.regions, tier)),
        items=lines.groups("item", titles.items),
        posts=lines.groups("post", {}),
        windows=lines.groups("window", {}),
        rules=_rules(total, titles.rules),
        members=_members(total, titles.agencies),
        trend=lines.trend(),
    )


class Lines:
    """Makes the lines of one report."""

    def __init__(self, period: Period, asked: Asked) -> None:
        self._definitions = asked.readable(period)
        self._period = period
        self._asked = asked
        self._previous, self._year_before = (self._past(each) for each in (period.previous, period.year_before))
        self._columns = [each for each in self._definitions.indicators if each.id in COLUMNS]
        self._measures = tuple(sorted({name for each in self._columns for name in each.measures}))

    def indicators(self, total: Sums) -> list[IndicatorLine]:
        """Return every indicator that agencies are compared by, those that await facts too.

        It is compared with a period only where that one was counted by the same definition.
        """
        return [IndicatorLine(**self._told(each, total)) for each in self._definitions.indicators if not each.mechanism]

    def mechanisms(self, total: Sums, titles: Titles) -> list[MechanismLine]:
        """Return the indicators of single mechanisms, in the order of their numbers."""
        return [
            MechanismLine(**self._told(each, total), mechanism=each.mechanism, parts=parts(each, total, titles.values))
            for each in self._definitions.indicators
            if each.mechanism
        ]

    def _told(self, indicator: Indicator, total: Sums) -> dict[str, Any]:
        """Return what a line says of an indicator."""
        return {
            "id": indicator.id,
            "title": indicator.title,
            "sentence": indicator.sentence,
            "basis": indicator.basis,
            "group": indicator.group,
            "unit": indicator.unit,
            "form": indicator.form,
            "better": indicator.better,
            "target": indicator.target,
            "awaits": indicator.awaits,
            "now": figure(indicator, total),
            "previous": self._previous.get(indicator.id),
            "year_before": self._year_before.get(indicator.id),
        }

    def agencies(
        self, known: Mapping[str, Sums], titles: Mapping[str, str], expected: Collection[str], *, compared: bool
    ) -> list[GroupLine]:
        """Return agencies by rank, then those without one; also the `expected` that had no case (无业务单位)."""
        codes = {code for code in (*known, *expected) if code}
        gates = {code: gate(known.get(code, {})) for code in codes}
        figures = {code: self._figures(known.get(code, {})) for code in codes}
        rank = ranks(
            {
                code: (value, figures[code][RANKED_BY].n)
                for code in codes
                if compared and gates[code].passed and (value := figures[code][RANKED_BY].value) is not None
            }
        )
        lines = [
            GroupLine(
                key=code,
                title=titles.get(code, code),
                figures=figures[code],
                gate=gates[code],
                rank=rank.get(code),
                interval=interval(figures[code][RANKED_BY]),
            )
            for code in codes
        ]
        return sorted(lines, key=lambda line: (line.rank or len(lines) + 1, -line.figures["decided"].n, line.key))

    def groups(self, by: str, titles: Mapping[str, str]) -> list[GroupLine]:
        """Return the groups of a dimension by how much they decided, at most `LONGEST_LIST`."""
        known = _singles(self._asked.totals(self._period, (by,), self._measures))
        apart = cut(self._definitions, by if by in GRAINS else "", region=by in TIERS)
        columns = [each for each in apart.indicators if each.id in COLUMNS]
        lines = [
            GroupLine(key=key, title=titles.get(key, key), figures={each.id: figure(each, sums) for each in columns})
            for key, sums in known.items()
            if key
        ]
        return sorted(lines, key=lambda line: (-line.figures["decided"].n, line.key))[:LONGEST_LIST]

    def trend(self) -> list[TrendPoint]:
        """Return the last twelve months."""
        months = [self._period.last.later(-ago) for ago in reversed(range(TREND_MONTHS))]
        known = self._asked.trend(months, self._measures)
        return [
            _point(month, self._figures(known[month.number]) if month.number in known else None) for month in months
        ]

    def _figures(self, sums: Sums) -> dict[str, Figure]:
        return {each.id: figure(each, sums) for each in self._columns}

    def _past(self, period: Period) -> dict[str, Figure]:
        found = self._asked.totals(period, (), ())
        if found is None:
            return {}
        sums = found.get((), {})
        return {each.id: figure(each, sums) for each in self._asked.readable(period).indicators if not each.awaits}


def _point(month: Month, figures: Mapping[str, Figure] | None) -> TrendPoint:
    if figures is None:
        return TrendPoint(str(month), None, None)
    return TrendPoint(str(month), figures[RANKED_BY], figures["decided"].n)


def _rules(total: Sums, titles: Mapping[str, str]) -> list[RuleLine]:
    counted: dict[str, dict[str, int]] = {}
    for bucket, count in total.get("cards_by_rule", {}).items():
        rule, _, level = bucket.rpartition("/")
        counted.setdefault(rule, {})[level] = count
    lines = [
        RuleLine(rule, titles.get(rule, rule), each.get("yellow", 0), each.get("red", 0))
        for rule, each in counted.items()
    ]
    return sorted(lines, key=lambda line: (-line.red, -line.yellow, line.rule))


def _members(total: Sums, titles: Mapping[str, str]) -> list[MemberLine]:
    """Return the members by how many answers they owe; the bucket of the measure is how it went and whose it is."""
    counted: dict[str, dict[str, int]] = {}
    for bucket, count in total.get("joint_by_member", {}).items():
        how, _, member = bucket.partition("/")
        counted.setdefault(member, {})[how] = count
    lines = [
        MemberLine(member, titles.get(member, member), each.get("kept", 0), sum(each.values()))
        for member, each in counted.items()
    ]
    return sorted(lines, key=lambda line: (-line.asked, line.key))


def _of_tier(regions: Mapping[str, str], tier: str) -> dict[str, str]:
    """Return the titles by the part of the code that a tier uses, which is how groups of regions are named.

    What a region of a higher tier handled itself, in none of those below it, is its own (本级).
    """
    width = TIERS[tier]
    higher = {code[:width]: f"{title}本级" for code, title in regions.items() if len(region_prefix(code)) < width}
    return higher | {code[:width]: title for code, title in regions.items() if len(region_prefix(code)) == width}


def _singles(found: Mapping[tuple[str, ...], Sums] | None) -> dict[str, Sums]:
    return {key: sums for (key,), sums in (found or {}).items()}
