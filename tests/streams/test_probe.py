import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from mingjing.streams.probe import Probe


class Readiness:
    ready = False


@pytest.fixture
def readiness() -> Readiness:
    return Readiness()


@pytest.fixture
def probe(readiness: Readiness) -> Iterator[Probe]:
    probe = Probe("127.0.0.1", 0, lambda: None if readiness.ready else "时钟快了 · the clock is ahead")
    yield probe
    probe.close()


def status(probe: Probe, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{probe.port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def test_a_worker_is_not_ready_before_its_partitions_are(probe: Probe) -> None:
    assert status(probe, "/readyz") == 503


def test_a_worker_is_ready_once_its_partitions_are(probe: Probe, readiness: Readiness) -> None:
    readiness.ready = True

    assert status(probe, "/readyz") == 200


def test_a_worker_that_answers_is_alive(probe: Probe) -> None:
    assert status(probe, "/healthz") == 200


def test_metrics_are_told_with_their_sentence(probe: Probe) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{probe.port}/metrics", timeout=5) as answer:
        text = answer.read().decode()

    assert "# HELP mingjing_events_folded_total Events of case-events that were folded" in text


def test_anything_else_is_not_found(probe: Probe) -> None:
    assert status(probe, "/") == 404
