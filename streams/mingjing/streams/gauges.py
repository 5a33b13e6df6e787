"""What is told of one partition: what its owner holds, and what its judge has done since it was last asked."""

from mingjing.rules.census import NOTHING
from mingjing.streams import metrics
from mingjing.streams.dockets import Docket
from mingjing.streams.ports import Judge


class Gauges:
    """The metrics of a partition of a docket. `close` takes back those that stand for what is held here."""

    def __init__(self, docket: Docket, partition: int) -> None:
        self._label = docket.label(partition)
        self._told = NOTHING

    def of_judge(self, judge: Judge) -> None:
        """Tell what the judge holds, and what it did since the last call."""
        label, census = self._label, judge.census
        metrics.OPEN_CASES.labels(label).set(judge.open_cases)
        metrics.PARTITION_CLOCK.labels(label).set(judge.now / 1e6)
        metrics.TIMERS_ARMED.labels(label).set(census.armed)
        metrics.STUBS.labels(label).set(census.stubs)
        metrics.GONE_CASES.labels(label).set(census.gone)
        metrics.GONE_BYTES.labels(label).set(census.gone_bytes)
        metrics.TIMERS_FIRED.inc(census.fired - self._told.fired)
        metrics.EVENTS_LATE.inc(census.late - self._told.late)
        metrics.CASES_REFOLDED.inc(census.refolded - self._told.refolded)
        self._told = census

    def of_owner(self, *, absent: int, unheard: int, idle: int, to_repeat: int, state: int, lag: int | None) -> None:
        """Tell what waits: cases, feeds and records; and how many bytes of state there are."""
        label = self._label
        metrics.ABSENT_CASES.labels(label).set(absent)
        metrics.UNHEARD_FEEDS.labels(label).set(unheard)
        metrics.IDLE_FEEDS.labels(label).set(idle)
        metrics.FOLDED_ANEW_LEFT.labels(label).set(max(0, to_repeat))
        metrics.STATE_SIZE.labels(label).set(state)
        if lag is not None:
            metrics.LAG.labels(label).set(max(0, lag))

    def close(self) -> None:
        """Tell nothing more of the partition."""
        for gauge in metrics.OF_A_PARTITION:
            gauge.remove(self._label)
