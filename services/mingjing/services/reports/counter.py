"""Keeping months counted: which are stale, who counts them, and how long a caller waits for it."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from zoneinfo import ZoneInfo

from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.services.ledger import progress
from mingjing.services.ledger.connection import Connection, Pool
from mingjing.services.reports import cells, freezing, reach
from mingjing.services.reports.cells import Build
from mingjing.services.reports.indicators import Definitions
from mingjing.services.reports.metrics import COUNT_SECONDS
from mingjing.services.reports.period import Month, Period

FRESH_S = 30
"""A count this young is read as it is, even if more has arrived since."""

PATIENCE = 20
"""A count that took t seconds is not repeated for this many times t: counting takes a share of a core, never all."""


class Counting(Exception):
    """The months of a report are being counted; `months` of them are left. Ask again."""

    def __init__(self, period: Period, months: Sequence[Month]) -> None:
        super().__init__(f"{period.title}尚有 {len(months)} 个月份正在统计")
        self.period = period
        self.months = tuple(months)


class MonthCounter:
    """Counts months by one thread of its own; may be asked from several. It lends from `pool` and does not close it.

    `outages` is asked at each count: agencies declare others.
    """

    def __init__(
        self, pool: Pool, zone: ZoneInfo, definitions: Definitions, outages: Callable[[], Outages] = lambda: NO_OUTAGES
    ) -> None:
        self._pool = pool
        self._zone = zone
        self._definitions = definitions
        self._outages = outages
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="month-count")
        self._lock = threading.Lock()
        self._counting: dict[int, Future[Build]] = {}
        self._took: dict[int, float] = {}

    def counted(self, period: Period, wait_s: float) -> None:
        """Return once `period` and what it is compared with are counted, and lately.

        Raises Counting when a month that was never counted takes longer than `wait_s` seconds; the count goes on.
        """
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

    def left(self, period: Period) -> list[Month]:
        """Return the months of `period` and of those it is compared with that have never been counted."""
        with self._pool.lend() as connection:
            asked = self._worth(connection, period)
            known = {*cells.newest(connection, asked, self._definitions), *freezing.heads(connection, asked)}
        return [month for month in asked if month.number not in known]

    def close(self) -> None:
        """Begin no further count."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _stale(self, connection: Connection, period: Period) -> list[Month]:
        asked = self._worth(connection, period)
        frozen = freezing.heads(connection, asked)
        builds = cells.newest(connection, asked, self._definitions)
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
            build = cells.count(connection, month, self._definitions, self._zone, self._outages())
            cells.discard(connection, month, {build.build, *freezing.builds(connection, month)})
        self._took[month.number] = time.monotonic() - began
        COUNT_SECONDS.observe(self._took[month.number])
        return build
