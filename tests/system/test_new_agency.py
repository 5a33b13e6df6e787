"""The first day of an agency: it is added to an installation that runs, and nobody restarts anything."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import orjson
import pytest
from confluent_kafka import Producer

from mingjing.services.agencies_file import rewrite, with_agency
from mingjing.services.stack.environment import environment
from mingjing.services.stack.up import Stack
from mingjing.streams.kafka_topics import apply_for
from mingjing.streams.topics import ingest_topic

from .killable import AGENCY, HOUR_PACK, PARTITIONS, Reader, Site, sites

pytestmark = pytest.mark.system

NEW, OTHER, SOURCE = "91330100MA0000000C", "91330100MA0000001D", "urn:test:new"
PATIENCE_S = 120.0


def mingjing(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mingjing.services.cli", *arguments]
    env = environment(stack.settings)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def event(number: int, at: datetime, kind: str = "case.accepted") -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"new-{number}",
        "source": SOURCE,
        "type": kind,
        "subject": f"N{number}",
        "time": at.isoformat(),
    }


def eventually(ask: Callable[[], Any]) -> Any:
    """Return what `ask` returns, once that is anything."""
    until = time.monotonic() + PATIENCE_S
    while not (found := ask()):
        assert time.monotonic() < until, "still not so"
        time.sleep(0.2)
    return found


@pytest.fixture
def api(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.settings.api_port}", timeout=60) as client:
        yield client


def shown_key(stack: Stack, *arguments: str) -> dict[str, str]:
    """Give a command on agencies, and return the header with the key it shows."""
    told = mingjing(stack, "agency", *arguments)
    assert told.returncode == 0, told.stdout + told.stderr
    found = re.search(r"：(\S{40,})$", told.stdout, re.MULTILINE)
    assert found is not None, told.stdout
    return {"Authorization": f"Bearer {found[1]}"}


def added(stack: Stack, code: str, title: str, source: str) -> dict[str, str]:
    return shown_key(stack, "add", code, "--title", title, "--region", "330100000000", "--source", source)


def test_an_agency_that_was_added_a_moment_ago_hands_in_and_is_seen(
    stack: Stack, api: httpx.Client, inspector: tuple[str, str]
) -> None:
    bearer = added(stack, NEW, "云州市统计局", SOURCE)
    eventually(lambda: api.get("/v1/cases", headers=bearer).status_code == 200)

    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    lines = b"\n".join(orjson.dumps(event(number, now)) for number in range(3))
    kind = {"Content-Type": "application/x-ndjson"}
    posted = api.post("/v1/events", content=lines, headers={**bearer, **kind})

    assert (posted.status_code, posted.json().get("accepted")) == (202, 3), posted.text
    cases = eventually(lambda: api.get("/v1/cases", headers=bearer).json()["items"])
    assert {each["agency"] for each in cases} == {NEW}
    told = api.get("/v1/reference", headers=bearer).json()
    assert "云州市统计局" in {each["title"] for each in told["agencies"]}
    day = {"agency": NEW, "day": now.date().isoformat()}
    account = api.get("/v1/reconciliation", params=day, headers=bearer).json()
    assert (account["title"], account["sent"]["accepted"]) == ("云州市统计局", 3)
    name, password = inspector
    assert api.post("/v1/session", json={"name": name, "password": password}).is_success
    assert api.get(f"/v1/feeds/{NEW}").json()["title"] == "云州市统计局"


def test_an_agency_that_was_added_a_moment_ago_tries_things_out_and_is_suspended(
    stack: Stack, api: httpx.Client
) -> None:
    bearer = added(stack, OTHER, "云州市档案局", "urn:test:other")
    trying = shown_key(stack, "sandbox", OTHER)
    eventually(lambda: api.get("/v1/sandbox/cards", headers=trying).status_code == 200)

    one = orjson.dumps({**event(1, datetime.now(UTC)), "source": "urn:test:other"})
    kind = {"Content-Type": "application/cloudevents+json"}
    tried = api.post("/v1/events", content=one, headers={**trying, **kind})
    assert (tried.status_code, tried.json().get("accepted")) == (202, 1), tried.text

    barred = mingjing(stack, "agency", "suspend", OTHER)
    assert barred.returncode == 0, barred.stderr
    eventually(lambda: api.post("/v1/events", content=one, headers={**bearer, **kind}).status_code == 401)
    assert api.get("/v1/sandbox/cards", headers=trying).status_code == 401


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    with sites(tmp_path, HOUR_PACK) as make:
        yield make


def test_two_workers_go_on_judging_while_one_agency_more_is_read(site: Callable[[str], Site]) -> None:
    here = site("live")
    cards = here.reader("cards")
    with here.worker(1, restarts=True), here.worker(2, restarts=True):
        _judges_both(here, cards)
    cards.close()


def _judges_both(here: Site, cards: Reader) -> None:
    late = datetime.now(UTC) - timedelta(hours=2)
    before = [f"c{number}" for number in range(20)]
    for case in before:
        here.send("opened", case, late)
    here.flush()
    cards.until(lambda read: {card["case_key"] for card in read} >= {f"{AGENCY}/{case}" for case in before})

    apply_for(here.settings.broker, PARTITIONS, NEW)
    file = here.settings.agencies
    assert file is not None
    said = file.read_text("utf-8")
    rewrite(
        file,
        with_agency(said, code=NEW, title="统计局", region="330100000000", source=SOURCE, key_sha256="a" * 64),
    )
    producer = Producer({"bootstrap.servers": here.settings.kafka, "log_level": 0})
    for number in range(20):
        producer.produce(ingest_topic(NEW), orjson.dumps(event(number, late, "opened")), partition=number % 2)
    after = [f"d{number}" for number in range(20)]
    for case in after:
        here.send("opened", case, late)
    here.flush()
    assert producer.flush(30) == 0

    wanted = {f"{NEW}/N{number}" for number in range(20)} | {f"{AGENCY}/{case}" for case in after}
    cards.until(lambda read: {card["case_key"] for card in read} >= wanted)
