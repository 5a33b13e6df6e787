"""The processes of mingjing as the local stack runs them: which command, which settings, how to tell they work."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from mingjing.services.settings import Settings
from mingjing.services.stack.addresses import Address, Claim
from mingjing.services.stack.environment import environment
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program

COMPONENTS = (
    *("kafka", "clickhouse", "topics", "migrations", "worker", "sink"),
    *("archive", "auditor", "notify", "press", "api"),
)
"""Everything `--only` can name, in the order in which it starts."""

# Between the metrics ports of two workers: those next to the first belong to sink, archive, auditor and notify.
_PORT_STEP = 10

_LOOPBACK = "127.0.0.1"


def worker_settings(settings: Settings, number: int) -> Settings:
    """Return the settings of worker `number`, from 1: a member of the group with a place and a port of its own.

    The place is static membership: a worker that is started again takes up its
    partitions without the group first waiting to declare it dead.
    """
    return settings.model_copy(
        update={
            "instance": f"{settings.instance or 'local'}-{number}",
            "worker_metrics_port": settings.worker_metrics_port + _PORT_STEP * (number - 1),
        }
    )


def process_claims(settings: Settings, wanted: frozenset[str], workers: int) -> list[Claim]:
    """Return the ports the wanted processes will listen on."""
    return [
        Claim(f"{title} ", address, f"用 {setting}=<别的端口> 换一个")
        for _, title, address, setting, _ in _processes(settings, wanted, workers)
    ]


def processes(
    settings: Settings,
    wanted: frozenset[str],
    workers: int,
    *,
    logs: Path,
    notice: Callable[[str], None],
    echo: Callable[[str], Callable[[str], None] | None],
) -> list[Program]:
    """Return the wanted processes, not yet started, in the order in which data flows through them."""
    made = []
    for name, title, address, _, theirs in _processes(settings, wanted, workers):
        command = name.partition("-")[0]
        made.append(
            Program(
                name,
                [sys.executable, "-m", "mingjing.services.cli", command],
                title=title,
                env=environment(theirs),
                log=logs / f"{name}.log",
                ready=http_answers(address, "/readyz"),
                restarts=True,
                notice=notice,
                echo=echo(name),
            )
        )
    return made


def _processes(
    settings: Settings, wanted: frozenset[str], workers: int
) -> Iterator[tuple[str, str, Address, str, Settings]]:
    """Yield name, title, address, the setting that moves it and the settings of each wanted process."""
    if "worker" in wanted:
        for number in range(1, workers + 1):
            theirs = worker_settings(settings, number)
            address = Address(_LOOPBACK, theirs.worker_metrics_port)
            yield f"worker-{number}", f"监察工作进程 {number}", address, "MINGJING_WORKER_METRICS_PORT", theirs
    if "sink" in wanted:
        address = Address(_LOOPBACK, settings.sink_metrics_port)
        yield "sink", "入库进程", address, "MINGJING_SINK_METRICS_PORT", settings
    if "archive" in wanted:
        address = Address(_LOOPBACK, settings.archive_metrics_port)
        yield "archive", "归档进程", address, "MINGJING_ARCHIVE_METRICS_PORT", settings
    if "auditor" in wanted:
        address = Address(_LOOPBACK, settings.auditor_metrics_port)
        yield "auditor", "留痕进程", address, "MINGJING_AUDITOR_METRICS_PORT", settings
    if "notify" in wanted and settings.notices is not None:  # without a plan there is nobody to tell
        address = Address(_LOOPBACK, settings.notify_metrics_port)
        yield "notify", "通知进程", address, "MINGJING_NOTIFY_METRICS_PORT", settings
    if "press" in wanted and settings.clock == "live":  # months of a fed clock are frozen by hand
        address = Address(_LOOPBACK, settings.press_metrics_port)
        yield "press", "印发进程", address, "MINGJING_PRESS_METRICS_PORT", settings
    if "api" in wanted:
        yield "api", "接口与控制台", Address(settings.api_host, settings.api_port), "MINGJING_API_PORT", settings
