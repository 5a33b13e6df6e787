"""What a pump tells Prometheus, and whether it is ready."""

import time
from collections import Counter as Tally
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mingjing.services.sink.source import Record

_READY_WITHIN_S = 15.0
"""A pump that has not come round for this long is stuck; its longest wait is a few seconds."""


class PumpMetrics:
    """One process's measures; `process` (sink, archive) is their prefix after mingjing_."""

    def __init__(self, process: str) -> None:
        self.registry = CollectorRegistry()
        name = f"mingjing_{process}"
        self._records = Counter(f"{name}_records", "Records written to the ledger", ["topic"], registry=self.registry)
        self._refused = Counter(
            f"{name}_refused", "Records the ledger never takes, sent to dead-letters", registry=self.registry
        )
        self._retries = Counter(
            f"{name}_retries", "Times a batch was held because the ledger was away", registry=self.registry
        )
        self._seconds = Histogram(
            f"{name}_batch_seconds",
            "Time to write one batch",
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self._size = Histogram(
            f"{name}_batch_records",
            "Records of one batch",
            registry=self.registry,
            buckets=(1, 10, 100, 1000, 2500, 5000, 10000, 20000),
        )
        self._ledger_up = Gauge(
            f"{name}_ledger_up", "1 while the ledger takes what it is offered", registry=self.registry
        )
        self.lag = Gauge(f"{name}_lag", "Records on Kafka that are not in the ledger yet", registry=self.registry)
        self._round = time.monotonic()
        self._up = True
        self._started = False

    def alive(self) -> None:
        """Note that the pump has come round."""
        self._round = time.monotonic()
        self._started = True

    def written(self, records: Sequence[Record], *, refusals: int, seconds: float) -> None:
        """Note a batch that is in the ledger, `refusals` of it as dead letters."""
        for topic, count in Tally(record.topic for record in records).items():
            self._records.labels(topic).inc(count)
        self._refused.inc(refusals)
        self._seconds.observe(seconds)
        self._size.observe(len(records))
        self._up = True
        self._ledger_up.set(1)

    def away(self) -> None:
        """Note that the ledger did not take a batch."""
        self._retries.inc()
        self._up = False
        self._ledger_up.set(0)
        self._round = time.monotonic()

    def unready(self) -> str | None:
        """Return why the process is not ready, None when it is."""
        if not self._started:
            return "尚未加入消费组"
        if not self._up:
            return "ClickHouse 不可用, 正在重试, 数据留在 Kafka 中未丢失"
        silent = time.monotonic() - self._round
        return f"已有 {silent:.0f} 秒没有进展" if silent > _READY_WITHIN_S else None
