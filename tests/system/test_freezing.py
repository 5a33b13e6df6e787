"""Months frozen by the command and by the press, between a real Kafka and a real ClickHouse."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from tests.services.notices.conftest import Receiver, receiver

from mingjing.services.ledger import migrate
from mingjing.services.ledger.connection import Connection
from mingjing.services.log_group import LogGroup
from mingjing.services.log_spans import spans
from mingjing.services.registry import migrate_registry, open_registry
from mingjing.services.reports.covering import LedgerBehind, await_cover
from mingjing.services.reports.freezing import Frozen, canonical, hashed, revisions
from mingjing.services.reports.judged import WorkersBehind, await_judged
from mingjing.services.reports.period import Month
from mingjing.services.settings import Settings
from mingjing.services.sink.run import GROUP
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.environment import environment
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.streams.kafka_topics import apply
from mingjing.streams.topics import ingest_topic

pytestmark = pytest.mark.system

__all__ = ["receiver"]

AGENCY = "91330100MA2XXXXX01"
PATIENCE_S = 90.0
NOW = datetime.now(UTC) + timedelta(hours=8)
MONTH = Month(NOW.year, NOW.month).later(-1)
"""The month before this one: the press lives by the wall clock."""

AGENCIES = f"""
agencies: [{{code: {AGENCY}, title: 市场监管局, region: "330106000000", sources: ['urn:s']}}]
regions: [{{code: "330106000000", title: 西湖区, tier: 县}}]
"""

PRINTED = {
    "xlsx": ("efficiency", str(MONTH), "--agency", AGENCY, "--tier", "市"),
    "pdf": ("assess", str(MONTH)),
}
"""Commands that print a frozen month, by the form they are asked for."""


class Site:
    """A broker and a ledger, the sink between them, and the commands of an installation."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.settings = settings
        self._folder = folder
        self._producer = Producer({"bootstrap.servers": settings.kafka, "linger.ms": 5})

    def program(self, name: str, port: int, settings: Settings | None = None) -> Program:
        """Return `mingjing <name>`, not yet started; ready once its probe says so."""
        return Program(
            name,
            [sys.executable, "-m", "mingjing.services.cli", name],
            log=self._folder / f"{name}.log",
            env=environment(settings or self.settings) | {"OFFICE_SECRET": "secret"},
            ready=http_answers(Address("127.0.0.1", port), "/readyz"),
        )

    def sunk(self, settings: Settings | None = None) -> Program:
        """Return the sink of an installation, not yet started."""
        wanted = settings or self.settings
        return self.program("sink", wanted.sink_metrics_port, wanted)

    def worker(self) -> Program:
        """Return the worker of the installation, not yet started."""
        return self.program("worker", self.settings.worker_metrics_port)

    def command(self, *words: str, settings: Settings | None = None, refused: bool = False) -> str:
        """Run `mingjing …` to its end, and return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "mingjing.services.cli", *words],
            env=environment(settings or self.settings) | {"OFFICE_SECRET": "secret"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) is refused, done.stdout + done.stderr
        return done.stderr if refused else done.stdout

    def printed(self, report: str, *words: str) -> tuple[bytes, str]:
        """Run `mingjing report …`, and return how the file it wrote begins, and what it said."""
        form = next(name for name, command in PRINTED.items() if command[0] == report)
        out = self._folder / f"{report}.{form}"
        said = self.command("report", report, *words, "--out", str(out))
        return out.read_bytes()[:2], said

    def send(self, *numbers: int, agency: str = AGENCY, life: int = 1) -> None:
        """Put the facts of decided cases of the month on the topic `case-facts`."""
        begun = f"{MONTH}-05T10:00:00+08:00"
        for number in numbers:
            decided = f"{MONTH}-{10 + number % 15}T10:00:00+08:00"
            facts: dict[str, Any] = {
                "case_key": f"{AGENCY}/n{number}",
                "subject": f"n{number}",
                "item": None,
                "item_title": "食品经营许可",
                "agency": agency,
                "region": "330106000000",
                "applied_at": begun,
                "accepted_at": begun,
                "decided_at": decided,
                "delivered_at": None,
                "last_event_at": decided,
                "last_event_type": "case.decided",
                "state": "decided",
                "clocks": [],
                "events": 2,
                "figures": {"kind": "licence", "ended_at": decided, "types": {"case.accepted": 1}},
                "ver": [number, 1, life],
            }
            self._producer.produce("case-facts", orjson.dumps(facts), partition=number % 2)
        assert self._producer.flush(30) == 0

    def report(self, case: str) -> None:
        """Put what the agency reports of a case that it decided in the month on its topic."""
        for number, type_ in enumerate(("case.applied", "case.accepted", "case.decided")):
            event = {
                "specversion": "1.0",
                "id": f"{case}-{number}",
                "source": "urn:s",
                "type": type_,
                "subject": case,
                "time": f"{MONTH}-{10 + number}T10:00:00+08:00",
                "region": "330106000000",
                "data": {"outcome": "granted"} if type_ == "case.decided" else {},
            }
            self._producer.produce(ingest_topic(AGENCY), orjson.dumps(event), partition=0)
        assert self._producer.flush(30) == 0

    def frozen(self, settings: Settings | None = None) -> list[Frozen]:
        """Return the revisions of the month."""
        connection = Connection(settings or self.settings)
        try:
            return revisions(connection, [MONTH])
        finally:
            connection.close()

    def await_cases(self, count: int, settings: Settings | None = None) -> None:
        """Wait until so many cases are in the ledger and what was written is noted."""
        connection = Connection(settings or self.settings)

        def there() -> bool:
            ((cases,),) = connection.rows("SELECT count() FROM case_figures FINAL")
            ((read,),) = connection.rows(
                "SELECT sum(o) FROM (SELECT max(next_offset) AS o FROM sink_progress "
                "WHERE topic = 'case-facts' GROUP BY topic_partition)"
            )
            return bool(cases == count and read >= count)

        until(there)
        connection.close()

    def behind(self) -> str:
        """Return what is said of a ledger that nobody writes any more, without waiting for it."""
        connection = Connection(self.settings)
        try:
            with pytest.raises(LedgerBehind) as refused:
                await_cover(connection, MONTH, ends=partial(spans, self.settings.broker), wait=lambda _: None)
        finally:
            connection.close()
        return str(refused.value)

    def unjudged(self) -> str:
        """Return why the workers keep the month open, without waiting for them; nothing where they do not."""
        group = LogGroup(self.settings.broker, self.settings.group)
        ends = partial(spans, self.settings.broker)
        try:
            await_judged(MONTH, [ingest_topic(AGENCY)], ends=ends, workers=group, wait=lambda _: None)
        except WorkersBehind as exc:
            return str(exc)
        return ""

    def trail(self) -> list[dict[str, Any]]:
        """Return every entry on the topic `audit`, in order."""
        reader = Consumer({"bootstrap.servers": self.settings.kafka, "group.id": "trail"})
        place = TopicPartition("audit", 0, 0)
        _, end = reader.get_watermark_offsets(place, timeout=30)
        reader.assign([place])
        entries: list[dict[str, Any]] = []
        while len(entries) < end:
            entries += [json.loads(each.value()) for each in reader.consume(100, timeout=1) if not each.error()]
        reader.close()
        return entries


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Address]:
    """A broker of one's own: what is replayed is the whole log."""
    address = Address("127.0.0.1", free_ports(1)[0])
    with broker(address, tmp_path / "kafka", tmp_path / "kafka.log", cache=cache_folder(), heap="256m"):
        yield address


