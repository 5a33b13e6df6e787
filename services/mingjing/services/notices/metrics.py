"""What the notifier tells Prometheus, and whether it is ready."""

import time
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mingjing.services.registry.deliveries import State

_READY_WITHIN_S = 15.0


class NotifyMetrics:
    """The measures of one notifier."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._records = Counter(
            "mingjing_notify_records", "Records of cards and their stages read", registry=self.registry
        )
        self._unread = Counter(
            "mingjing_notify_unread", "Records that say nothing the notifier knows, passed over", registry=self.registry
        )
        self._tries = Counter(
            "mingjing_notify_tries", "Messages offered to a receiver", ["channel", "outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "mingjing_notify_seconds",
            "Time for a receiver to answer",
            ["channel"],
            registry=self.registry,
            buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self._unsent = Gauge(
            "mingjing_notify_unsent", "Deliveries that nobody has taken, by state", ["state"], registry=self.registry
        )
        self._round = time.monotonic()
        self._away: str | None = "尚未加入消费组"

    def alive(self) -> None:
        """Note that the notifier has come round."""
        self._round = time.monotonic()

    def entered(self, records: int, unread: int) -> None:
        """Note that so many records are in the registry, and so many more said nothing."""
        self._records.inc(records)
        self._unread.inc(unread)
        self._away = None

    def counted(self, unsent: Mapping[State, int]) -> None:
        """Note how many deliveries are in each state in which nobody was told."""
        for state, count in unsent.items():
            self._unsent.labels(state).set(count)

    def away(self, reason: str) -> None:
        """Note that the registry did not take what was read."""
        self._away = reason
        self.alive()

    def tried(self, channel: str, outcome: str, seconds: float) -> None:
        """Note that a message was offered, and that it was sent, failed or given_up."""
        self._tries.labels(channel, outcome).inc()
        self._seconds.labels(channel).observe(seconds)

    def unready(self) -> str | None:
        """Return why the process is not ready, None when it is."""
        if self._away is not None:
            return self._away
        silent = time.monotonic() - self._round
        return f"已有 {silent:.0f} 秒没有进展" if silent > _READY_WITHIN_S else None
