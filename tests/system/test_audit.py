"""The trail on a real Kafka and a real ClickHouse: chained, anchored, verified, and seen through when forged."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from mingjing.services.audit.anchor import anchors_path, read_anchors
from mingjing.services.audit.auditor import waiting
from mingjing.services.audit.book import ClickHouseBook
from mingjing.services.audit.chain import Head
from mingjing.services.audit.entry import TOPIC, Entry, packed
from mingjing.services.ledger.connection import Connection, Pool
from mingjing.services.ledger.migrate import migrate
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.environment import environment
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.streams.kafka_topics import apply

pytestmark = pytest.mark.system

PATIENCE_S = 30.0
ENTRIES = 50


class Trail:
    """One installation's trail, its auditor, and the tools that look at it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.pool = Pool(settings, 1)
        self.book = ClickHouseBook(self.pool)
        self.auditor = Program(
            "auditor",
            [sys.executable, "-m", "mingjing.services.cli", "auditor"],
            log=folder / "auditor.log",
            env=environment(settings),
            ready=http_answers(Address("127.0.0.1", settings.auditor_metrics_port), "/readyz"),
        )

    def write(self, count: int) -> None:
        producer = Producer({"bootstrap.servers": self.settings.kafka, "acks": "all"})
        for number in range(count):
            entry = Entry(at_ms=number, actor="li", role="inspector", action="case.opened", object=f"A/{number}")
            producer.produce(TOPIC, packed(entry))
        assert producer.flush(PATIENCE_S) == 0

    def wait(self, seq: int) -> None:
        until = time.monotonic() + PATIENCE_S
        while self.book.head().seq < seq:
            assert time.monotonic() < until, f"the chain has come to {self.book.head().seq} of {seq}"

    def mingjing(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mingjing.services.cli", *arguments]
        env = environment(self.settings)
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def trail(kafka: Address, clickhouse18: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    folder = tmp_path_factory.mktemp("audit")
    settings = read_settings(
        kafka=str(kafka),
        clickhouse=str(clickhouse18),
        clickhouse_database="audit_trail",
        data_dir=folder / "data",
        auditor_metrics_port=free_ports(1)[0],
        partitions=1,
    )
    migrate(settings)
    apply(settings.broker, 1, [])
    standing = Trail(settings, folder)
    with standing.auditor:
        standing.write(ENTRIES)
        standing.wait(ENTRIES)
        yield standing
    standing.pool.close()


@pytest.fixture
def altered(trail: Trail) -> Iterator[Callable[[str], None]]:
    """Run a statement as who owns the database, and undo it when the test is over."""
    links = list(trail.book.links())
    connection = Connection(trail.settings)

    def alter(statement: str) -> None:
        connection.command(statement)

    yield alter
    connection.command("TRUNCATE TABLE audit")
    trail.book.put(links)
    connection.close()


def test_an_auditor_that_was_killed_goes_on_where_the_chain_ends(trail: Trail) -> None:
    before = trail.book.head().seq
    trail.auditor.kill()
    trail.write(ENTRIES)
    trail.auditor.stop()
    trail.auditor.start()
    trail.auditor.wait_ready()
    trail.wait(before + ENTRIES)

    assert [link.seq for link in trail.book.links()] == list(range(1, before + ENTRIES + 1))


def test_what_waits_for_the_chain_is_counted_by_how_far_it_has_come(trail: Trail) -> None:
    consumer = Consumer({"bootstrap.servers": trail.settings.kafka, "group.id": "test-waiting"})
    consumer.assign([TopicPartition(TOPIC, 0, 0)])
    until = time.monotonic() + PATIENCE_S
    while consumer.consume(1, 1.0) == []:
        assert time.monotonic() < until

    head = trail.book.head()

    assert waiting(consumer, head) == 0
    assert waiting(consumer, Head(next_offset=head.next_offset - 3)) == 3
    consumer.close()


def test_the_auditor_says_that_nothing_waits_and_that_the_ledger_takes_it(trail: Trail) -> None:
    page = httpx2.get(f"http://127.0.0.1:{trail.settings.auditor_metrics_port}/metrics").text

    assert "mingjing_auditor_lag 0.0" in page
    assert "mingjing_auditor_ledger_up 1.0" in page


def test_a_whole_trail_is_verified_against_its_anchors(trail: Trail) -> None:
    told = trail.mingjing("audit", "verify", "--anchor", str(anchors_path(trail.settings)))

    assert (told.returncode, "逐条一致" in told.stdout) == (0, True), told.stderr


def test_a_record_altered_in_the_database_is_found(trail: Trail, altered: Callable[[str], None]) -> None:
    first, *rest = trail.book.links()
    altered("TRUNCATE TABLE audit")
    trail.book.put([msgspec.structs.replace(first, actor="wang"), *rest])

    told = trail.mingjing("audit", "verify")

    assert (told.returncode, "第 1 条" in told.stderr) == (1, True)


def test_a_trail_cut_off_below_an_anchor_is_found(trail: Trail, altered: Callable[[str], None]) -> None:
    anchor = read_anchors(anchors_path(trail.settings))[0]
    kept = [link for link in trail.book.links() if link.seq < anchor.seq]
    altered("TRUNCATE TABLE audit")
    trail.book.put(kept)

    told = trail.mingjing("audit", "verify", "--anchor", str(anchors_path(trail.settings)))

    assert (told.returncode, "末尾被截去" in told.stderr) == (1, True)


def test_the_trail_is_exported_with_its_hashes(trail: Trail, tmp_path: Path) -> None:
    told = trail.mingjing("audit", "export", "--out", str(tmp_path / "trail.jsonl"), "--from", "3")

    lines = (tmp_path / "trail.jsonl").read_text("utf-8").splitlines()
    assert (told.returncode, len(lines)) == (0, trail.book.head().seq - 2)
    assert '"action_title":"查阅办件"' in lines[0]