@pytest.fixture
def site(tmp_path: Path, log: Address, clickhouse18: Address, receiver: Receiver) -> Iterator[Site]:
    (tmp_path / "agencies.yaml").write_text(AGENCIES, "utf-8")
    (tmp_path / "notices.yaml").write_text(
        f"hosts: ['127.0.0.1:{receiver.server_port}']\n"
        f"channels: [{{name: office, kind: webhook, url: '{receiver.url}/report', secret: {{env: OFFICE_SECRET}}}}]\n"
        "routes: [{name: none, channels: [office], levels: [red]}]\n",
        "utf-8",
    )
    sink, press, worker, archive = free_ports(4)
    settings = Settings(
        kafka=str(log),
        clickhouse=str(clickhouse18),
        clickhouse_database=f"freezing_{time.time_ns()}",
        data_dir=tmp_path,
        agencies=tmp_path / "agencies.yaml",
        notices=tmp_path / "notices.yaml",
        report_folder=tmp_path / "out",
        report_close="1d 00:00",
        sink_metrics_port=sink,
        press_metrics_port=press,
        worker_metrics_port=worker,
        archive_metrics_port=archive,
        partitions=2,
    )
    apply(settings.broker, settings.partitions, [AGENCY])
    migrate(settings)
    migrate_registry(settings)
    yield Site(tmp_path, settings)
    root = Connection(settings, database="default")
    root.command(f"DROP DATABASE {settings.clickhouse_database}")
    root.close()


