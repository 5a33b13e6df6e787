import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from mingjing.services.sink.metrics import PumpMetrics
from mingjing.services.sink.probe import Probe
from mingjing.services.sink.source import Record


@pytest.fixture
def metrics() -> PumpMetrics:
    return PumpMetrics("archive")


@pytest.fixture
def probe(metrics: PumpMetrics) -> Iterator[Probe]:
    probe = Probe(metrics, 0)
    yield probe
    probe.close()


def ask(probe: Probe, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{probe.port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code, exc.read().decode()


def test_metrics_name_the_process_and_count_by_topic(probe: Probe, metrics: PumpMetrics) -> None:
    metrics.written([Record("case-events", 0, n, 0, None, b"") for n in range(3)], refusals=1, seconds=0.1)

    status, text = ask(probe, "/metrics")

    assert status == 200
    assert 'mingjing_archive_records_total{topic="case-events"} 3.0' in text
    assert "mingjing_archive_refused_total 1.0" in text


def test_a_process_of_two_pumps_is_as_far_behind_as_both_and_as_ready_as_the_worse(
    probe: Probe, metrics: PumpMetrics
) -> None:
    other = metrics.beside()
    for each, records in ((metrics, 2), (other, 3)):
        each.alive()
        each.behind(records)
    other.away()
    metrics.written([], refusals=0, seconds=0.1)

    _, told = ask(probe, "/metrics")

    assert "mingjing_archive_lag 5.0" in told
    assert "mingjing_archive_ledger_up 0.0" in told
    assert ask(probe, "/readyz")[0] == 503


def test_a_process_that_is_not_ready_says_why(probe: Probe, metrics: PumpMetrics) -> None:
    assert ask(probe, "/readyz") == (503, "尚未加入消费组\n")

    metrics.alive()

    assert ask(probe, "/readyz") == (200, "ok\n")
    assert ask(probe, "/healthz")[0] == 200


def test_any_other_path_is_not_found(probe: Probe) -> None:
    assert ask(probe, "/")[0] == 404
