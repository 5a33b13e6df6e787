"""A worker that cannot read the state it finds: it folds the log anew, and every card is what it was."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Producer
from kafka import KafkaAdminClient, TopicPartition

from mingjing.rules.desk_words import ASKED, DESK
from mingjing.rules.events import Event
from mingjing.services.archive.run import GROUP as ARCHIVE
from mingjing.services.ledger import migrate
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.clickhouse import Choice, clickhouse
from mingjing.services.stack.environment import environment
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.streams.topics import (
    CARD_ACTIONS,
    CARD_STAGES,
    CASE_EVENTS,
    DESK_STATE,
    STATE,
    TALLIES,
    TALLIES_STATE,
    partition_of,
)
from mingjing.streams.wire import event_bytes

from .killable import AGENCY, HOUR_PACK, LIMIT, PARTITIONS, Json, Site, key, latest, sites

pytestmark = pytest.mark.system

CASES = 600
OLDER = 1000
"""A generation above any that the workers before it have had."""


@pytest.fixture
def pack() -> str:
    """The rules of the site."""
    return HOUR_PACK


@pytest.fixture
def here(tmp_path: Path, pack: str) -> Iterator[Site]:
    """A live site with a ledger, and the programs that write it."""
    store, sink, archive = (Address("127.0.0.1", port) for port in free_ports(3))
    server = clickhouse(Choice.DEBIAN, store, tmp_path / "clickhouse", tmp_path / "clickhouse.log")
    with sites(tmp_path, pack) as make, server:
        site = make("live")
        ports = {"sink_metrics_port": sink.port, "archive_metrics_port": archive.port}
        site.settings = site.settings.model_copy(update={"clickhouse": str(store), **ports})
        migrate(site.settings)
        with _writer(site, "sink", sink, tmp_path), _writer(site, "archive", archive, tmp_path):
            yield site


def test_state_of_another_version_is_folded_anew_and_every_card_stands_as_it_was_first_issued(here: Site) -> None:
    cards = here.reader("cards")
    past = _send_story(here)
    with here.worker():
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
    past = _send_story(here)
    with here.worker():
        before = latest(cards.until(lambda read: past <= _standing_or_cleared(read)))
        here.await_acked(CASE_EVENTS)
        here.await_acked(CASE_EVENTS, ARCHIVE)
    _write_state_of_another_version(here)
    _cut(here, CASE_EVENTS)
    with here.worker():
        after = latest(cards.until(lambda read: past <= {each["case_key"] for each in read if _drawn_anew(each)}))
        here.send("closed", "c0", datetime.now(UTC))
        here.flush()
        cards.until(lambda read: latest(read)[key("c0")]["status"] == "cleared")

    assert {case: _words(card) for case, card in after.items()} == {case: _words(card) for case, card in before.items()}
    cards.close()


COUNTED = 30
COUNTING_PACK = f"""{HOUR_PACK}
  - id: F-1
    title: 一月三十件
    basis: [演示]
    kind: frequency
    of: opened
    by: agency
    at_least: {COUNTED}
    within: 30cd
    cards: {{yellow: reached}}
"""
SUBJECT = f"across/F-1/{AGENCY}"


@pytest.mark.parametrize("pack", [COUNTING_PACK])
def test_where_the_logs_beside_the_cases_were_cut_what_was_counted_and_done_comes_from_the_archive(here: Site) -> None:
    cards, stages = here.reader("cards"), here.reader(CARD_STAGES)
    begun = datetime.now(UTC) - 3 * LIMIT
    with here.worker():
        opened = [here.send("opened", f"c{number}", begun) for number in range(COUNTED)]
        here.flush()
        cards.until(lambda read: {SUBJECT, key("c0")} <= latest(read).keys())
        card_id: str = latest(cards.read)[key("c0")]["card_id"]
        stages.until(lambda read: card_id in {each["card_id"] for each in read})
        _take(here, card_id, "sign", 1)
        stages.until(lambda read: ("signed", 2) in _stages(read, card_id))
        for log in (TALLIES, CARD_ACTIONS):
            here.await_acked(log)
            here.await_acked(log, ARCHIVE)
    for log, state in ((TALLIES, TALLIES_STATE), (CARD_ACTIONS, DESK_STATE)):
        _write_state_of_another_version(here, state)
        _cut(here, log)
    with here.worker():
        _take(here, card_id, "explain", 2, text="系统切换")
        stages.until(lambda read: ("explained", 3) in _stages(read, card_id))
        here.send("event.voided", "c0", begun, corrects=opened[0])
        here.flush()
        cards.until(lambda read: latest(read)[SUBJECT]["status"] == "withdrawn")

    issued = {each["issued_at"] for each in cards.read if each["case_key"] == SUBJECT}
    assert len(issued) == 1
    cards.close()
    stages.close()


def _take(site: Site, card_id: str, verb: str, expected: int, **fields: str) -> None:
    """Put a step of a clerk with the card of case c0 on its log."""
    now = datetime.now(UTC)
    wish = {"card_id": card_id, "verb": verb, "expected": expected, "actor": "wang", "role": "clerk", "region": ""}
    event = Event(
        id=f"{card_id}.{verb}",
        source=DESK,
        type=ASKED,
        subject="c0",
        time=now,
        ingestedtime=now,
        agency=AGENCY,
        casekey=key("c0"),
        data={**wish, "fields": fields},
    )
    producer = Producer({"bootstrap.servers": site.settings.kafka})
    where = partition_of(key("c0"), PARTITIONS)
    producer.produce(CARD_ACTIONS, event_bytes(event), key=key("c0"), partition=where)
    assert producer.flush(30) == 0


def _stages(read: list[Json], card_id: str) -> set[tuple[str, int]]:
    return {(each["stage"], each["revision"]) for each in read if each["card_id"] == card_id}


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
    """Send cases that were closed in time, late and never, and return the keys of the latter two.

    For before a worker runs: one that ran would rightly card what is closed in time while its end is still to be sent.
    """
    begun = datetime.now(UTC) - 3 * LIMIT
    for number in range(CASES):
        site.send("opened", f"c{number}", begun)
        if number % 3:
            site.send("closed", f"c{number}", begun + (number % 3) * LIMIT - LIMIT / 2)
    site.flush()
    return {key(f"c{number}") for number in range(CASES) if number % 3 != 1}


def _write_state_of_another_version(site: Site, state: str = STATE) -> None:
    producer = Producer({"bootstrap.servers": site.settings.kafka})
    for partition in range(PARTITIONS):
        unknown = msgspec.msgpack.encode({"cases": [], "written by": "version 0"})
        producer.produce(state, unknown, key=b"%d/0" % OLDER, partition=partition)
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
