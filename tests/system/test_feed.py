"""The feed and the gateway on a real Kafka, with brokers and processes going away."""

import asyncio
import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
import yaml
from confluent_kafka import Consumer, Producer, TopicPartition

from mingjing.services.api.caller import permits
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.feed.kafka_cards import KafkaCards
from mingjing.services.api.feed.stream import stream
from mingjing.services.api.feed.vector import decode
from mingjing.services.api.feed.wanted import Wanted
from mingjing.services.ledger.scope import Scope
from mingjing.services.registry import migrate_registry
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.environment import environment
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.streams.kafka_topics import apply

pytestmark = pytest.mark.system

AGENCY = "91330100MA2XXXXX01"
KEY = "key-of-the-bureau"
AUTH = {"Authorization": f"Bearer {KEY}"}
PARTITIONS = 4


class Site:
    """A broker, an API on it, and no ClickHouse: the feed must do without."""

    def __init__(self, folder: Path, settings: Settings, kafka: Program) -> None:
        self.settings = settings
        self.kafka = kafka
        self.url = f"http://127.0.0.1:{settings.api_port}"
        self.api = Program(
            "api",
            [sys.executable, "-m", "mingjing.services.cli", "api"],
            log=folder / "api.log",
            env=environment(settings),
            ready=http_answers(Address("127.0.0.1", settings.api_port), "/healthz"),
        )
        self._feed = f"{self.url}/v1/cards/stream"
        self._sent = 0

    def draw(self, count: int) -> list[int]:
        """Put `count` new cards on the topic and return their numbers."""
        producer = Producer({"bootstrap.servers": self.settings.kafka, "linger.ms": 5})
        numbers = list(range(self._sent, self._sent + count))
        for number in numbers:
            producer.produce("cards", orjson.dumps(_card(number)), partition=number % PARTITIONS)
            producer.poll(0)
        assert producer.flush(30) == 0
        self._sent += count
        return numbers

    def read(self, count: int, place: str) -> list[tuple[int, str]]:
        """Open the stream at `place` and return the next cards, each with the place after it."""
        with httpx2.stream("GET", self._feed, headers=AUTH | {"Last-Event-ID": place}, timeout=20) as answer:
            lines = answer.iter_lines()
            return [_next_card(lines) for _ in range(count)]

    def now(self) -> str:
        """Return the place at which a stream opened now stands."""
        with httpx2.stream("GET", self._feed, headers=AUTH, timeout=20) as answer:
            return _next_place(answer.iter_lines())

    def ready(self, part: str) -> bool:
        """Return whether the API counts this part among those that work."""
        problem = httpx2.get(f"{self.url}/readyz", timeout=10).json()
        return part not in [fault["pointer"] for fault in problem.get("errors", ())]

    def values(self, topic: str, partitions: int) -> list[bytes]:
        """Return every value on a topic."""
        consumer = Consumer(
            {"bootstrap.servers": self.settings.kafka, "group.id": "look", "enable.partition.eof": True}
        )
        consumer.assign([TopicPartition(topic, partition, 0) for partition in range(partitions)])
        found, ends = [], 0
        while ends < partitions:
            message = consumer.poll(20)
            assert message is not None, f"{topic} did not end"
            if message.error():
                ends += 1
            else:
                found.append(message.value())
        consumer.close()
        return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("feed")
    kafka, api = free_ports(2)
    listed = folder / "agencies.yaml"
    listed.write_text(yaml.safe_dump(_agencies(), allow_unicode=True), encoding="utf-8")
    settings = read_settings(
        kafka=f"127.0.0.1:{kafka}",
        clickhouse="127.0.0.1:1",
        api_port=api,
        partitions=PARTITIONS,
        agencies=listed,
        data_dir=folder,
    )
    migrate_registry(settings)
    address = Address("127.0.0.1", kafka)
    with broker(address, folder / "kafka", folder / "kafka.log", cache=cache_folder()) as server:
        apply(settings.broker, PARTITIONS, [AGENCY])
        running = Site(folder, settings, server)
        with running.api:
            yield running
            running.api.stop()


def test_a_reader_that_comes_back_gets_every_card_once_whatever_went_away(site: Site) -> None:
    place, got, drawn = site.now(), [], site.draw(300)
    for went_away in (site.api, site.kafka):
        read = site.read(80, place)
        got += [number for number, _ in read]
        place = read[-1][1]
        went_away.stop()
        went_away.start()
        went_away.wait_ready()
    drawn += site.draw(40)
    got += [number for number, _ in site.read(len(drawn) - len(got), place)]

    assert sorted(got) == drawn


