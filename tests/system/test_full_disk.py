"""A disk that is full: whoever writes to it fails, and nothing is lost once there is room again."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .killable import HOUR_PACK, LIMIT, Site, latest, sites
from .small_disk import SmallDisk, small_disk
from .test_kill import MONDAY, send_story

pytestmark = pytest.mark.system

DISK_MB = 96
PATIENCE_S = 90


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "kafka", DISK_MB) as disk:
        yield disk


@pytest.fixture
def site(tmp_path: Path, disk: SmallDisk) -> Iterator[Callable[[str], Site]]:
    """A site whose broker keeps its logs on the small disk."""
    assert disk.folder == tmp_path / "kafka"
    with sites(tmp_path, HOUR_PACK) as make:
        yield make


def test_a_broker_whose_disk_was_full_costs_no_case_once_there_is_room(
    site: Callable[[str], Site], disk: SmallDisk
) -> None:
    here = site("event-time")
    cards = here.reader("cards")
    with here.worker(restarts=True):  # what cannot be put on the log ends a worker
        past = send_story(here, range(1500))
        here.flush()
        cards.until(lambda read: len(latest(read)) > 200)
        disk.fill()
        past |= send_story(here, range(1500, 3000))
        until(lambda: here.kafka.pid is None, "the broker to give up its only disk")
        disk.empty()
        here.kafka.stop()
        here.kafka.start()
        here.kafka.wait_ready()
        here.send_watermark(MONDAY + 2000 * LIMIT)
        here.flush()
        cards.until(lambda read: len(latest(read)) >= len(past))

    assert set(latest(cards.read)) == past
    assert {card["status"] for card in cards.read} <= {"standing", "cleared"}
    cards.close()


def until(true: Callable[[], bool], what: str) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < patience, f"waited in vain for {what}"
        threading.Event().wait(0.05)
