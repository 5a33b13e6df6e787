"""The desk where reports are asked for: it sees that months are counted, and puts the report together."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.assessment import Formula
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally
from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.services.ledger.connection import Connection, Pool
from mingjing.services.ledger.scope import Scope
from mingjing.services.reports import cells, figured, freezing, reach
from mingjing.services.reports.apart import cut
from mingjing.services.reports.assessing import AssessmentDocument, Counted, Result, assessed
from mingjing.services.reports.cells import Sums, Wanted
from mingjing.services.reports.counter import Counting, MonthCounter
from mingjing.services.reports.counts import Counts
from mingjing.services.reports.document import Efficiency, Titles
from mingjing.services.reports.efficiency import TREND, Asked, Groups, efficiency
from mingjing.services.reports.formulas import formula as shipped_formula
from mingjing.services.reports.freezing import Frozen, Head
from mingjing.services.reports.indicators import Definitions, shipped
from mingjing.services.reports.law import VersionsOf
from mingjing.services.reports.period import Month, Period
from mingjing.services.reports.reach import Start
from mingjing.services.reports.subject import agencies_of, subject

AT_ONCE_S = 3.0
"""Longer counts are a job, and the caller is told where to ask for it."""

__all__ = ["Counting", "ReportDesk"]


class ReportDesk:
    """Makes reports. May be called from several threads; months are counted by one thread of its own.

    `titles` and `versions` are asked whenever a report is made: the law may have become another; `covered`
    refuses to freeze a month before the workers have judged, and the ledger has, what had come in; see
    `judged.await_judged` and `covering.await_cover`. `now_ms` is the wall clock, None where the clock is fed;
    `outages` are those that agencies have declared by now.
    Its connections are not those of the lists and of the feed, so that a heavy count
    can never keep a screen waiting for one.
    """

    def __init__(
        self,
        pool: Pool,
        zone: ZoneInfo,
        titles: Callable[[], Titles],
        versions: VersionsOf,
        definitions: Definitions | None = None,
        formula: Formula | None = None,
        *,
        covered: Callable[[Connection, Month], None],
        now_ms: Callable[[], int] | None,
        outages: Callable[[], Outages] = lambda: NO_OUTAGES,
    ) -> None:
        self._pool = pool
        self._zone = zone
        self._titles = titles
        self._versions = versions
        self.definitions = definitions or shipped()
        self._formula = formula or shipped_formula()
        self._covered = covered
        self._now_ms = now_ms
        self._outages = outages
        self._counter = MonthCounter(pool, zone, self.definitions, outages)

    def efficiency(
        self, scope: Scope, period: Period, wanted: Wanted | None = None, *, tier: str = "县", wait_s: float = AT_ONCE_S
    ) -> Efficiency:
        """Return the report of `period`, counting what has not been counted.

        Raises Counting when that takes longer than `wait_s` seconds; the count goes on. PeriodRefused for a
        period that has not begun: a report of noughts would be taken for one that is good.
        """
        wanted = wanted or Wanted()
        self.demand_begun(period)
        self._counter.counted(period, wait_s)
        with self._pool.lend() as connection:
            months = [*period.months, *period.previous.months, *period.year_before.months]
            months += [period.last.later(-ago) for ago in range(12)]
            counts = Counts(connection, months, self.definitions)

            def totals(of: Period, by: tuple[str, ...], measures: tuple[str, ...]) -> Groups | None:
                builds = counts.of(of)
                if builds is None:
                    return None
                return cells.totals(connection, scope, wanted, builds, self.definitions, by=by, measures=measures)

            def trend(months: Sequence[Month], measures: tuple[str, ...]) -> dict[int, Sums]:
                return cells.monthly(connection, scope, wanted, counts.known(months, TREND), measures)

            def readable(of: Period) -> Definitions:
                seen = scope.narrowed(wanted.agency, wanted.region)
                return cut(counts.readable(of), wanted.grain[0], region=seen.regions is not None)

            asked = Asked(totals, trend, readable)
            return efficiency(period, wanted, asked, counts.origin(period, self._versions), self._titles(), tier, scope)

    def assessment(
        self,
        scope: Scope,
        period: Period,
        formula: Formula | None = None,
        *,
        region: str | None = None,
        wait_s: float = AT_ONCE_S,
    ) -> AssessmentDocument:
        """Return the assessment of `period` by the installation's formula, or by another.

        With `region` it is of what agencies did there, and of those that are at home there. Raises Counting as
        `efficiency` does, PeriodRefused too, and FormulaUnanswerable.
        """
        formula = formula or self._formula
        self.demand_begun(period)
        wanted = Wanted(region=region)
        self._counter.counted(period, wait_s)
        titles = self._titles()
        with self._pool.lend() as connection:
            counts = Counts(connection, [*period.months, *period.year_before.months], self.definitions)
            counted, before = (self._read(counts, each) for each in (period, period.year_before))
            results = assessed(
                *(connection, scope.narrowed(None, region), formula, self._zone, period),
                *(counted or Counted({}, self.definitions), before),
                known=agencies_of(titles, scope, wanted) if scope.agencies is None else (),
            )
            if scope.agencies is not None:  # a place among some is no place among all
                results = [msgspec.structs.replace(each, rank=None, last=False) for each in results]
            return AssessmentDocument(
                period=str(period),
                title=f"{subject(titles, scope, wanted)} {period.heading}绩效考评",
                region=region,
                formula=formula.title,
                version=formula.version,
                basis=list(formula.basis),
                full=formula.full,
                origin=counts.origin(period, self._versions),
                results=[Result(titles.agencies.get(each.agency, each.agency), each) for each in results],
            )

    def _read(self, counts: Counts, period: Period) -> Counted | None:
        builds = counts.of(period)
        return None if builds is None else Counted(builds, counts.readable(period))

    def left(self, period: Period) -> list[Month]:
        """Return the months of `period` and of those it is compared with that have never been counted."""
        return self._counter.left(period)

    def present_ms(self) -> int:
        """Return the present: of the wall clock or, where the clock is fed, see `reach.fed_ms`."""
        if self._now_ms is not None:
            return self._now_ms()
        with self._pool.lend() as connection:
            return reach.fed_ms(connection)

    def present(self) -> Month | None:
        """Return the month it is, the latest that can be asked for; None before a fed clock was fed."""
        now_ms = self.present_ms()
        return Month.at(now_ms, self._zone) if now_ms else None

    def demand_begun(self, period: Period) -> None:
        """PeriodRefused for a period of which no day has come."""
        present = self.present()
        if present is not None:
            period.demand_begun(present, self._zone)

    def freeze(
        self, month: Month, *, now_ms: int, reason: str = "", witness: Callable[[Frozen], None] = lambda _: None
    ) -> Frozen | None:
        """Freeze a month that is `covered`; see `freezing.freeze`."""
        with self._pool.lend() as connection:
            self._covered(connection, month)
            return freezing.freeze(
                *(connection, month, self.definitions, self._zone, self._versions(month)),
                now_ms=now_ms,
                reason=reason,
                witness=witness,
                outages=self._outages(),
            )

    def heads(self, months: Sequence[Month]) -> dict[int, Head]:
        """Return which revision of each frozen month stands."""
        with self._pool.lend() as connection:
            return freezing.heads(connection, months)

    def figured(self, month: Month, rulebook: Rulebook, now_ms: int) -> list[Tally]:
        """Return what the standing revision of a frozen month tells rules of kind `ratio`; see `figured`."""
        with self._pool.lend() as connection:
            frozen = freezing.standing(connection, [month])[month.number]
            closed_at = month.bounds(self._zone)[1] * 1000
            return figured.figured(connection, frozen, rulebook, self.definitions, closed_at, now_ms * 1000)

    def revisions(self, months: Sequence[Month]) -> list[Frozen]:
        """Return every revision of the months, oldest first."""
        with self._pool.lend() as connection:
            return freezing.revisions(connection, months)

    def first_ms(self) -> int | None:
        """Return the oldest legal time of any application; see `reach`."""
        with self._pool.lend() as connection:
            return reach.first_ms(connection)

    def start(self) -> Start | None:
        """Return the month to begin reading at; see `reach`."""
        with self._pool.lend() as connection:
            return reach.start(connection, self._zone)

    def close(self) -> None:
        """Stop counting and give up every connection."""
        self._counter.close()
        self._pool.close()
