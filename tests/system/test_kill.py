"""A worker between real topics, killed while it works: what it says of every case must be as if it never was."""

import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from mingjing.services.settings import Settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.environment import environment
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.streams.kafka_topics import apply
from mingjing.streams.topics import ingest_topic

pytestmark = pytest.mark.system

AGENCY, SOURCE = "11330100MB1234567A", "urn:test:agency"
PARTITIONS, INGEST_PARTITIONS = 4, 2
LIMIT = timedelta(hours=1)
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
PATIENCE_S = 90

AGENCIES = f"""
agencies:
  - {{code: {AGENCY}, title: 云州市市场监督管理局, region: "330100000000", sources: ['{SOURCE}']}}
regions:
  - {{code: "330100000000", title: 云州市, tier: 市}}
"""

PACK = """
pack: hour
title: 一小时办结
version: "1"
vocabulary: open
rules:
  - id: TL-1
    title: 一小时办结
    basis: [演示]
    kind: time-limit
    start: [opened]
    stop: [closed]
    limit: 1h
    count: to-the-second
    cards:
      yellow: {at: past limit, id: TL-1}
"""

Json = dict[str, Any]


class Site:
    """A broker with topics, and workers to be started and killed."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.settings = settings
        self._folder = folder
        self._producer = Producer({"bootstrap.servers": settings.kafka, "linger.ms": 5, "log_level": 0})
        self._ids = itertools.count()

    def worker(self, number: int = 1) -> Program:
        """Return `mingjing worker` number `number`, not yet started; each is a static member of the group."""
        port = self.settings.worker_metrics_port + number - 1
        theirs = self.settings.model_copy(update={"instance": f"w{number}", "worker_metrics_port": port})
        return Program(
            f"worker-{number}",
            [sys.executable, "-m", "mingjing.services.cli", "worker"],
            log=self._folder / f"worker-{number}.log",
            env=environment(theirs),
            ready=http_answers(Address("127.0.0.1", port), "/readyz"),
        )

    def send(self, type_: str, case: str, at: datetime, partition: int | None = None) -> None:
        """Put one event on the agency's topic; those of a case keep their order."""
        event = {
            "specversion": "1.0",
            "id": f"e{next(self._ids)}",
            "source": SOURCE,
            "type": type_,
            "subject": case,
            "time": at.isoformat(),
        }
        place = hash(case) % INGEST_PARTITIONS if partition is None else partition
        self._producer.produce(ingest_topic(AGENCY), orjson.dumps(event), partition=place)
        self._producer.poll(0)

    def send_watermark(self, at: datetime) -> None:
        """Say on every partition of the agency's topic that everything before `at` has been sent."""
        for partition in range(INGEST_PARTITIONS):
            self.send("clock.tick", "clock", at, partition)

    def flush(self) -> None:
        assert self._producer.flush(30) == 0

    def reader(self, topic: str, partitions: int = PARTITIONS) -> "Reader":
        return Reader(self.settings.kafka, topic, partitions)


