"""A site of its own for tests that kill: one broker with topics, workers to be started and killed, readers."""

import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
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

AGENCY, SOURCE = "11330100MB1234567A", "urn:test:agency"
LIMIT = timedelta(hours=1)
HOUR_PACK = """
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
PARTITIONS, INGEST_PARTITIONS = 4, 2
PATIENCE_S = 90

AGENCIES = f"""
agencies:
  - {{code: {AGENCY}, title: 云州市市场监督管理局, region: "330100000000", sources: ['{SOURCE}']}}
regions:
  - {{code: "330100000000", title: 云州市, tier: 市}}
"""

Json = dict[str, Any]


class Site:
    """A broker with topics, and workers to be started and killed."""

    def __init__(self, folder: Path, settings: Settings, kafka: Program) -> None:
        self.settings = settings
        self.kafka = kafka
        self._folder = folder
        # Idempotent: what is sent again after a broker was away keeps its order, watermarks among it.
        self._producer = Producer(
            {"bootstrap.servers": settings.kafka, "linger.ms": 5, "log_level": 0, "enable.idempotence": True}
        )
        self._ids = itertools.count()

    def worker(self, number: int = 1, *, restarts: bool = False) -> Program:
        """Return `mingjing worker` number `number`, not yet started; each is a static member of the group.

        With `restarts` it is started again when it ends by itself, as an installation does.
        """
        port = self.settings.worker_metrics_port + number - 1
        theirs = self.settings.model_copy(update={"instance": f"w{number}", "worker_metrics_port": port})
        return Program(
            f"worker-{number}",
            [sys.executable, "-m", "mingjing.services.cli", "worker"],
            log=self._folder / f"worker-{number}.log",
            env=environment(theirs),
            ready=http_answers(Address("127.0.0.1", port), "/readyz"),
            restarts=restarts,
        )

    def send(self, type_: str, case: str, at: datetime, partition: int | None = None, **data: Any) -> str:
        """Put one event on the agency's topic and return its id; those of a case keep their order."""
        event_id = f"e{next(self._ids)}"
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": SOURCE,
            "type": type_,
            "subject": case,
            "time": at.isoformat(),
            "corrects": data.pop("corrects", None),
            "data": data,
        }
        place = hash(case) % INGEST_PARTITIONS if partition is None else partition
        self._producer.produce(ingest_topic(AGENCY), orjson.dumps(event), partition=place)
        self._producer.poll(0)
        return event_id

    def send_watermark(self, at: datetime) -> None:
        """Say on every partition of the agency's topic that everything before `at` has been sent."""
        for partition in range(INGEST_PARTITIONS):
            self.send("clock.tick", "clock", at, partition)

    def flush(self) -> None:
        assert self._producer.flush(30) == 0

    def await_acked(self, topic: str, group: str | None = None) -> None:
        """Wait until the workers, or another group, have acknowledged everything that lies on a topic."""
        asking = Consumer(
            {"bootstrap.servers": self.settings.kafka, "group.id": group or self.settings.group, "log_level": 0}
        )
        places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
        ends = [asking.get_watermark_offsets(place)[1] for place in places]
        patience = time.monotonic() + PATIENCE_S
        while any(at.offset < end for at, end in zip(asking.committed(places), ends, strict=True) if end):
            assert time.monotonic() < patience, f"{topic} is not acknowledged"
            threading.Event().wait(0.05)
        asking.close()

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


@contextmanager
def sites(folder: Path, pack: str) -> Iterator[Callable[[str], Site]]:
    """Run a broker; what is yielded makes the site of an installation with one pack, by the name of its clock."""
    kafka, metrics = free_ports(2)
    packs = folder / "pack.yaml"
    packs.write_text(pack, encoding="utf-8")
    agencies = folder / "agencies.yaml"
    agencies.write_text(AGENCIES, encoding="utf-8")

    def make(clock: str) -> Site:
        settings = Settings(
            kafka=f"127.0.0.1:{kafka}",
            packs=[packs],
            agencies=agencies,
            clock=clock,  # type: ignore[arg-type]  # pydantic checks it
            partitions=PARTITIONS,
            data_dir=folder / "data",
            worker_metrics_port=metrics,
        )
        apply(settings.broker, PARTITIONS, [AGENCY])
        return Site(folder, settings, running)

    address = Address("127.0.0.1", kafka)
    with broker(
        address, folder / "kafka", folder / "kafka.log", cache=cache_folder(), heap="256m", brief=True
    ) as running:
        yield make


def key(case: str) -> str:
    """Return the case key of a case of the agency."""
    return f"{AGENCY}/{case}"


def latest(cards: list[Json]) -> dict[str, Json]:
    """Return the cards as whoever keeps the greatest `ver` sees them, by case."""
    return {card["case_key"]: card for card in sorted(cards, key=lambda card: card["ver"])}
