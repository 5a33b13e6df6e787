"""Every metric of every process, gathered from where each is defined."""

from collections.abc import Iterable, Iterator

import msgspec
from prometheus_client.metrics import MetricWrapperBase

from mingjing.services.api import metrics as api_metrics
from mingjing.services.exchange import metrics as exchange_metrics
from mingjing.services.notices import metrics as notify_metrics
from mingjing.services.reports import metrics as report_metrics
from mingjing.services.reports.press import metrics as press_metrics
from mingjing.services.sink import metrics as pump_metrics
from mingjing.streams import dockets
from mingjing.streams import metrics as worker_metrics

_PROCESSES = {
    worker_metrics: "worker",
    dockets: "worker",
    api_metrics: "api",
    report_metrics: "api",
    exchange_metrics: "exchange",
}
_PUMPS = ("sink", "archive", "auditor")
MODULES = (*_PROCESSES, pump_metrics, notify_metrics, press_metrics)
"""Every module in which a metric is defined."""
_TYPES = {"counter": "累计", "gauge": "现值", "histogram": "分布"}
_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


class Defined(msgspec.Struct, frozen=True):
    """One metric: the name it is defined by, its type, its labels, its sentence and who exposes it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    sentence: str
    process: str

    @property
    def exposed(self) -> tuple[str, ...]:
        """The names under which its samples stand on /metrics."""
        return tuple(self.name + suffix for suffix in _SUFFIXES[self.kind])


def defined() -> list[Defined]:
    """Return every metric, by process and name."""
    found = [*_of_modules()]
    held = {process: vars(pump_metrics.PumpMetrics(process)) for process in _PUMPS}
    held |= {"notify": vars(notify_metrics.NotifyMetrics()), "press": vars(press_metrics.PressMetrics())}
    for process, measures in held.items():
        found += _told((value for value in measures.values() if isinstance(value, MetricWrapperBase)), process)
    return sorted(found, key=lambda each: (each.process, each.name))


def page() -> str:
    """Return docs/metrics.md."""
    lines = [
        "# 指标 · Metrics",
        "",
        "每个进程的 `/metrics` 都有下列指标；每个只定义一次，本页由定义生成。",
        "",
        "| 进程 | 指标 | 类型 | 标签 | 含义 |",
        "|---|---|---|---|---|",
        *(
            f"| {each.process} | `{each.name}{'_total' if each.kind == 'counter' else ''}` | {_TYPES[each.kind]} "
            f"| {'、'.join(each.labels)} | {each.sentence} |"
            for each in defined()
        ),
    ]
    return "\n".join(lines) + "\n"


def _of_modules() -> Iterator[Defined]:
    for module, process in _PROCESSES.items():
        collectors = (value for value in vars(module).values() if isinstance(value, MetricWrapperBase))
        yield from _told(collectors, process)


def _told(collectors: Iterable[MetricWrapperBase], process: str) -> Iterator[Defined]:
    for collector in collectors:
        labels = tuple(collector._labelnames)  # noqa: SLF001  # the library tells them nowhere else
        for family in collector.describe():
            yield Defined(family.name, family.type, labels, family.documentation, process)
