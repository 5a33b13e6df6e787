"""A real Kafka and a real ClickHouse, with nothing but the sink and the archive between them, and records for both."""

import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import orjson
import pytest
from confluent_kafka import Producer

from mingjing.services.ledger import LedgerUnavailable, migrate, open_ledger
from mingjing.services.ledger.connection import Connection
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.clickhouse import Choice, clickhouse
from mingjing.services.stack.environment import environment
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.streams.kafka_topics import apply

from .small_disk import SmallDisk, small_disk

AGENCY = "91330100MA2XXXXX01"
PARTITIONS = 4
DISK_MB = 64
PATIENCE_S = 90.0
START = datetime.fromisoformat("2026-03-01T08:00:00+08:00")

Json = dict[str, Any]

CARD: Json = orjson.loads("""{
    "rule": "TL-04", "rung": "TL-05", "title": "办结时限", "occurrence": "-", "level": "red", "status": "standing",
    "issue": "auto", "item": null, "item_title": null, "agency": "91330100MA2XXXXX01", "region": "330106000000",
    "officer": null, "post": null, "step": null, "cleared_at": null, "evidence": [], "explain": {"说明": "超期"},
    "basis": ["行政许可法 第四十二条"], "versions": {}, "digest": "d"
}""")
CASE: Json = orjson.loads("""{
    "item": null, "item_title": "食品经营许可", "agency": "91330100MA2XXXXX01", "region": "330106000000",
    "decided_at": null, "delivered_at": null, "last_event_type": "case.accepted", "state": "accepted",
    "clocks": [], "events": 2
}""")
EVENT: Json = orjson.loads("""{
    "specversion": "1.0", "source": "urn:yunzhou:scjg", "type": "case.accepted", "agency": "91330100MA2XXXXX01",
    "data": {"申请人": "张三"}
}""")


class Site:
    """A broker, a ClickHouse, and the programs between them."""

    def __init__(self, folder: Path, settings: Settings, store: Program) -> None:
        self.settings = settings
        self.store = store
        self._folder = folder
        self._sent = 0

    def program(self, name: str, port: int) -> Program:
        """Return `mingjing <name>`, not yet started; ready once its probe answers."""
        return Program(
            name,
            [sys.executable, "-m", "mingjing.services.cli", name],
            log=self._folder / f"{name}.log",
            env=environment(self.settings),
            ready=http_answers(Address("127.0.0.1", port), "/healthz"),
        )

    def send(self, topic: str, records: list[tuple[int, bytes]]) -> None:
        """Produce `records` to the partitions they name."""
        producer = Producer({"bootstrap.servers": self.settings.kafka, "linger.ms": 20})
        for partition, record in records:
            producer.produce(topic, record, partition=partition)
            producer.poll(0)
        assert producer.flush(30) == 0
        self._sent += len(records)

    def written(self) -> int:
        """Return how many records the ledger says it has; 0 while it does not say."""
        with closing(open_ledger(self.settings, connections=1)) as ledger:
            try:
                return sum(sum(offsets.values()) for offsets in ledger.progress().values())
            except LedgerUnavailable:
                return 0

    def await_written(self, share: float = 1.0, *, more: int = 0, seconds: float = PATIENCE_S) -> None:
        """Wait until `share` of what was sent, and `more`, is noted as written."""
        wanted = int(self._sent * share) + more
        until(lambda: self.written() >= wanted, f"{wanted} records written", seconds)

    def lag(self, name: str) -> float:
        """Return how many records a program says are not in the ledger yet; 0 where it does not say."""
        port = {"sink": self.settings.sink_metrics_port, "archive": self.settings.archive_metrics_port}[name]
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            told = answer.read().decode()
        found = re.search(rf"^mingjing_{name}_lag (\S+)$", told, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of `query`."""
        with closing(Connection(self.settings)) as connection:
            return connection.rows(query)


@pytest.fixture
def store_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """The disk on which ClickHouse keeps its rows, where it is asked for before the site."""
    with small_disk(tmp_path / "clickhouse", DISK_MB) as disk:
        yield disk


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site whose broker and ClickHouse run; nothing else does."""
    kafka, store, sink, archive = (Address("127.0.0.1", port) for port in free_ports(4))
    settings = read_settings(
        kafka=str(kafka),
        clickhouse=str(store),
        sink_metrics_port=sink.port,
        archive_metrics_port=archive.port,
        partitions=PARTITIONS,
    )
    server = clickhouse(Choice.DEBIAN, store, tmp_path / "clickhouse", tmp_path / "clickhouse.log")
    with (
        broker(kafka, tmp_path / "kafka", tmp_path / "kafka.log", cache=cache_folder(), heap="256m", brief=True),
        server,
    ):
        apply(settings.broker, PARTITIONS, [AGENCY])
        migrate(settings)
        yield Site(tmp_path, settings, server)


@pytest.fixture
def sink(site: Site) -> Iterator[Program]:
    """The sink, not yet started."""
    program = site.program("sink", site.settings.sink_metrics_port)
    yield program
    program.stop()


@pytest.fixture
def archive(site: Site) -> Iterator[Program]:
    """The archive, not yet started."""
    program = site.program("archive", site.settings.archive_metrics_port)
    yield program
    program.stop()


def run(program: Program) -> None:
    """Start a program and wait until it is ready."""
    program.start()
    program.wait_ready()


def kill(program: Program) -> None:
    """Kill a program and wait until it is gone."""
    program.kill()
    until(lambda: program.failure is not None, f"{program.name} to be dead")


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until something is `true`, or fail, saying `what` was waited for."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:g} s in vain for {what}")
        threading.Event().wait(0.05)


def card(n: int, *, revision: int = 1, **changes: str) -> Json:
    """Return a record of `cards` of a case of its own."""
    at = (START + timedelta(minutes=n)).isoformat()
    own = {"card_id": f"c{n}", "case_key": f"{AGENCY}/{n}", "violated_at": at, "due_at": at, "issued_at": at}
    return CARD | own | {"revision": revision, "ver": [100 * n + revision, 1, revision]} | changes


def case(n: int) -> Json:
    """Return a record of `case-facts` of a case of its own."""
    at = (START + timedelta(minutes=n)).isoformat()
    own = {"case_key": f"{AGENCY}/{n}", "subject": str(n), "applied_at": at, "accepted_at": at, "last_event_at": at}
    return CASE | own | {"ver": [n, 1, 1]}


def event(n: int) -> Json:
    """Return a record of `case-events`, of one of five thousand cases."""
    at = (START + timedelta(seconds=n)).isoformat()
    own = {"id": f"e{n}", "subject": str(n % 5000), "casekey": f"{AGENCY}/{n % 5000}", "sequence": n}
    return EVENT | own | {"time": at, "ingestedtime": at}