class Reader:
    """Everything that is on a topic, kept as it comes."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": "reader", "fetch.wait.max.ms": 50, "log_level": 0}
        )
        self._consumer.assign([TopicPartition(topic, partition, 0) for partition in range(partitions)])
        self.read: list[Json] = []

    def until(self, condition: Callable[[list[Json]], bool]) -> list[Json]:
        """Read on until `condition` holds of everything read."""
        patience = time.monotonic() + PATIENCE_S
        while not condition(self.read):
            assert time.monotonic() < patience, f"{len(self.read)} records and still not so"
            messages = self._consumer.consume(1000, 0.1)
            self.read += [orjson.loads(message.value()) for message in messages if message.error() is None]
        return self.read

    def close(self) -> None:
        self._consumer.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    kafka, metrics = free_ports(2)
    packs = tmp_path / "hour.yaml"
    packs.write_text(PACK, encoding="utf-8")
    agencies = tmp_path / "agencies.yaml"
    agencies.write_text(AGENCIES, encoding="utf-8")

    def make(clock: str) -> Site:
        settings = Settings(
            kafka=f"127.0.0.1:{kafka}",
            packs=[packs],
            agencies=agencies,
            clock=clock,  # type: ignore[arg-type]  # pydantic checks it
            partitions=PARTITIONS,
            data_dir=tmp_path / "data",
            worker_metrics_port=metrics,
        )
        apply(settings.kafka, PARTITIONS, [AGENCY])
        return Site(tmp_path, settings)

    address = Address("127.0.0.1", kafka)
    with broker(address, tmp_path / "kafka", tmp_path / "kafka.log", cache=cache_folder(), heap="256m"):
        yield make


def key(case: str) -> str:
    return f"{AGENCY}/{case}"


def send_story(site: Site, cases: Iterable[int]) -> set[str]:
    """Send one case a minute: a third closed in time, a third late, a third never. Return the keys that are past."""
    past = set()
    due: list[tuple[datetime, str, str]] = []
    for number in cases:
        at, case = MONDAY + timedelta(minutes=number), f"c{number}"
        due.append((at, "opened", case))
        if number % 3 == 0:
            due.append((at + LIMIT / 2, "closed", case))
        else:
            past.add(key(case))
        if number % 3 == 1:
            due.append((at + 2 * LIMIT, "closed", case))
    for count, (at, type_, case) in enumerate(sorted(due)):
        site.send(type_, case, at)
        if count % 50 == 0:
            site.send_watermark(at)
    return past


def latest(cards: list[Json]) -> dict[str, Json]:
    """Return the cards as whoever keeps the greatest `ver` sees them, by case."""
    return {card["case_key"]: card for card in sorted(cards, key=lambda card: card["ver"])}


def test_a_worker_killed_under_load_loses_nothing_and_draws_nothing_false(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    worker, cards = here.worker(), here.reader("cards")
    past: set[str] = set()
    for start in range(0, 6000, 1500):
        worker.start()
        worker.wait_ready()
        past |= send_story(here, range(start, start + 1500))
        here.flush()
        seen = len(latest(cards.read))
        cards.until(lambda read, seen=seen: len(latest(read)) > seen + 200)
        worker.kill()
        worker.stop()
    here.send_watermark(MONDAY + timedelta(days=30))
    here.flush()
    with worker:
        cards.until(lambda read: len(latest(read)) >= len(past))

    assert set(latest(cards.read)) == past
    assert {card["level"] for card in cards.read} == {"yellow"}
    assert {card["status"] for card in cards.read} <= {"standing", "cleared"}
    contents = Counter((card["card_id"], card["revision"]) for card in cards.read)
    said = {(card["card_id"], card["revision"], card["digest"]) for card in cards.read}
    assert len(said) == len(contents), "a card was said twice in different words"
    cards.close()


def test_partitions_that_move_between_workers_lose_nothing(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    first, second, cards = here.worker(1), here.worker(2), here.reader("cards")
    with first:
        past = send_story(here, range(1500))
        here.flush()
        cards.until(lambda read: len(read) > 100)
        with second:
            past |= send_story(here, range(1500, 3000))
            here.flush()
            cards.until(lambda read: len(read) > 1200)
            first.kill()
            here.send_watermark(MONDAY + timedelta(days=30))
            here.flush()
            cards.until(lambda read: len(latest(read)) >= len(past))

    assert set(latest(cards.read)) == past
    cards.close()


def test_live_a_deadline_fires_within_a_second_with_no_event_at_all(site: Callable[[str], Site]) -> None:
    here = site("live")
    cards = here.reader("cards")
    with here.worker():
        due = datetime.now(UTC) + timedelta(seconds=2)
        here.send("opened", "silent", due - LIMIT)
        here.flush()
        (card,) = cards.until(lambda read: len(read) > 0)

    assert card["case_key"] == key("silent")
    assert timedelta(0) <= datetime.fromisoformat(card["issued_at"]) - due < timedelta(seconds=1)
    cards.close()


def test_live_what_came_in_in_time_draws_no_card_however_late_a_worker_starts(site: Callable[[str], Site]) -> None:
    here = site("live")
    cards, facts = here.reader("cards"), here.reader("case-facts")
    due = datetime.now(UTC) + timedelta(seconds=2)
    for number in range(500):
        here.send("opened", f"c{number}", due - LIMIT)
    here.flush()
    for number in range(500):
        here.send("closed", f"c{number}", due - timedelta(seconds=1.9))
    here.send("opened", "forgotten", due - LIMIT)
    here.flush()
    facts_wanted = {key(f"c{number}") for number in range(500)}
    with here.worker():
        facts.until(lambda read: facts_wanted <= {fact["case_key"] for fact in read})
        cards.until(lambda read: len(read) > 0)

    assert {card["case_key"] for card in cards.read} == {key("forgotten")}
    cards.close()
    facts.close()


def test_a_worker_asked_to_stop_is_gone_within_five_seconds(site: Callable[[str], Site]) -> None:
    worker = site("live").worker()
    worker.start()
    worker.wait_ready()
    asked = time.monotonic()
    worker.stop()

    assert time.monotonic() - asked < 5


def test_what_cannot_be_used_is_told_while_the_worker_goes_on(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    letters, facts = here.reader("dead-letters", INGEST_PARTITIONS), here.reader("case-facts")
    producer = Producer({"bootstrap.servers": here.settings.kafka})
    producer.produce(ingest_topic(AGENCY), json.dumps({"id": "x"}).encode())
    assert producer.flush(30) == 0
    here.send("opened", "good", MONDAY)
    here.flush()
    with here.worker():
        facts.until(lambda read: len(read) > 0)
        (letter,) = letters.until(lambda read: len(read) > 0)

    assert (letter["code"], letter["place"], letter["agency"]) == ("missing_attribute", "$.source", AGENCY)
    letters.close()
    facts.close()
