"""Every way in, on the whole installation: what was handed in is archived, and the day's account agrees."""

import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import orjson
import pytest
from confluent_kafka import Consumer, TopicPartition
from sqlalchemy import create_engine, text
from tests.contracts.registry.conftest import postgres
from tests.installation import SANDBOX_KEY

from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.environment import environment
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.services.stack.up import Stack

__all__ = ["postgres"]

pytestmark = pytest.mark.system

PATIENCE_S = 120.0
POSTED, FILED, FETCHED = 40, 30, 20
PLAN = """
sources:
  - name: hall
    kind: table
    agency: {agency}
    source: urn:test:agency
    standard: up-pro
    object: up_pro_accept
    url_env: EXCHANGE_HALL
    table: up_pro_accept
    key: [project_no]
    mode: flag
    column: taken
    every_s: 1
"""


def mingjing(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mingjing.services.cli", *arguments]
    env = environment(stack.settings)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def by_way(account: str) -> dict[str, int]:
    """Return how many events were accepted by each way in."""
    return {each["way"]: each["accepted"] for each in orjson.loads(account)["ways"]}


def post(stack: Stack, key: str) -> None:
    events = [
        {
            "specversion": "1.0",
            "id": f"posted-{number}",
            "source": "urn:test:agency",
            "type": "case.accepted",
            "subject": f"P{number}",
            "time": "2026-03-06T10:00:00+08:00",
        }
        for number in range(POSTED)
    ]
    lines = b"\n".join(map(orjson.dumps, [*events, {"broken": True}]))
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    answer = httpx.post(f"http://127.0.0.1:{stack.settings.api_port}/v1/events", content=lines, headers=headers)
    assert (answer.status_code, answer.json()["accepted"], answer.json()["rejected"]) == (202, POSTED, 1)


def hand_in(stack: Stack, key: str, folder: Path) -> None:
    (folder / "key").write_text(key, encoding="utf-8")
    rows = "".join(f"F{number},2026-03-06 10:00\n" for number in range(FILED))
    (folder / "三月.csv").write_text(f"办件编号,受理时间\n{rows}F坏,昨天\n", encoding="gb18030")
    url = f"http://127.0.0.1:{stack.settings.api_port}"
    told = mingjing(
        *(stack, "upload", str(folder / "三月.csv"), "--url", url, "--key-file", str(folder / "key")),
        *("--standard", "up-pro", "--object", "up_pro_accept"),
    )
    assert (told.returncode, f"接收 {FILED} 行" in told.stdout) == (1, True), told.stdout + told.stderr
    assert (folder / "三月-退回.xlsx").exists()


def fetch(stack: Stack, agency: str, server: Address, folder: Path) -> Program:
    """Return the exchange process over a PostgreSQL table with rows to fetch."""
    url = f"postgresql+psycopg://postgres@{server}/postgres"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE up_pro_accept (project_no TEXT, accept_date TIMESTAMP, taken TEXT)"))
        for number in range(FETCHED):
            row = {"number": f"X{number}"}
            connection.execute(text("INSERT INTO up_pro_accept VALUES (:number, '2026-03-06 10:00', '0')"), row)
    engine.dispose()
    (folder / "exchange.yaml").write_text(PLAN.format(agency=agency), encoding="utf-8")
    port = free_ports(1)[0]
    more = {"EXCHANGE_HALL": url, "MINGJING_EXCHANGE_METRICS_PORT": str(port)}
    return Program(
        "exchange",
        [sys.executable, "-m", "mingjing.services.cli", "exchange", "--plan", str(folder / "exchange.yaml")],
        log=folder / "exchange.log",
        env=environment(stack.settings) | more,
        ready=http_answers(Address("127.0.0.1", port), "/metrics"),
    )


def test_what_came_by_every_way_is_archived_and_the_account_agrees(
    stack: Stack, agency: str, agency_key: str, postgres: Address, tmp_path: Path
) -> None:
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    asked = (stack, "agency", "reconcile", agency, "--day", day, "--form", "json")
    before = Counter(by_way(mingjing(*asked).stdout))  # the installation is shared with other tests
    post(stack, agency_key)
    hand_in(stack, agency_key, tmp_path)
    with fetch(stack, agency, postgres, tmp_path):
        until = time.monotonic() + PATIENCE_S
        while True:
            told = mingjing(*asked)
            account = orjson.loads(told.stdout) if told.stdout else {}
            if told.returncode == 0 and by_way(told.stdout).get("exchange") == FETCHED:
                break
            assert time.monotonic() < until, f"{told.stdout}{told.stderr}{(tmp_path / 'exchange.log').read_text()}"

    assert Counter(by_way(told.stdout)) - before == {"http": POSTED, "upload": FILED, "exchange": FETCHED}
    assert (account["agrees"], account["missing"]) == (True, 0)
    assert account["dead_letters"]["missing_attribute"] >= 1


def ends(stack: Stack) -> dict[str, int]:
    """Return how many records lie on each topic by which events come in; there is no other way to case-events."""
    consumer = Consumer({"bootstrap.servers": stack.settings.kafka, "group.id": "ends", "log_level": 0})
    try:
        topics = {name: told for name, told in consumer.list_topics(timeout=30).topics.items() if "ingest." in name}
        return {
            name: sum(
                consumer.get_watermark_offsets(TopicPartition(name, each), timeout=30)[1] for each in told.partitions
            )
            for name, told in topics.items()
        }
    finally:
        consumer.close()


def test_what_an_agency_tries_is_judged_and_never_comes_in(stack: Stack) -> None:
    api = f"http://127.0.0.1:{stack.settings.api_port}"
    bearer = {"Authorization": f"Bearer {SANDBOX_KEY}"}
    event = {
        "specversion": "1.0",
        "id": "tried-1",
        "source": "urn:test:agency",
        "type": "case.accepted",
        "subject": "T1",
        "time": "2026-03-06T10:00:00+08:00",
        "item": "11990000MB0000182N2000116005000",
    }
    before = ends(stack)

    posted = httpx.post(
        f"{api}/v1/events",
        content=orjson.dumps(event),
        headers={**bearer, "Content-Type": "application/cloudevents+json"},
        timeout=60,
    )
    cards = httpx.get(f"{api}/v1/sandbox/cards?until=2026-09-01T00:00:00Z", headers=bearer, timeout=60).json()

    assert (posted.status_code, posted.json()["accepted"]) == (202, 1)
    assert "TL-04" in {card["rule"] for card in cards["cards"]}
    assert ends(stack) == before
    assert httpx.get(f"{api}/v1/cards", headers=bearer, timeout=60).status_code == 403
