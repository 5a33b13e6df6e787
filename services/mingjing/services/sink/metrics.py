"""What a pump tells Prometheus, and whether it is ready."""

import copy
import time
from collections import Counter as Tally
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mingjing.services.sink.source import Record

_READY_WITHIN_S = 15.0
"""A pump that has not come round for this long is stuck; its longest wait is a few seconds."""


class PumpMetrics:
    """One process's measures, as one of its pumps tells them; `process` (sink, archive, auditor) is their prefix."""

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
        self._lag = Gauge(f"{name}_lag", "Records on Kafka that are not in the ledger yet", registry=self.registry)
        self._own = _Pumping()
        self._all = [self._own]

    def beside(self) -> "PumpMetrics":
        """Return the measures as another pump of the process tells them: they are added up, and the worse counts."""
        other = copy.copy(self)
        other._own = _Pumping()  # noqa: SLF001  # one of our kind
        self._all.append(other._own)  # noqa: SLF001
        return other

    def behind(self, records: int) -> None:
        """Note how many records of this pump's are not in the ledger yet."""
        self._own.behind = records
        self._lag.set(sum(each.behind for each in self._all))

    def alive(self) -> None:
        """Note that the pump has come round."""
        self._own.round = time.monotonic()
        self._own.started = True

    def written(self, records: Sequence[Record], *, refusals: int, seconds: float) -> None:
        """Note a batch that is in the ledger, `refusals` of it as dead letters."""
        for topic, count in Tally(record.topic for record in records).items():
            self._records.labels(topic).inc(count)
        self._refused.inc(refusals)
        self._seconds.observe(seconds)
        self._size.observe(len(records))
        self._own.up = True
        self._ledger_up.set(all(each.up for each in self._all))

    def away(self) -> None:
        """Note that the ledger did not take a batch."""
        self._retries.inc()
        self._own.up = False
        self._ledger_up.set(0)
        self._own.round = time.monotonic()

    def unready(self) -> str | None:
        """Return why the process is not ready, None when every pump of it is."""
        return next(filter(None, (each.unready() for each in self._all)), None)


class _Pumping:
    """How one pump is."""

    def __init__(self) -> None:
        self.round = time.monotonic()
        self.up = True
        self.started = False
        self.behind = 0

    def unready(self) -> str | None:
        if not self.started:
            return "尚未加入消费组"
        if not self.up:
            return "ClickHouse 不可用, 正在重试, 数据留在 Kafka 中未丢失"
        silent = time.monotonic() - self.round
        return f"已有 {silent:.0f} 秒没有进展" if silent > _READY_WITHIN_S else None
