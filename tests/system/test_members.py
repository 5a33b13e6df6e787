"""Two workers of one group: they share the partitions, hand them over, and never judge one case both."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from confluent_kafka import Producer

from mingjing.streams.topics import CASE_EVENTS

from .killable import HOUR_PACK, INGEST_PARTITIONS, LIMIT, PARTITIONS, Site, latest, sites
from .test_kill import MONDAY, send_story

pytestmark = pytest.mark.system

GAUGE = "mingjing_open_cases"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    with sites(tmp_path, HOUR_PACK) as make:
        yield make


class Watch:
    """Asks two workers, again and again, which partitions they hold, and keeps those that both held at once."""

    def __init__(self, ports: tuple[int, int]) -> None:
        self._ports = ports
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, name="watch", daemon=True)
        self.shared: set[str] = set()
        self.held_by_each = (set[str](), set[str]())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        one, other = self._ports
        while not self._over.wait(0.05):
            # What the one holds before and after the other was asked, it held meanwhile.
            before, between, after = held(one), held(other), held(one)
            self.shared |= before & between & after
            self.held_by_each[0].update(before)
            self.held_by_each[1].update(between)


def held(port: int) -> set[str]:
    """Return the partitions that the worker with this port holds; none where it does not answer."""
    with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=2) as answer:
        lines = answer.read().decode().splitlines()
        return {line.split('"')[1] for line in lines if line.startswith(GAUGE + "{")}
    return set()


def test_no_partition_is_held_by_two_workers_while_one_joins_leaves_and_dies(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    first, second, cards = here.worker(1), here.worker(2), here.reader("cards")
    port, past, sent = here.settings.worker_metrics_port, set[str](), 0

    def go_on() -> None:
        nonlocal sent
        past.update(send_story(here, range(sent, sent + 600)))
        sent += 600
        here.flush()
        seen = len(latest(cards.read))
        cards.until(lambda read: len(latest(read)) > seen + 100)

    with Watch((port, port + 1)) as watch, first:
        go_on()
        with second:
            go_on()
        go_on()
        second.start()
        second.wait_ready()
        go_on()
        first.kill()
        here.send_watermark(MONDAY + 4 * sent * LIMIT)
        here.flush()
        cards.until(lambda read: len(latest(read)) >= len(past))
        second.stop()

    assert watch.shared == set()
    assert all(len(each) >= PARTITIONS for each in watch.held_by_each), "each had its turn"
    assert set(latest(cards.read)) == past
    assert {card["status"] for card in cards.read} <= {"standing", "cleared"}
    cards.close()


def test_a_partition_full_of_what_cannot_be_judged_holds_nobody_back(site: Callable[[str], Site]) -> None:
    here = site("event-time")
    cards, letters = here.reader("cards"), here.reader("dead-letters", INGEST_PARTITIONS)
    poison = Producer({"bootstrap.servers": here.settings.kafka})
    with here.worker() as worker:
        past = send_story(here, range(600))
        here.flush()
        for number in range(500):
            poison.produce(CASE_EVENTS, json.dumps({"id": number}).encode(), key=b"x", partition=0)
        assert poison.flush(30) == 0
        past |= send_story(here, range(600, 1200))
        here.send_watermark(MONDAY + 2000 * LIMIT)
        here.flush()
        cards.until(lambda read: len(latest(read)) >= len(past))
        read = letters.until(lambda read: len(read) >= 500)
        survived = worker.pid is not None

    assert survived
    assert set(latest(cards.read)) == past
    assert {(letter["code"], letter["topic"], letter["partition"]) for letter in read} == {
        ("engine_fault", CASE_EVENTS, 0)
    }
    cards.close()
    letters.close()
