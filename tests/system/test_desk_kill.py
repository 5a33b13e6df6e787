"""A worker killed between a step and its answer: the step is taken once, and answered."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from confluent_kafka import Producer

from mingjing.rules.desk_words import ASKED, DESK, SAID
from mingjing.rules.events import Event
from mingjing.streams.topics import CARD_ACTIONS, CARD_STAGES, CASE_EVENTS, partition_of
from mingjing.streams.wire import event_bytes

from .killable import AGENCY, HOUR_PACK, PARTITIONS, Site, key, sites

pytestmark = pytest.mark.system

NOW = datetime.now(UTC)
LEFT_S = 2.0


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    with sites(tmp_path, HOUR_PACK) as make:
        yield make("live")


def put(producer: Producer, case: str, type_: str, id_: str, data: dict[str, object]) -> None:
    event = Event(
        id=id_,
        source=DESK,
        type=type_,
        subject=case,
        time=NOW,
        ingestedtime=NOW,
        agency=AGENCY,
        region="330100000000",
        casekey=key(case),
        data=data,
    )
    where = partition_of(key(case), PARTITIONS)
    producer.produce(CARD_ACTIONS, event_bytes(event), key=key(case), partition=where)
    assert producer.flush(30) == 0


def test_a_step_taken_while_the_worker_is_killed_is_answered_and_taken_once(here: Site) -> None:
    producer, stages, events = _producer(here), here.reader(CARD_STAGES), here.reader(CASE_EVENTS)
    word = {"rule": "TL-1", "level": "yellow", "status": "standing", "issue": "auto", "violated_at": 1, "due_at": 1}
    card_id = "0" * 32
    asked = {"card_id": card_id, "verb": "sign", "actor": "wang", "role": "clerk", "region": "", "fields": {}}
    first = here.worker()
    first.start()
    put(producer, "1", SAID, "s1", word | {"card_id": card_id, "ver": [1, 1, 1]})
    stages.until(lambda read: len(read) == 1)
    put(producer, "1", ASKED, "a1", asked | {"expected": 1})
    first.kill()
    put(producer, "1", ASKED, "a2", asked | {"expected": 1})

    with here.worker():
        read = stages.until(lambda read: any(_answers(each, "a2") for each in read))
        time.sleep(LEFT_S)  # whatever is said twice has been said by then
        happened = events.until(lambda read: len(read) >= 2)

    assert {each["outcome"]["accepted"] for each in read if _answers(each, "a1")} == {True}
    assert {each["outcome"]["code"] for each in read if _answers(each, "a2")} == {"stale"}
    assert {each["revision"] for each in read} <= {1, 2}
    assert {each["id"] for each in happened} == {f"{card_id}@1", "a1"}
    stages.close()
    events.close()


def _producer(here: Site) -> Producer:
    return Producer({"bootstrap.servers": here.settings.kafka, "log_level": 0})


def _answers(stage: dict[str, object], action_id: str) -> bool:
    outcome = stage["outcome"]
    return isinstance(outcome, dict) and outcome["action_id"] == action_id
