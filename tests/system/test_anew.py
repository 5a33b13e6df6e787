"""A worker that cannot read the state it finds: it folds the log anew, and every card is what it was."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Producer
from kafka import KafkaAdminClient, TopicPartition

from mingjing.services.ledger import migrate
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.clickhouse import Choice, clickhouse
from mingjing.services.stack.environment import environment
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.streams.topics import CASE_EVENTS, STATE

from .killable import HOUR_PACK, LIMIT, PARTITIONS, Json, Site, key, latest, sites

pytestmark = pytest.mark.system

CASES = 600
OLDER = 1000
"""A generation above any that the workers before it have had."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    """A live site with a ledger, and the programs that write it."""
    store, sink, archive = (Address("127.0.0.1", port) for port in free_ports(3))
    server = clickhouse(Choice.DEBIAN, store, tmp_path / "clickhouse", tmp_path / "clickhouse.log")
    with sites(tmp_path, HOUR_PACK) as make, server:
        site = make("live")
        ports = {"sink_metrics_port": sink.port, "archive_metrics_port": archive.port}
        site.settings = site.settings.model_copy(update={"clickhouse": str(store), **ports})
        migrate(site.settings)
        with _writer(site, "sink", sink, tmp_path), _writer(site, "archive", archive, tmp_path):
            yield site


def test_state_of_another_version_is_folded_anew_and_every_card_stands_as_it_was_first_issued(here: Site) -> None:
    cards = here.reader("cards")
    with here.worker():
        past = _send_story(here)
        before = latest(cards.until(lambda read: past <= _standing_or_cleared(read)))
        here.await_acked(CASE_EVENTS)
    _write_state_of_another_version(here)
    with here.worker():
        after = latest(cards.until(lambda read: past <= {each["case_key"] for each in read if _drawn_anew(each)}))
        here.send("opened", "later", datetime.now(UTC) - 2 * LIMIT)
        here.flush()
        cards.until(lambda read: key("later") in latest(read))

    assert {case: _words(card) for case, card in after.items()} == {case: _words(card) for case, card in before.items()}
    assert {card["status"] for card in cards.read} <= {"standing", "cleared"}, "a card was taken back"
    cards.close()


def test_where_the_log_was_cut_the_archive_is_folded_first_and_every_case_goes_on(here: Site) -> None:
    cards = here.reader("cards")
    with here.worker():
        past = _send_story(here)
        before = latest(cards.until(lambda read: past <= _standing_or_cleared(read)))
        here.await_acked(CASE_EVENTS)
    _write_state_of_another_version(here)
    _cut(here, CASE_EVENTS)
    with here.worker():
        after = latest(cards.until(lambda read: past <= {each["case_key"] for each in read if _drawn_anew(each)}))
        here.send("closed", "c0", datetime.now(UTC))
        here.flush()
        cards.until(lambda read: latest(read)[key("c0")]["status"] == "cleared")

    assert {case: _words(card) for case, card in after.items()} == {case: _words(card) for case, card in before.items()}
    cards.close()


def _writer(site: Site, name: str, port: Address, folder: Path) -> Program:
    return Program(
        name,
        [sys.executable, "-m", "mingjing.services.cli", name],
        log=folder / f"{name}.log",
        env=environment(site.settings),
        ready=http_answers(port, "/healthz"),
    )


def _cut(site: Site, topic: str) -> None:
    """Delete all that lies on a topic, as its retention would."""
    admin = KafkaAdminClient(bootstrap_servers=[site.settings.kafka])
    admin.delete_records({TopicPartition(topic, partition): -1 for partition in range(PARTITIONS)})
    admin.close()


def _send_story(site: Site) -> set[str]:
    """Send cases that were closed in time, late and never, and return the keys of the latter two."""
    begun = datetime.now(UTC) - 3 * LIMIT
    for number in range(CASES):
        site.send("opened", f"c{number}", begun)
        if number % 3:
            site.send("closed", f"c{number}", begun + (number % 3) * LIMIT - LIMIT / 2)
    site.flush()
    return {key(f"c{number}") for number in range(CASES) if number % 3 != 1}


def _write_state_of_another_version(site: Site) -> None:
    producer = Producer({"bootstrap.servers": site.settings.kafka})
    for partition in range(PARTITIONS):
        unknown = msgspec.msgpack.encode({"cases": [], "written by": "version 0"})
        producer.produce(STATE, unknown, key=b"%d/0" % OLDER, partition=partition)
    assert producer.flush(30) == 0


def _standing_or_cleared(read: list[Json]) -> set[str]:
    # Those that were closed late stand for a moment before their end is read.
    return {card["case_key"] for card in latest(read).values() if card["status"] == _in_the_end(card["case_key"])}


def _in_the_end(case_key: str) -> str:
    return "standing" if int(case_key.rpartition("/c")[2]) % 3 == 0 else "cleared"


def _drawn_anew(card: Json) -> bool:
    generation: int = card["ver"][1]
    return generation > OLDER and card["status"] == _in_the_end(card["case_key"])


def _words(card: Json) -> Json:
    return {name: said for name, said in card.items() if name not in {"ver", "revision"}}
