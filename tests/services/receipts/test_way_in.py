import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.api.gateway.remembered import Remembered
from mingjing.services.receipts.mark import mark_of, summed
from mingjing.services.receipts.way_in import MOST_TOLD, WayIn
from mingjing.services.registry import Receipt
from mingjing.services.standards.rows import Remark
from mingjing.streams.ports import Principal

PRINCIPAL = Principal(agency="91", sources=frozenset({"urn:a"}))


class Kafka:
    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.away = False

    async def send(self, records: Sequence[Outgoing]) -> None:
        if self.away:
            raise ConnectionError
        self.sent += records


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def known() -> Remembered:
    return Remembered()


def event(ident: str, **changes: Any) -> bytes:
    told = {"specversion": "1.0", "id": ident, "source": "urn:a", "type": "case.accepted", "subject": "1"}
    return orjson.dumps(told | {"time": "2026-03-06T10:00:00+08:00"} | changes)


def way_in(kafka: Kafka, known: Remembered) -> WayIn:
    return WayIn(kafka.send, "secret", PRINCIPAL, Letters("upload"), known)


def passed(way: WayIn, *groups: Sequence[bytes], left_out: Sequence[bytes] = ()) -> Receipt:
    """Judge and pass on each group but what is left out of it, as files do."""
    for group in groups:
        way.judge(group)
        asyncio.run(way.pass_on([raw for raw in group if raw not in left_out]))
    return way.receipt("upload", 0, {"file": "a.csv"})


def counts(receipt: Receipt) -> tuple[int, ...]:
    return (receipt.events, receipt.accepted, receipt.duplicate, receipt.rejected)


def test_what_was_taken_is_counted_and_hashed(kafka: Kafka, known: Remembered) -> None:
    receipt = passed(way_in(kafka, known), [event("1"), event("2")])

    assert (counts(receipt), receipt.detail) == ((2, 2, 0, 0), {"file": "a.csv"})
    assert receipt.hash == summed([mark_of("urn:a", "1"), mark_of("urn:a", "2")])


def test_a_file_that_is_handed_in_twice_is_told_as_duplicates_and_not_sent_again(
    kafka: Kafka, known: Remembered
) -> None:
    passed(way_in(kafka, known), [event("1")])
    again = passed(way_in(kafka, known), [event("1"), event("2")])

    assert (counts(again), len(kafka.sent)) == ((2, 1, 1, 0), 2)
    assert again.detail["results"] == [{"id": "1", "source": "urn:a", "result": "duplicate"}]


def test_an_event_twice_in_one_file_is_a_duplicate_too(kafka: Kafka, known: Remembered) -> None:
    assert counts(passed(way_in(kafka, known), [event("1"), event("1")])) == (2, 1, 1, 0)


def test_an_event_that_intake_would_refuse_is_rejected_with_its_place(kafka: Kafka, known: Remembered) -> None:
    foreign = event("1", source="urn:b")
    receipt = passed(way_in(kafka, known), [foreign, event("2")], left_out=[foreign])

    assert counts(receipt) == (2, 1, 0, 1)
    (told,) = receipt.detail["results"]
    assert (told["id"], told["result"], told["code"], told["place"]) == ("1", "rejected", "foreign_source", "$.source")


def test_a_good_event_of_a_row_that_came_back_is_rejected_with_it(kafka: Kafka, known: Remembered) -> None:
    receipt = passed(way_in(kafka, known), [event("1"), event("2")], left_out=[event("1")])

    assert (counts(receipt), receipt.detail["results"][0]["code"]) == ((2, 1, 0, 1), "bad_row")


def test_rows_that_made_no_event_are_told_beside_the_events(kafka: Kafka, known: Remembered) -> None:
    way = way_in(kafka, known)
    asyncio.run(way.put_aside([(b"{}", Remark("accept_date", "x", "no time"))]))

    receipt = way.receipt("exchange", 0, {}, returned=2)

    assert (counts(receipt), receipt.detail) == ((0, 0, 0, 0), {"returned_rows": 3})


def test_of_very_many_duplicates_the_first_are_told_and_all_counted(kafka: Kafka, known: Remembered) -> None:
    many = [event(str(number)) for number in range(MOST_TOLD + 5)]
    passed(way_in(kafka, known), many)
    again = passed(way_in(kafka, known), many)

    assert (again.duplicate, len(again.detail["results"])) == (MOST_TOLD + 5, MOST_TOLD)


def test_what_kafka_did_not_take_is_no_duplicate_when_it_comes_again(kafka: Kafka, known: Remembered) -> None:
    kafka.away = True
    with pytest.raises(ConnectionError):
        passed(way_in(kafka, known), [event("1")])
    kafka.away = False

    assert counts(passed(way_in(kafka, known), [event("1")])) == (1, 1, 0, 0)
