"""The desk where reports are asked for: it sees that months are counted, and puts the report together."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.assessment import Formula
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally
from mingjing.services.ledger import progress
from mingjing.services.ledger.connection import Connection, Pool
from mingjing.services.ledger.scope import Scope
from mingjing.services.reports import cells, figured, freezing, reach
from mingjing.services.reports.assessing import AssessmentDocument, Counted, Result, assessed
from mingjing.services.reports.cells import Build, Sums, Wanted
from mingjing.services.reports.counts import Counts
from mingjing.services.reports.document import Efficiency, Titles
from mingjing.services.reports.efficiency import Asked, Groups, efficiency
from mingjing.services.reports.formulas import formula as shipped_formula
from mingjing.services.reports.freezing import Frozen, Head
from mingjing.services.reports.indicators import Definitions, shipped
from mingjing.services.reports.law import VersionsOf
from mingjing.services.reports.metrics import COUNT_SECONDS
from mingjing.services.reports.period import Month, Period
from mingjing.services.reports.reach import Start

FRESH_S = 30
"""A count this young is read as it is, even if more has arrived since."""

PATIENCE = 20
"""A count that took t seconds is not repeated for this many times t: counting takes a share of a core, never all."""

AT_ONCE_S = 3.0
"""Longer counts are a job, and the caller is told where to ask for it."""


class Counting(Exception):
    """The months of a report are being counted; `months` of them are left. Ask again."""

    def __init__(self, period: Period, months: Sequence[Month]) -> None:
        super().__init__(f"{period.title}尚有 {len(months)} 个月份正在统计")
        self.period = period
        self.months = tuple(months)


class ReportDesk:
    """Makes reports. May be called from several threads; months are counted by one thread of its own.

    `titles` and `versions` are asked whenever a report is made: the law may have become another.
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
    ) -> None:
        self._pool = pool
        self._zone = zone
        self._titles = titles
        self._versions = versions
        self.definitions = definitions or shipped()
        self._formula = formula or shipped_formula()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="month-count")
        self._lock = threading.Lock()
        self._counting: dict[int, Future[Build]] = {}
        self._took: dict[int, float] = {}

    def efficiency(
        self, scope: Scope, period: Period, wanted: Wanted | None = None, *, tier: str = "县", wait_s: float = AT_ONCE_S
    ) -> Efficiency:
        """Return the report of `period`, counting what has not been counted.

        Raises Counting when that takes longer than `wait_s` seconds; the count goes on.
        """
        wanted = wanted or Wanted()
        self._counted(period, wait_s)
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
                return cells.monthly(connection, scope, wanted, counts.known(months), measures)

            origin = counts.origin(period, self._versions, self.definitions)
            definitions = freezing.readable(self.definitions, counts.frozen_of(period))
            parts = (wanted.agency, wanted.item, wanted.post, wanted.window)
            whole = scope.agencies is None and all(part is None for part in parts)
            asked = Asked(totals, trend)
            return efficiency(period, wanted, asked, origin, definitions, self._titles(), tier, compared=whole)

    def assessment(
        self, scope: Scope, period: Period, formula: Formula | None = None, *, wait_s: float = AT_ONCE_S
    ) -> AssessmentDocument:
        """Return the assessment of `period` by the installation's formula, or by another.

        Raises Counting as `efficiency` does, and FormulaUnanswerable.
        """
        formula = formula or self._formula
        self._counted(period, wait_s)
        titles = self._titles()
        with self._pool.lend() as connection:
            counts = Counts(connection, [*period.months, *period.year_before.months], self.definitions)
            counted, before = (self._read(counts, each) for each in (period, period.year_before))
            results = assessed(
                *(connection, scope, formula, self._zone, period),
                *(counted or Counted({}, self.definitions), before),
                known=titles.agencies if scope == Scope.everything() else (),
            )
            if scope.agencies is not None:  # a place among some is no place among all
                results = [msgspec.structs.replace(each, rank=None, last=False) for each in results]
            return AssessmentDocument(
                period=str(period),
                title=f"{titles.place} {period.title}绩效考评",
                formula=formula.title,
                version=formula.version,
                basis=list(formula.basis),
                full=formula.full,
                origin=counts.origin(period, self._versions, self.definitions),
                results=[Result(titles.agencies.get(each.agency, each.agency), each) for each in results],
            )

    def _read(self, counts: Counts, period: Period) -> Counted | None:
        builds = counts.of(period)
        definitions = freezing.readable(self.definitions, counts.frozen_of(period))
        return None if builds is None else Counted(builds, definitions)

    def left(self, period: Period) -> list[Month]:
        """Return the months of `period` and of those it is compared with that have never been counted."""
        with self._pool.lend() as connection:
            asked = self._worth(connection, period)
            known = {*cells.newest(connection, asked, self.definitions), *freezing.heads(connection, asked)}
        return [month for month in asked if month.number not in known]

    def freeze(
        self, month: Month, *, now_ms: int, reason: str = "", witness: Callable[[Frozen], None] = lambda _: None
    ) -> Frozen | None:
        """Freeze a month; see `freezing.freeze`."""
        with self._pool.lend() as connection:
            return freezing.freeze(
                *(connection, month, self.definitions, self._zone, self._versions(month)),
                now_ms=now_ms,
                reason=reason,
                witness=witness,
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

    def newest_ms(self) -> int:
        """Return the newest legal time of any case; see `reach`."""
        with self._pool.lend() as connection:
            return reach.newest_ms(connection)

    def start(self) -> Start | None:
        """Return the month to begin reading at; see `reach`."""
        with self._pool.lend() as connection:
            return reach.start(connection, self._zone)

    def close(self) -> None:
        """Stop counting and give up every connection."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._pool.close()

    def _counted(self, period: Period, wait_s: float) -> None:
        deadline = time.monotonic() + wait_s
        with self._pool.lend() as connection:
            wanted = self._stale(connection, period)
        running = [self._start(month) for month in wanted]
        for month, future in zip(wanted, running, strict=True):
            try:
                future.result(max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                left = self.left(period)
                if month in left:
                    raise Counting(period, left) from None
                return  # an older count stands, and the newer one is on its way

    def _stale(self, connection: Connection, period: Period) -> list[Month]:
        asked = self._worth(connection, period)
        frozen = freezing.heads(connection, asked)
        builds = cells.newest(connection, asked, self.definitions)
        vector = progress.read(connection)
        now = time.time_ns() // 1_000_000

        def stale(month: Month) -> bool:
            build = builds.get(month.number)
            if build is None:
                return True
            patience_s = max(FRESH_S, PATIENCE * self._took.get(month.number, 0.0))
            return build.progress != vector and now - build.build > 1000 * patience_s

        return [month for month in asked if month.number not in frozen and stale(month)]

    def _worth(self, connection: Connection, period: Period) -> list[Month]:
        """Return the months of a period and of those it is compared with that anything may have happened in."""
        first = reach.first_ms(connection) or 0
        months = dict.fromkeys([*period.months, *period.previous.months, *period.year_before.months])
        return [month for month in months if month in period.months or month.bounds(self._zone)[1] > first > 0]

    def _start(self, month: Month) -> Future[Build]:
        with self._lock:
            running = self._counting.get(month.number)
            if running is None or running.done():
                running = self._counting[month.number] = self._worker.submit(self._count, month)
            return running

    def _count(self, month: Month) -> Build:
        began = time.monotonic()
        with self._pool.lend() as connection:
            build = cells.count(connection, month, self.definitions, self._zone)
            cells.discard(connection, month, {build.build, *freezing.builds(connection, month)})
        self._took[month.number] = time.monotonic() - began
        COUNT_SECONDS.observe(self._took[month.number])
        return build
