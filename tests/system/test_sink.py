"""The sink and the archive between a real Kafka and a real ClickHouse, with everything being killed."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Producer

from mingjing.services.ledger import LedgerUnavailable, Scope, migrate, open_ledger
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

pytestmark = pytest.mark.system

AGENCY = "91330100MA2XXXXX01"
PARTITIONS = 4
DISK_MB = 64
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

    def await_written(self, share: float = 1.0, *, more: int = 0) -> None:
        """Wait until `share` of what was sent, and `more`, is noted as written."""
        wanted = int(self._sent * share) + more
        _until(lambda: self.written() >= wanted, f"{wanted} records written")

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
    program = site.program("sink", site.settings.sink_metrics_port)
    yield program
    program.stop()


@pytest.fixture
def archive(site: Site) -> Iterator[Program]:
    program = site.program("archive", site.settings.archive_metrics_port)
    yield program
    program.stop()


def test_rows_equal_records_when_the_sink_is_killed_and_clickhouse_goes_away(site: Site, sink: Program) -> None:
    lives = [_card(n % 4000, revision=1 + n // 4000) for n in range(12_000)]
    cases = [_case(n) for n in range(3000)]
    site.send("cards", [(n % 4000 % PARTITIONS, orjson.dumps(each)) for n, each in enumerate(lives)])
    site.send("case-facts", [(n % PARTITIONS, orjson.dumps(each)) for n, each in enumerate(cases)])

    for share in (0.1, 0.4):
        _run(sink)
        site.await_written(share)
        _kill(sink)
    _run(sink)
    site.store.stop()
    site.send("cards", [(n % PARTITIONS, orjson.dumps(_card(n, revision=4))) for n in range(500)])
    _until(lambda: "ledger away" in sink.log.read_text(), "the sink to miss its ledger")
    _run(site.store)
    site.await_written()

    assert site.rows("SELECT count() FROM card_log FINAL") == [(12_500,)]
    latest = {row[0]: orjson.loads(row[1]) for row in site.rows("SELECT card_id, body FROM cards FINAL")}
    assert latest == {f"c{n}": _card(n, revision=4 if n < 500 else 3) for n in range(4000)}
    facts = {row[0]: orjson.loads(row[1]) for row in site.rows("SELECT case_key, body FROM case_facts FINAL")}
    assert facts == {each["case_key"]: each for each in cases}


def test_rows_equal_records_when_the_disk_of_clickhouse_was_full(
    store_disk: SmallDisk, site: Site, sink: Program
) -> None:
    site.send("cards", [(n % PARTITIONS, orjson.dumps(_card(n))) for n in range(500)])
    _run(sink)
    site.await_written()
    store_disk.fill()
    site.send("cards", [(n % PARTITIONS, orjson.dumps(_card(n))) for n in range(500, 30_000)])
    _until(lambda: "ledger away" in sink.log.read_text(), "the sink to miss its ledger")
    store_disk.empty()
    site.await_written()

    assert site.rows("SELECT count(), uniqExact(card_id) FROM card_log FINAL") == [(30_000, 30_000)]
    assert site.rows("SELECT count() FROM dead_letters") == [(0,)]


def test_events_equal_records_when_archive_and_clickhouse_are_killed(site: Site, archive: Program) -> None:
    site.send("case-events", [(n % PARTITIONS, orjson.dumps(_event(n))) for n in range(60_000)])

    for share in (0.1, 0.3):
        _run(archive)
        site.await_written(share)
        _kill(archive)
    _run(archive)
    _kill(site.store)
    _until(lambda: "ledger away" in archive.log.read_text() or site.written() == 60_000, "the archive to notice")
    _run(site.store)
    site.await_written()

    counted = "SELECT count(), uniqExact(event_id), sum(sequence) FROM events FINAL"
    assert site.rows(counted) == [(60_000, 60_000, sum(range(60_000)))]


def test_a_ledger_lost_whole_is_filled_again_from_the_log(site: Site, sink: Program, archive: Program) -> None:
    site.send("cards", [(n % PARTITIONS, orjson.dumps(_card(n))) for n in range(2000)])
    site.send("case-events", [(n % PARTITIONS, orjson.dumps(_event(n))) for n in range(20_000)])
    for program in (sink, archive):
        _run(program)
    site.await_written()
    for program in (sink, archive):
        program.stop()

    site.rows(f"DROP DATABASE {site.settings.clickhouse_database}")
    migrate(site.settings)
    for program in (sink, archive):
        _run(program)
    site.await_written()

    assert site.rows("SELECT count(), uniqExact(card_id) FROM cards FINAL") == [(2000, 2000)]
    assert site.rows("SELECT count(), uniqExact(event_id) FROM events FINAL") == [(20_000, 20_000)]
    assert "ledger lacks what was committed" in sink.log.read_text()


def test_a_record_the_ledger_refuses_is_found_among_the_dead_letters(site: Site, sink: Program) -> None:
    site.send("cards", [(0, b"no card"), (0, orjson.dumps(_card(1))), (1, orjson.dumps(_card(2, issued_at="soon")))])
    _run(sink)
    site.await_written(more=2)  # the two letters about them

    with closing(open_ledger(site.settings, connections=1)) as ledger:
        letters = ledger.dead_letters(Scope.everything()).items
        cards = ledger.cards(Scope.everything()).items

    assert sorted((each["topic"], each["partition"], each["offset"]) for each in letters) == [
        ("cards", 0, 0),
        ("cards", 1, 0),
    ]
    assert {each["code"] for each in letters} == {"row_refused"}
    assert [each["card_id"] for each in cards] == ["c1"]


def test_a_card_can_be_selected_within_a_second_of_being_sent(site: Site, sink: Program) -> None:
    _run(sink)
    site.send("cards", [(0, orjson.dumps(_card(0)))])
    site.await_written()

    began = time.monotonic()
    site.send("cards", [(0, orjson.dumps(_card(1)))])
    site.await_written()

    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("ledger", ["there", "away"])
def test_a_stop_takes_less_than_five_seconds(site: Site, sink: Program, ledger: str) -> None:
    _run(sink)
    site.send("cards", [(0, orjson.dumps(_card(0)))])
    site.await_written()
    if ledger == "away":
        site.store.stop()
        site.send("cards", [(0, orjson.dumps(_card(1)))])
        _until(lambda: "ledger away" in sink.log.read_text(), "the sink to miss its ledger")

    began = time.monotonic()
    sink.stop()

    assert time.monotonic() - began < 5.0


def _run(program: Program) -> None:
    program.start()
    program.wait_ready()


def _kill(program: Program) -> None:
    program.kill()
    _until(lambda: program.failure is not None, f"{program.name} to be dead")


def _until(true: Callable[[], bool], what: str, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            pytest.fail(f"waited {seconds:g} s in vain for {what}")
        threading.Event().wait(0.05)


def _card(n: int, *, revision: int = 1, **changes: str) -> Json:
    at = (START + timedelta(minutes=n)).isoformat()
    own = {"card_id": f"c{n}", "case_key": f"{AGENCY}/{n}", "violated_at": at, "due_at": at, "issued_at": at}
    return CARD | own | {"revision": revision, "ver": [100 * n + revision, 1, revision]} | changes


def _case(n: int) -> Json:
    at = (START + timedelta(minutes=n)).isoformat()
    own = {"case_key": f"{AGENCY}/{n}", "subject": str(n), "applied_at": at, "accepted_at": at, "last_event_at": at}
    return CASE | own | {"ver": [n, 1, 1]}


def _event(n: int) -> Json:
    at = (START + timedelta(seconds=n)).isoformat()
    own = {"id": f"e{n}", "subject": str(n % 5000), "casekey": f"{AGENCY}/{n % 5000}", "sequence": n}
    return EVENT | own | {"time": at, "ingestedtime": at}
