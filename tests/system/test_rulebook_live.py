"""New law at a worker that is at work: cards are by it from its instant on, whatever dies meanwhile."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import msgspec
import pytest
from confluent_kafka import Producer

from mingjing.rules.events import micros
from mingjing.rules.publication import TOPIC, Publication, digest_of
from mingjing.services.rulebook.shadowed import shadow_cards, told
from mingjing.services.rulebook.topic import RulebookTopic

from .killable import HOUR_PACK, PARTITIONS, PATIENCE_S, Site, key, latest, sites

pytestmark = pytest.mark.system

IN_FORCE = datetime(2026, 3, 2, 4, tzinfo=UTC)
CASES = 240
SECOND = HOUR_PACK.replace('version: "1"', 'version: "2"').replace("yellow: {at: past limit", "red: {at: past limit")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    with sites(tmp_path, HOUR_PACK) as make:
        yield make


def second_version() -> Publication:
    return Publication(
        room="pack",
        id="hour",
        version="2",
        text=SECOND,
        digest=digest_of(SECOND),
        in_force=micros(IN_FORCE),
        published=micros(IN_FORCE - timedelta(hours=3)),
        by="李四",
    )


def opened(number: int) -> datetime:
    """Return when a case is opened: a minute after the other, half of them before the new law."""
    return IN_FORCE + timedelta(minutes=number - CASES // 2)


def send(site: Site, numbers: range) -> None:
    for number in numbers:
        site.send("opened", f"c{number}", opened(number))
    site.flush()


def metric(site: Site, begins: str) -> str:
    with urlopen(f"http://127.0.0.1:{site.settings.worker_metrics_port}/metrics", timeout=5) as answer:
        return "\n".join(line for line in answer.read().decode().splitlines() if line.startswith(begins))


def until_metric(site: Site, begins: str) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not metric(site, begins):
        assert time.monotonic() < patience, f"no {begins} on /metrics"
        time.sleep(0.2)


@pytest.mark.parametrize("heard", ["before its instant", "after its instant", "while nobody worked"])
def test_cards_are_by_the_law_of_their_beginning_though_the_worker_is_killed_across_the_change(
    site: Callable[[str], Site], heard: str
) -> None:
    here = site("event-time")
    worker, cards, topic = here.worker(), here.reader("cards"), RulebookTopic(here.settings.broker)
    worker.start()
    worker.wait_ready()
    send(here, range(60))
    here.send_watermark(opened(90))
    here.flush()
    cards.until(lambda read: len(latest(read)) > 20)
    sent = 180 if heard == "after its instant" else 60
    send(here, range(60, sent))
    if heard == "while nobody worked":
        worker.kill()
        worker.stop()
        topic.publish([second_version()])
        worker.start()
        worker.wait_ready()
    else:
        topic.publish([second_version()])
        until_metric(here, 'mingjing_published_version_in_force_seconds{version="pack/hour/2"}')
    send(here, range(sent, 200))
    worker.kill()
    worker.stop()
    send(here, range(200, CASES))
    here.send_watermark(IN_FORCE + timedelta(days=1))
    here.flush()
    with worker:
        cards.until(lambda read: len(latest(read)) == CASES)
        here.flush()

    standing = latest(cards.read)
    assert {number for number in range(CASES) if standing[key(f"c{number}")]["level"] == "red"} == set(
        range(CASES // 2, CASES)
    )
    assert {(each["level"], each["versions"]["pack"]) for each in standing.values()} == {
        ("yellow", "hour@1"),
        ("red", "hour@2"),
    }
    cards.close()


def test_a_rule_in_the_shadow_is_seen_by_who_asks_and_drawn_for_nobody(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    version = second_version()
    text = version.text.replace(
        "    title: 一小时办结\n    basis", "    shadow: true\n    title: 一小时办结\n    basis"
    )
    assert "shadow" in text
    worker, cards = here.worker(), here.reader("cards")
    RulebookTopic(here.settings.broker).publish([msgspec.structs.replace(version, text=text, digest=digest_of(text))])
    with worker:
        send(here, range(CASES // 2 - 5, CASES // 2 + 7))
        here.send_watermark(IN_FORCE + timedelta(days=1))
        here.flush()
        cards.until(lambda read: len(latest(read)) == 5)
        here.reader("shadow-cards").until(lambda read: len(latest(read)) == 7)

    lines = list(told(shadow_cards(here.settings.broker, PARTITIONS), samples=1))
    assert lines[0] == "TL-1 一小时办结：红牌 7"
    assert {each["level"] for each in latest(cards.read).values()} == {"yellow"}
    cards.close()


def test_a_record_that_cannot_be_used_is_left_out_loudly_and_the_law_goes_on(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    worker, cards = here.worker(), here.reader("cards")
    with worker:
        producer = Producer({"bootstrap.servers": here.settings.kafka, "log_level": 0})
        producer.produce(TOPIC, b"{no law", b"pack/hour/2", 0)
        assert producer.flush(30) == 0
        until_metric(here, "mingjing_rulebook_refused_total 1.0")
        send(here, range(10))
        here.send_watermark(IN_FORCE + timedelta(days=1))
        here.flush()
        cards.until(lambda read: len(latest(read)) == 10)

    assert {each["level"] for each in latest(cards.read).values()} == {"yellow"}
    cards.close()
