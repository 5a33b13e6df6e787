"""Freezing the months whose moment has come, and looking again at those that are frozen."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally
from mingjing.services.audit.entry import Entry
from mingjing.services.reports.covering import Behind
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.freezing import FreezeRefused, Frozen, Head
from mingjing.services.reports.period import Month
from mingjing.services.reports.press.closing import Closing
from mingjing.services.reports.press.metrics import PressMetrics

ACTOR, ROLE = "press", "process"
AGAIN_AFTER_MS = 24 * 3_600_000
"""A watched month is counted again once a day: a count of a province is not for every round."""

OLDER_AGAIN_AFTER_MS = 30 * AGAIN_AFTER_MS
"""What is revoked years later is seldom, and a month's wait for its revision is short beside it."""

log = structlog.get_logger()


class Closer:
    """Closes months; see `Press` for what it is given. What was counted when is known until the process ends."""

    def __init__(
        self,
        desk: ReportDesk,
        law: Callable[[], Rulebook],
        closing: Closing,
        metrics: PressMetrics,
        *,
        watched: int,
        witness: Callable[[Entry], None],
        tell: Callable[[Sequence[Tally]], None],
    ) -> None:
        self._desk = desk
        self._law = law
        self._closing = closing
        self._metrics = metrics
        self._watched = watched
        self._witness = witness
        self._tell = tell
        self._looked: dict[Month, int] = {}

    def close_months(self, now_ms: int) -> None:
        """Freeze every month whose moment has come, and look whether late arrivals changed a frozen one.

        The watched months are looked at once a day; of the older ones, each once in
        thirty days, the one that has waited longest and no second in the same round.
        While workers or ledger are behind the log, nothing is closed: the next round tries again.
        """
        law, first = self._law(), self._desk.first_ms()
        if first is None:
            return
        zone, workdays = law.zone.info, law.at(now_ms * 1000).calendar.workdays()
        due = [
            month
            for month in self._closing.passed(workdays, zone, now_ms, self._watched)
            if month.bounds(zone)[1] > first
        ]
        older = self._closing.older(zone, now_ms, due)
        heads = self._desk.heads([*due, *older])
        missing = [month for month in due if month.number not in heads]
        self._metrics.overdue(len(missing))
        wanted = [month for month in due if month in missing or self._unseen(month, now_ms, AGAIN_AFTER_MS)]
        try:
            for month in [*wanted, *self._longest_unseen(older, heads, now_ms)]:
                self._freeze(month, now_ms)
        except Behind as exc:
            self._metrics.behind(exc.records)
            log.warning(
                "no month is closed while workers or ledger are behind the log", why=str(exc), records=exc.records
            )
        self._metrics.overdue(len([month for month in due if month.number not in self._desk.heads(due)]))

    def _longest_unseen(self, months: Sequence[Month], heads: Mapping[int, Head], now_ms: int) -> list[Month]:
        """Return the frozen one of `months` that was looked at longest ago, if it is time to; at most that one."""
        frozen = [
            month for month in months if month.number in heads and self._unseen(month, now_ms, OLDER_AGAIN_AFTER_MS)
        ]
        return sorted(frozen, key=lambda month: self._looked.get(month, 0))[:1]

    def _unseen(self, month: Month, now_ms: int, for_ms: int) -> bool:
        return now_ms - self._looked.get(month, 0) >= for_ms

    def _freeze(self, month: Month, now_ms: int) -> None:
        try:
            frozen = self._desk.freeze(month, now_ms=now_ms, witness=lambda each: self._witness(frozen_entry(each)))
        except Behind:
            raise
        except FreezeRefused as exc:
            log.warning("month not frozen yet", month=str(month), why=str(exc))
            return
        self._metrics.behind(0)
        self._tell(self._desk.figured(month, self._law(), now_ms))
        self._looked[month] = now_ms
        if frozen is not None:
            self._metrics.froze()
            log.info("month frozen", month=str(month), revision=frozen.revision, changes=len(frozen.changes))


def frozen_entry(frozen: Frozen, actor: str = ACTOR, role: str = ROLE) -> Entry:
    """Return the entry of the trail for a revision of a month."""
    return Entry(
        at_ms=frozen.frozen_ms,
        actor=actor,
        role=role,
        action="month.frozen",
        object=frozen.snapshot["month"],
        detail={
            "revision": frozen.revision,
            "hash": frozen.hash,
            "reason": frozen.reason,
            "changes": len(frozen.changes),
        },
    )
