"""A worker between real topics, killed while it works: what it says of every case must be as if it never was."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import Producer

from mingjing.streams.topics import ingest_topic

from .killable import AGENCY, HOUR_PACK, INGEST_PARTITIONS, LIMIT, Site, key, latest, sites

pytestmark = pytest.mark.system

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    with sites(tmp_path, HOUR_PACK) as make:
        yield make


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


def test_live_a_deadline_slept_through_fires_within_a_second_of_the_restart(site: Callable[[str], Site]) -> None:
    here = site("live")
    cards, facts, worker = here.reader("cards"), here.reader("case-facts"), here.worker()
    worker.start()
    worker.wait_ready()
    due = datetime.now(UTC) + timedelta(seconds=5)
    here.send("opened", "slept", due - LIMIT)
    here.flush()
    facts.until(lambda read: len(read) > 0)
    worker.kill()
    worker.stop()
    cards.until(lambda _: datetime.now(UTC) > due)
    with worker:
        ready = datetime.now(UTC)
        (card,) = cards.until(lambda read: len(read) > 0)

    assert due <= datetime.fromisoformat(card["issued_at"]) < ready + timedelta(seconds=1)
    cards.close()
    facts.close()


def test_a_broker_killed_under_load_costs_no_case_draws_nothing_false_and_ends_no_worker(
    site: Callable[[str], Site],
) -> None:
    here = site("event-time")
    cards = here.reader("cards")
    with here.worker() as worker:
        past = send_story(here, range(1500))
        here.flush()
        cards.until(lambda read: len(latest(read)) > 200)
        past |= send_story(here, range(1500, 3000))
        here.kafka.kill()
        here.kafka.stop()
        here.kafka.start()
        here.kafka.wait_ready()
        here.send_watermark(MONDAY + timedelta(days=30))
        here.flush()
        cards.until(lambda read: len(latest(read)) >= len(past))
        survived = worker.pid is not None

    assert survived
    assert set(latest(cards.read)) == past
    assert {card["status"] for card in cards.read} <= {"standing", "cleared"}
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