def test_a_month_is_frozen_corrected_and_recomputed_byte_for_byte_from_the_log(site: Site) -> None:
    site.send(*range(40))
    with site.worker(), site.sunk():
        site.await_cases(40)
        first = site.command("report", "freeze", "--month", str(MONTH))
        same = site.command("report", "freeze", "--month", str(MONTH))
        site.send(100)  # late
        site.await_cases(41)
        late = site.command("report", "freeze", "--month", str(MONTH))
        site.send(3, agency="91330100MA2XXXXX02", life=2)
        site.command("report", "freeze", "--month", str(MONTH), "--reason", "更正承办部门")
    kept = site.frozen()
    printed = {name: site.printed(*words) for name, words in PRINTED.items()}

    assert {name: begin for name, (begin, _) in printed.items()} == {"xlsx": b"PK", "pdf": b"%P"}
    assert "不排名" in printed["pdf"][1]  # nobody promised anything
    assert f"{MONTH} 第 1 版" in first
    assert "数字未变，仍为第 1 版" in same
    assert re.search(rf"{AGENCY} 330106000000 decided：40 → 41", late)
    assert [(each.revision, each.reason) for each in kept] == [
        (1, ""),
        (2, "冻结之后到达的事件改变了本月数字"),
        (3, "更正承办部门"),
    ]
    assert kept[0].progress == {"case-facts": {0: 20, 1: 20}}
    assert kept[2].progress == {"case-facts": {0: 21, 1: 21}}
    moved = {(each.agency, each.before, each.after) for each in kept[2].changes if each.measure == "decided"}
    assert moved == {(AGENCY, 41, 40), ("91330100MA2XXXXX02", 0, 1)}
    told = [(each["object"], each["detail"]["revision"]) for each in site.trail() if each["action"] == "month.frozen"]
    assert told == [(str(MONTH), 1), (str(MONTH), 2), (str(MONTH), 3)]

    again = site.settings.model_copy(update={"clickhouse_database": f"{site.settings.clickhouse_database}_again"})
    rewind(site.settings)
    migrate(again)
    with site.worker(), site.sunk(again):
        site.await_cases(41, again)
        until(lambda: sum(progress(again).values()) == 42)
        site.command("report", "freeze", "--month", str(MONTH), settings=again)
    (replayed,) = site.frozen(again)
    root = Connection(again, database="default")
    root.command(f"DROP DATABASE {again.clickhouse_database}")
    root.close()

    assert canonical(replayed.snapshot) == canonical(kept[2].snapshot)
    assert replayed.hash == kept[2].hash == hashed(canonical(kept[2].snapshot))


