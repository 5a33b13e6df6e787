"""Which records are written at once and which gather first."""

import pytest

from mingjing.services.sink.source import Record
from mingjing.services.sink.waiting import PATIENCE_S, Waiting

MOST = 4


def record(topic: str, offset: int, partition: int = 0) -> Record:
    return Record(topic, partition, offset, 0, None, b"{}")


def card(offset: int) -> Record:
    return record("cards", offset)


def fact(offset: int, partition: int = 0) -> Record:
    return record("case-facts", offset, partition)


@pytest.fixture
def waiting() -> Waiting:
    return Waiting(["case-facts"], MOST)


def test_a_card_does_not_wait_for_the_facts_of_its_case(waiting: Waiting) -> None:
    assert waiting.due([fact(0), card(0)], 10.0) == [card(0)]


def test_what_waited_comes_in_its_order_once_its_first_has_waited_long_enough(waiting: Waiting) -> None:
    waiting.due([fact(0)], 10.0)
    waiting.due([fact(1)], 10.0 + PATIENCE_S / 2)

    assert waiting.due([], 10.0 + PATIENCE_S) == [fact(0), fact(1)]


def test_nothing_waits_once_a_batch_is_full(waiting: Waiting) -> None:
    assert waiting.due([fact(each) for each in range(MOST)], 10.0) == [fact(each) for each in range(MOST)]


def test_what_comes_after_a_batch_waits_anew(waiting: Waiting) -> None:
    waiting.due([fact(0)], 10.0)
    waiting.due([], 10.0 + PATIENCE_S)

    assert waiting.due([fact(1)], 20.0) == []
    assert waiting.due([], 20.0 + PATIENCE_S) == [fact(1)]


def test_what_comes_again_is_not_written_out_of_its_order(waiting: Waiting) -> None:
    waiting.due([fact(0), fact(1, partition=1)], 10.0)
    waiting.drop({("case-facts", 0)})

    assert waiting.due([], 10.0 + PATIENCE_S) == [fact(1, partition=1)]


def test_where_no_topic_has_patience_nothing_waits() -> None:
    assert Waiting([], MOST).due([fact(0)], 10.0) == [fact(0)]
