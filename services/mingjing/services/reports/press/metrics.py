"""What the press tells Prometheus, and whether it is ready."""

import time
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

from mingjing.services.registry.report_deliveries import State

_READY_WITHIN_S = 3_600.0
"""A year of a province may take this long to count and set in type."""


class PressMetrics:
    """The measures of one press."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._frozen = Counter("mingjing_press_frozen", "Revisions of months frozen", registry=self.registry)
        self._overdue = Gauge(
            "mingjing_press_overdue_months",
            "Months whose moment has come and that are not frozen",
            registry=self.registry,
        )
        self._behind = Gauge(
            "mingjing_press_behind_records",
            "Records of the log neither judged nor in the ledger when a month was last to be frozen",
            registry=self.registry,
        )
        self._sent = Counter(
            "mingjing_press_sent", "Reports offered to a receiver", ["way", "outcome"], registry=self.registry
        )
        self._unsent = Gauge(
            "mingjing_press_unsent", "Reports that nobody is known to have taken", ["state"], registry=self.registry
        )
        self._faults = Counter("mingjing_press_faults", "Rounds that ended in a fault", registry=self.registry)
        self._round = time.monotonic()
        self._away: str | None = None  # the first round may freeze a province: nobody waits for it at start

    def froze(self) -> None:
        """Note that a revision was frozen."""
        self._frozen.inc()

    def overdue(self, months: int) -> None:
        """Note how many months should be frozen and are not."""
        self._overdue.set(months)

    def behind(self, records: int) -> None:
        """Note how many records were not judged, or not in the ledger, when a month was to be closed."""
        self._behind.set(records)

    def offered(self, way: str, outcome: str) -> None:
        """Note that a report was offered by a way, and taken, refused or perhaps taken."""
        self._sent.labels(way, outcome).inc()

    def went_round(self, unsent: Mapping[State, int]) -> None:
        """Note a whole round, and how many reports are in each state in which nobody is known to have them."""
        for state, count in unsent.items():
            self._unsent.labels(state).set(count)
        self._away = None
        self._round = time.monotonic()

    def away(self, reason: str) -> None:
        """Note a round that ended in a fault."""
        self._faults.inc()
        self._away = reason
        self._round = time.monotonic()

    def unready(self) -> str | None:
        """Return why the process is not ready, None when it is."""
        if self._away is not None:
            return self._away
        silent = time.monotonic() - self._round
        return f"已有 {silent:.0f} 秒没有走完一轮" if silent > _READY_WITHIN_S else None
