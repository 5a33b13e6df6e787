"""Small requests that come together are passed on together, and each is answered for itself."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.rulebook import Rulebook
from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing
from mingjing.services.api.gateway.reception import Reception
from mingjing.services.api.gateway.remarks import Remarks
from mingjing.services.receipts.mark import hash_over
from mingjing.services.receipts.scribe import Scribe
from mingjing.services.registry import Database, Receipts
from mingjing.streams.ports import Principal

US = Principal(agency="91330100MA00000001", sources=frozenset({"urn:a"}))
THEM = Principal(agency="91330100MA00000002", sources=frozenset({"urn:b"}))
NOW = datetime(2026, 3, 6, 2, tzinfo=UTC)


class Outbox:
    """Keeps what it is given, call by call; `away` refuses it."""

    def __init__(self) -> None:
        self.calls: list[list[Outgoing]] = []
        self.ready = True
        self.away = False

    async def send(self, records: Sequence[Outgoing]) -> None:
        """Keep them."""
        if self.away:
            raise OutboxUnavailable("no broker")
        self.calls.append(list(records))


@pytest.fixture
def receipts(tmp_path: Path) -> Iterator[Receipts]:
    database = Database(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    database.migrate()
    yield Receipts(database)
    database.close()


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def reception(outbox: Outbox, receipts: Receipts) -> Reception:
    law = Rulebook([], Calendar("cn", {2026: Year(status="official", holidays={})}), Catalogue([], "2026.1"))
    return Reception(outbox, Scribe(receipts), Remarks(lambda: law, live=True))


def event(number: int, source: str = "urn:a", **changes: str) -> bytes:
    told = {"specversion": "1.0", "id": f"e-{number}", "source": source, "type": "clock.tick", "subject": "case-1"}
    return orjson.dumps(told | {"time": "2026-03-06T10:00:00+08:00"} | changes)


def test_requests_that_come_together_are_sent_in_one_call_in_the_order_they_came(
    reception: Reception, outbox: Outbox, receipts: Receipts
) -> None:
    async def story() -> None:
        bodies = [event(number, type="case.applied") for number in range(20)]
        told = await asyncio.gather(*(reception.receive([body], US, NOW) for body in bodies))

        assert [[each.value for each in call] for call in outbox.calls] == [bodies]
        assert [each.results[0].id for each in told] == [f"e-{number}" for number in range(20)]
        for number, each in enumerate(told):
            kept = receipts.of(each.receipt)
            assert kept is not None
            assert (kept.events, kept.accepted, kept.hash) == (1, 1, hash_over([("urn:a", f"e-{number}")]))

    asyncio.run(story())


def test_each_of_those_who_come_together_is_told_what_became_of_its_own(reception: Reception, outbox: Outbox) -> None:
    async def story() -> None:
        bodies = [[event(1)], [event(1)], [event(2, time="soon"), event(3)], []]
        told = await asyncio.gather(*(reception.receive(each, US, NOW) for each in bodies))

        assert [(each.accepted, each.duplicate, each.rejected) for each in told] == [
            (1, 0, 0),
            (0, 1, 0),
            (1, 0, 1),
            (0, 0, 0),
        ]
        assert [each.index for each in told[2].results] == [0, 1]
        assert len(outbox.calls[0]) == 3

    asyncio.run(story())


def test_the_events_of_each_bear_the_trace_of_their_own_call(reception: Reception, outbox: Outbox) -> None:
    traces = [f"00-0af7651916cd43dd8448eb211c8031{number}c-b7ad6b7169203331-01" for number in range(2)]

    async def story() -> None:
        asked = [reception.receive([event(n)], US, NOW, trace=trace) for n, trace in enumerate([*traces, None])]
        await asyncio.gather(*asked)

    asyncio.run(story())

    assert [orjson.loads(each.value).get("traceparent") for each in outbox.calls[0]] == [*traces, None]


def test_agencies_are_not_passed_on_with_one_another(reception: Reception, outbox: Outbox) -> None:
    async def story() -> None:
        await asyncio.gather(reception.receive([event(1)], US, NOW), reception.receive([event(1, "urn:b")], THEM, NOW))

    asyncio.run(story())

    assert [{each.topic for each in call} for call in outbox.calls] == [
        {"ingest.91330100MA00000001"},
        {"ingest.91330100MA00000002"},
    ]


def test_nobody_is_confirmed_what_kafka_did_not_take_and_it_may_be_sent_again(
    reception: Reception, outbox: Outbox, receipts: Receipts
) -> None:
    async def story() -> None:
        outbox.away = True
        asked = [reception.receive([event(number)], US, NOW) for number in range(3)]
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in told] == [OutboxUnavailable] * 3

        outbox.away = False
        assert (await reception.receive([event(1)], US, NOW)).accepted == 1

    asyncio.run(story())

    assert len(receipts.within(US.agency, 0, 1 << 50)) == 1