def test_an_open_stream_outlives_the_broker(site: Site) -> None:
    drawn, got = [], []
    with httpx2.stream(
        "GET", f"{site.url}/v1/cards/stream", headers=AUTH | {"Last-Event-ID": site.now()}, timeout=30
    ) as answer:
        lines = answer.iter_lines()
        drawn += site.draw(5)
        got += [_next_card(lines)[0] for _ in range(5)]
        site.kafka.stop()
        site.kafka.start()
        site.kafka.wait_ready()
        drawn += site.draw(5)
        got += [_next_card(lines)[0] for _ in range(5)]

    assert sorted(got) == drawn


def test_what_no_process_holds_any_more_is_read_from_the_topic(site: Site) -> None:
    place = decode(site.now())
    drawn = site.draw(500)

    async def read() -> list[int]:
        hub = Hub(ring=20)
        cards = KafkaCards(site.settings.broker, hub, warm=20)
        await cards.start()
        got: list[int] = []
        async with asyncio.timeout(30):
            await hub.ready.wait()
            wanted = Wanted(permits=permits(Scope.everything()))
            async with aclosing(stream(hub, cards, wanted, place, keep_alive_s=1)) as chunks:
                while len(got) < len(drawn):
                    lines = (await anext(chunks)).decode().splitlines()
                    got += [_number(line) for line in lines if line.startswith("data: ")]
        await cards.stop()
        return got

    assert sorted(asyncio.run(read())) == drawn


def test_an_accepted_event_lies_in_kafka_when_the_answer_comes(site: Site) -> None:
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "urn:test:bureau",
        "type": "case.accepted",
        "subject": "2026-1",
        "time": "2026-03-06T10:00:00+08:00",
    }
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/cloudevents-batch+json"}

    def post() -> httpx2.Response:
        return httpx2.post(f"{site.url}/v1/events", content=orjson.dumps([event, {}]), headers=headers, timeout=30)

    _until(lambda: site.ready("/gateway"), "gateway ready")
    receipt = post().json()

    assert (receipt["accepted"], receipt["rejected"]) == (1, 1)
    assert [orjson.loads(value) for value in site.values(f"ingest.{AGENCY}", 2)] == [event]
    assert [orjson.loads(value)["code"] for value in site.values("dead-letters", 2)] == ["missing_attribute"]

    site.kafka.stop()
    assert post().status_code == 503

    site.kafka.start()
    site.kafka.wait_ready()
    _until(lambda: post().status_code == 202, "the gateway takes events again")


def test_a_process_with_open_streams_stops_within_five_seconds(site: Site) -> None:
    with httpx2.stream("GET", f"{site.url}/v1/cards/stream", headers=AUTH, timeout=30) as answer:
        lines = answer.iter_lines()
        _next_place(lines)
        begun = time.monotonic()
        site.api.stop()
        taken = time.monotonic() - begun
        assert not [line for line in lines if line.startswith("event: resync")]
    site.api.start()
    site.api.wait_ready()

    assert taken < 5


def _next_place(lines: Iterator[str]) -> str:
    return next(line.removeprefix("id: ") for line in lines if line.startswith("id: "))


def _next_card(lines: Iterator[str]) -> tuple[int, str]:
    """Return the number of the next card of an SSE stream and the place after it."""
    number = next(_number(line) for line in lines if line.startswith("data: "))
    return number, _next_place(lines)


def _number(line: str) -> int:
    number: int = orjson.loads(line.removeprefix("data: "))["explain"]["number"]
    return number


def _until(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.1)


def _card(number: int) -> dict[str, Any]:
    return {
        "card_id": f"{number:032x}",
        "case_key": f"{AGENCY}/{number}",
        "level": "yellow",
        "status": "standing",
        "agency": AGENCY,
        "region": "330106000000",
        "issued_at": "2026-03-12T00:00:00+08:00",
        "explain": {"number": number},
        "ver": [number, 1, 1],
    }


def _agencies() -> dict[str, Any]:
    bureau = {
        "code": AGENCY,
        "title": "云州市市场监督管理局",
        "region": "330100000000",
        "sources": ["urn:test:bureau"],
        "key_sha256": hashlib.sha256(KEY.encode()).hexdigest(),
    }
    return {"agencies": [bureau], "regions": [{"code": "330100000000", "title": "云州市", "tier": "市"}]}