def test_a_month_is_not_closed_while_the_worker_is_stopped_and_what_came_in_is_not_judged(site: Site) -> None:
    site.send(*range(40))
    with site.sunk(), site.program("archive", site.settings.archive_metrics_port):
        with site.worker() as worker:
            site.await_cases(40)
            until(lambda: site.unjudged() == "")
            worker.kill()
        site.report("late")
        unread = site.unjudged()
        until(lambda: not LogGroup(site.settings.broker, site.settings.group).held())
        refused = site.command("report", "freeze", "--month", str(MONTH), refused=True)
        kept = site.frozen()
        with site.worker():
            closed = site.command("report", "freeze", "--month", str(MONTH))
            assert site.unjudged() == ""
        until(lambda: "没有监察进程在看" in site.unjudged())

    assert f"还有事件没有评判，ingest.{AGENCY} 分区 0 差 3 条（日志到 3）" in unread
    assert f"{MONTH} 不能冻结：还有事件没有评判，ingest.{AGENCY} 分区 0 差 3 条" in refused
    assert "请看监察进程（mingjing worker）是否在运行" in refused
    assert kept == []
    assert f"{MONTH} 第 1 版" in closed
    (frozen,) = site.frozen()
    assert frozen.snapshot["sums"][AGENCY]["330106000000"]["decided"] == {"": 41}


def test_the_press_freezes_and_delivers_once_though_it_is_killed(site: Site, receiver: Receiver) -> None:
    site.command("press", "subscribe", "月报", "--channel", "office", "--form", "csv")
    site.command("press", "subscribe", "存档", "--folder", "leaders", "--form", "pdf")
    listed = site.command("press", "subscriptions")
    site.send(*range(200, 240))
    with site.worker(), site.sunk():
        site.await_cases(40)
        with site.program("press", site.settings.press_metrics_port) as press:
            until(lambda: len(receiver.requests) == 1)
            press.kill()
        with site.program("press", site.settings.press_metrics_port):
            until(lambda: set(states(site).values()) <= {"sent", "unknown"} and len(states(site)) == 2)
            seen = len(receiver.requests)
    site.send(300)  # the sink is stopped
    behind = site.behind()

    assert "月报" in listed
    assert "存档" in listed
    assert seen == 1
    assert "case-facts 分区 0 差 1 条（日志到 21）" in behind
    folder = site.settings.report_folder
    assert folder is not None
    assert [each.name for each in (folder / "leaders" / str(MONTH)).iterdir()] == [
        f"mingjing-efficiency-{MONTH}-r1.pdf"
    ]
    assert [each.revision for each in site.frozen()] == [1]
    actions = [each["action"] for each in site.trail()]
    assert actions.count("subscription.added") >= 2
    assert actions.count("report.sent") >= 2


def rewind(settings: Settings) -> None:
    """Have the sink begin with the first record of the log."""
    admin = AdminClient({"bootstrap.servers": settings.kafka})
    begin = ConsumerGroupTopicPartitions(GROUP, [TopicPartition("case-facts", each, 0) for each in range(2)])

    def rewound() -> bool:
        (done,) = admin.alter_consumer_group_offsets([begin]).values()
        try:
            done.result()
        except KafkaException:  # its member has not left yet
            return False
        return True

    until(rewound)


def progress(settings: Settings) -> dict[int, int]:
    """Return how far `case-facts` is written, by partition."""
    connection = Connection(settings)
    rows = connection.rows(
        "SELECT topic_partition, max(next_offset) FROM sink_progress "
        "WHERE topic = 'case-facts' GROUP BY topic_partition"
    )
    connection.close()
    return dict(rows)


def states(site: Site) -> dict[str, str]:
    """Return the state of every delivery, by subscription."""
    registry = open_registry(site.settings)
    known = [each.id for each in registry.subscriptions.all()]
    found = {each.subscription: each.state for each in registry.report_deliveries.newest(known, limit=10)}
    registry.database.close()
    return found


def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds."""
    patience = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < patience, "still not so"
        time.sleep(0.1)
