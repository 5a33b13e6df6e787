"""A worker on a machine whose clock is two hours ahead draws no card before its time, by the broker's clock."""

import http.client
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mingjing.services.stack.addresses import Address
from mingjing.services.stack.environment import environment
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program

from .killable import HOUR_PACK, LIMIT, Site, key, latest, sites

pytestmark = pytest.mark.system

SOON = timedelta(seconds=5)
IN_TIME = [f"in-time-{number}" for number in range(20)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with sites(tmp_path, HOUR_PACK) as make:
        yield make("live")


def worker_ahead(site: Site, log: Path) -> Program:
    return Program(
        "worker-ahead",
        [sys.executable, str(Path(__file__).with_name("ahead.py")), "worker"],
        log=log,
        env=environment(site.settings),
        ready=http_answers(Address("127.0.0.1", site.settings.worker_metrics_port), "/healthz"),
    )


def asked(site: Site, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", site.settings.worker_metrics_port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_a_deadline_fires_at_its_moment_and_none_before_and_the_wrong_clock_is_told(site: Site, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with worker_ahead(site, tmp_path / "ahead.log"):
        for case in IN_TIME:
            site.send("opened", case, now)
        site.send("opened", "overdue", now - LIMIT + SOON)
        site.flush()
        cards = site.reader("cards")

        drawn = latest(cards.until(bool))

        assert drawn.keys() == {key("overdue")}, "a deadline fired by a clock that is two hours ahead"
        card = drawn[key("overdue")]
        issued, violated = (datetime.fromisoformat(card[name]) for name in ("issued_at", "violated_at"))
        assert timedelta() <= issued - violated <= timedelta(minutes=1)
        status, text = asked(site, "/readyz")
        lead = next(line for line in asked(site, "/metrics")[1].splitlines() if line.startswith("mingjing_clock_lead"))
        assert status == 503
        assert "快 7200" in text
        assert float(lead.split()[1]) == pytest.approx(7200, abs=5)
        assert "本机时钟比 Kafka 快" in (tmp_path / "ahead.log").read_text("utf-8")
