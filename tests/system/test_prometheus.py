"""Every question asked of Prometheus, put to a real one that scrapes the whole path while it works."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest
import yaml
from confluent_kafka import Producer

from mingjing.services.audit.entry import TOPIC, Entry, packed
from mingjing.services.observability.boards import BOARDS
from mingjing.services.observability.metrics import defined
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.services.stack.up import Stack

pytestmark = pytest.mark.system

PROMETHEUS = Path(__file__).parents[2] / "deploy" / "prometheus"
RULES: dict[str, Any] = yaml.safe_load((PROMETHEUS / "rules.yml").read_text("utf-8"))
EVERY = [rule for group in RULES["groups"] for rule in group["rules"]]
PANELS = [(board.uid, panel.title, expr) for board in BOARDS for panel in board.panels for _, expr in panel.promql]
ONLY_AFTER_FAULTS = {"接口出错"}
"""Panels that show nothing as long as nothing goes wrong."""
NOT_RUNNING = {"exchange", "notify"}
"""Processes that an installation without their plans does not have."""
ONLY_WHEN_IT_HAPPENS = {
    "mingjing_folded_anew_left_records",  # while state is folded a second time
    "mingjing_unheard_feeds",  # where the clock is fed
    "mingjing_feed_resumes_total",
    "mingjing_feed_lost_total",
    "mingjing_cards_taken_back_total",
    "mingjing_press_sent_total",
    "mingjing_published_version_in_force_seconds",
    "mingjing_shadow_cards_total",
    "mingjing_feed_state",  # worked out every quarter of an hour
    "mingjing_feed_quality_",  # so is this
    "mingjing_feed_last_event_seconds",  # so are these
    "mingjing_feed_usual_interval_seconds",
    "mingjing_feed_lag_seconds",
    "mingjing_feed_missed_reports",
}
PATIENCE_S = 90.0
SHANGHAI = ZoneInfo("Asia/Shanghai")
BATCH = "application/cloudevents-batch+json"

Ask = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def ask(stack: Stack, agency: str, agency_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Put a question to a Prometheus that has watched the path judge a case, refuse a letter and count a month."""
    folder = tmp_path_factory.mktemp("prometheus")
    address = Address("127.0.0.1", free_ports(1)[0])
    configured(stack, folder)
    server = Program(
        "prometheus",
        [
            "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={address}",
            "--log.level=warn",
        ],
        log=folder / "prometheus.log",
        ready=http_answers(address, "/-/ready"),
    )
    with server, httpx2.Client(base_url=f"http://{address}", timeout=PATIENCE_S) as client:

        def asked(expr: str) -> list[dict[str, Any]]:
            answer = client.get("/api/v1/query", params={"query": expr}).json()
            assert answer["status"] == "success", (expr, answer)
            found: list[dict[str, Any]] = answer["data"]["result"]
            return found

        until(lambda: len(asked("up == 1")) == len(scraped(stack)))
        work(stack, agency, agency_key)
        until(lambda: bool(asked("sum(rate(mingjing_dead_letters_total[1m])) > 0")))
        until(lambda: bool(asked("sum(rate(mingjing_sink_records_total[1m])) > 0")))
        until(lambda: bool(asked("mingjing_auditor_records_total")))
        until(lambda: bool(asked("mingjing:event_to_card_seconds:p99_5m")))
        yield asked


def scraped(stack: Stack) -> dict[str, int]:
    """Return the ports of what the committed configuration scrapes."""
    settings = stack.settings
    return {
        "mingjing-worker": settings.worker_metrics_port,
        "mingjing-sink": settings.sink_metrics_port,
        "mingjing-archive": settings.archive_metrics_port,
        "mingjing-api": settings.api_port,
        "mingjing-auditor": settings.auditor_metrics_port,
        "mingjing-press": settings.press_metrics_port,
    }


def configured(stack: Stack, folder: Path) -> None:
    """Write the committed configuration and rules, with the ports of the stack and every second for every minute."""
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["alerting"] = {}
    ports = scraped(stack)
    assert {each["job_name"] for each in config["scrape_configs"]} == set(ports)
    for each in config["scrape_configs"]:
        each["static_configs"] = [{"targets": [f"127.0.0.1:{ports[each['job_name']]}"]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    rules = {"groups": [group | {"interval": "1s"} for group in RULES["groups"]]}
    (folder / "rules.yml").write_text(yaml.safe_dump(rules, allow_unicode=True), "utf-8")


def work(stack: Stack, agency: str, agency_key: str) -> None:
    """Have the path judge cases that draw cards, refuse a record that is none, count a report, and leave a trail."""
    place = f"http://{stack.settings.api_host}:{stack.settings.api_port}"
    headers = {"Authorization": f"Bearer {agency_key}"}
    applied = datetime.now(SHANGHAI) - timedelta(days=40)
    with httpx2.Client(base_url=place, headers=headers, timeout=PATIENCE_S) as client:
        for number in range(20):
            event = {
                "specversion": "1.0",
                "id": f"prom-{number}",
                "source": "urn:test:agency",
                "type": "case.applied",
                "subject": f"PROM-{number}",
                "time": applied.isoformat(),
            }
            answer = client.post("/v1/events", content=orjson.dumps([event]), headers={"Content-Type": BATCH})
            assert answer.status_code == httpx2.codes.ACCEPTED, answer.text
            time.sleep(0.1)  # over several scrapes: a rate needs two
        client.get(f"/v1/reports/efficiency?month={applied:%Y-%m}")
    producer = Producer({"bootstrap.servers": stack.settings.kafka})
    read_at = int(applied.timestamp() * 1000)
    opened = Entry(at_ms=read_at, actor="li", role="inspector", action="case.opened", object="A")
    producer.produce(TOPIC, packed(opened))
    for _ in range(5):
        producer.produce(f"ingest.{agency}", b"no event at all")
        assert producer.flush(30) == 0
        time.sleep(1.1)


def test_every_question_of_every_dashboard_has_an_answer(ask: Ask) -> None:
    silent = [(uid, title, expr) for uid, title, expr in PANELS if not ask(expr)]

    assert {title for _, title, _ in silent} <= ONLY_AFTER_FAULTS, silent


def test_every_objective_has_a_value(ask: Ask) -> None:
    recorded = [rule["record"] for rule in EVERY if "record" in rule]

    assert [name for name in recorded if not ask(name)] == []


def test_every_alert_can_be_evaluated_and_none_sounds_while_all_is_well(ask: Ask) -> None:
    for rule in EVERY:
        ask(rule["expr"])

    assert ask('ALERTS{alertstate="firing",severity="page"}') == []


def test_every_metric_that_is_defined_is_exposed_and_no_other(ask: Ask) -> None:
    found = {each["metric"]["__name__"] for each in ask('{__name__=~"mingjing_.+"}')}
    wanted = {name for each in defined() for name in each.exposed}
    running = {name for each in defined() if each.process not in NOT_RUNNING for name in each.exposed}
    created = {name for name in found if name.endswith("_created")}

    assert {name for name in running - found if not re.match("|".join(ONLY_WHEN_IT_HAPPENS), name)} == set()
    assert found - wanted - created == set()


def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds."""
    patience = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < patience, "still not so"
        time.sleep(0.5)
