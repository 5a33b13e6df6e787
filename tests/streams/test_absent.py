"""A closed case leaves, and is heard of again."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact, micros
from mingjing.rules.last_words import LastWord, last_words
from mingjing.streams import absent
from mingjing.streams.clock import LiveClock
from mingjing.streams.dockets import CASES
from mingjing.streams.owner import Owner
from mingjing.streams.ports import ArchiveAway
from mingjing.streams.state import EMPTY, Ring, recover
from mingjing.streams.topics import CARDS, CASE_FACTS, STATE
from mingjing.streams.wire import fact_in

DAY = 24 * 3600 * 1_000_000


class Shelf:
    """An archive in memory, which has got as far as `reached` (exclusive); None = it is away."""

    def __init__(self) -> None:
        self.facts: list[tuple[int, Fact]] = []
        self.reached: int | None = 0
        self.cards: list[LastWord] = []
        self.sunk = 0

    def keep(self, *records: Any) -> None:
        self.facts += [(record.offset, fact_in(record.value)) for record in records]
        self.reached = records[-1].offset + 1

    def cards_of(self, partition: int, case_key: str, last_offset: int, until: int) -> Sequence[LastWord] | None:
        assert (partition, case_key) == (0, "91330100MA00000001/1")
        known = [each for each in self.cards if each.ver[0] <= last_offset]
        return known if until <= self.sunk else None

    def facts_of(self, partition: int, case_key: str, last_offset: int) -> Sequence[Fact] | None:
        assert (partition, case_key) == (0, "91330100MA00000001/1")
        if self.reached is None:
            raise ArchiveAway("ClickHouse does not answer")
        return [fact for offset, fact in self.facts if offset <= last_offset] if self.reached > last_offset else None


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def die(exc: Exception) -> None:
    raise AssertionError(exc)


def owner_of(engine: Engine, log: Any, shelf: Shelf) -> Owner:
    return Owner(
        0,
        engine,
        LiveClock(),
        Ring(EMPTY, 1),
        log,
        docket=CASES,
        partitions=1,
        end=-1,
        die=die,
        archive=shelf,
        cards_end=lambda: said(log),
        save_every_s=0,
    )


async def said(log: Any) -> int:
    return len(log.sent[CARDS])


async def left(owner: Owner, case_event: Callable[..., Any]) -> list[Any]:
    """Let case 1 be opened and closed, go, and another keep the clock running; return its records."""
    story = [case_event(0, "opened", "2026-03-02T09:00:00Z"), case_event(1, "closed", "2026-03-02T09:30:00Z")]
    owner.fold([*story, case_event(2, "opened", "2026-06-02T09:00:00Z", case="2")], lambda: None)
    owner.rise(micros(datetime.fromisoformat("2026-06-02T09:00:00Z")), 3)
    await owner.settle()
    owner.leaving.retire(30 * DAY)
    await owner.settle()
    return story


async def until_nothing_waits(owner: Owner) -> None:
    while owner.absent:  # noqa: ASYNC110  # a thread answers; nothing of the loop tells when
        await asyncio.sleep(0)
    await owner.settle()


def test_a_late_event_of_a_case_that_left_is_judged_with_all_that_was_before_it(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf
) -> None:
    async def story() -> None:
        owner = owner_of(engine, log, shelf)
        shelf.keep(*await left(owner, case_event))
        owner.fold([case_event(3, "noted", "2026-06-02T10:00:00Z")], lambda: None)
        await until_nothing_waits(owner)

    asyncio.run(story())
    told = [fact for fact in log.values(CASE_FACTS) if fact["case_key"].endswith("/1")]
    assert told[-1]["events"] == 3
    assert [card for card in log.values(CARDS) if card["case_key"].endswith("/1")] == []


@pytest.mark.parametrize("reached", [None, 1])
def test_while_the_archive_is_away_or_behind_the_event_waits_and_is_not_acked(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf, reached: int | None
) -> None:
    async def story() -> list[str]:
        owner, acks = owner_of(engine, log, shelf), list[str]()
        await left(owner, case_event)
        shelf.reached = reached
        owner.fold([case_event(3, "noted", "2026-06-02T10:00:00Z")], lambda: acks.append("the late one"))
        owner.fold([case_event(4, "noted", "2026-06-02T10:00:00Z", case="2")], lambda: acks.append("one after it"))
        await asyncio.sleep(0)
        await owner.settle()
        assert owner.absent == 1
        owner.close()
        return acks

    assert asyncio.run(story()) == []
    assert recover(log.sent[STATE]).end == 2


def test_behind_what_waits_for_the_archive_only_so_much_is_held(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absent, "MOST_HELD", 3)

    async def story() -> list[bool]:
        owner = owner_of(engine, log, shelf)
        first = await left(owner, case_event)
        shelf.reached, held = None, list[bool]()
        for offset, case in ((3, "1"), (4, "2"), (5, "2"), (6, "1")):
            owner.fold([case_event(offset, "noted", "2026-06-02T10:00:00Z", case=case)], lambda: None)
            held.append(owner.holds_enough)
        shelf.keep(*first)
        await until_nothing_waits(owner)
        return [*held, owner.holds_enough]

    assert asyncio.run(story()) == [False, False, False, True, False]


def test_events_that_come_while_a_case_is_waited_for_keep_their_order(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf
) -> None:
    async def story() -> list[str]:
        owner, acks = owner_of(engine, log, shelf), list[str]()
        shelf.keep(*await left(owner, case_event))
        owner.fold([case_event(3, "noted", "2026-06-02T10:00:00Z")], lambda: acks.append("first"))
        owner.fold([case_event(4, "noted", "2026-06-02T11:00:00Z")], lambda: acks.append("second"))
        await until_nothing_waits(owner)
        return acks

    assert asyncio.run(story()) == ["first", "second"]
    assert recover(log.sent[STATE]).end == 4


async def gone(owner: Owner) -> None:
    """Let the stubs of an owner go."""
    for _ in range(2):
        owner.leaving.forget(-DAY)
        await owner.settle()


OVERDUE = [("opened", "2026-03-02T09:00:00Z"), ("closed", "2026-03-02T10:30:00Z")]


async def overdue(owner: Owner, shelf: Shelf, log: Any, case_event: Callable[..., Any]) -> None:
    """Let case 1 draw a card, be closed and be gone, while another keeps the clock running."""
    story = [case_event(offset, *what) for offset, what in enumerate(OVERDUE)]
    for offset, record in enumerate(story):
        owner.fold([record], lambda: None)
        owner.rise(fact_in(record.value).stamp - 1, offset + 1)
    owner.fold([case_event(2, "opened", "2026-06-02T09:00:00Z", case="2")], lambda: None)
    owner.rise(micros(datetime.fromisoformat("2026-06-02T09:00:00Z")), 3)
    await owner.settle()
    owner.leaving.retire(30 * DAY)
    await owner.settle()
    await gone(owner)
    shelf.keep(*story)
    shelf.sunk = len(log.sent[CARDS])
    shelf.cards = last_words([value for _, value in log.sent[CARDS]])


def test_nothing_is_left_of_a_case_that_is_gone_but_its_page(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf
) -> None:
    asyncio.run(overdue(owner_of(engine, log, shelf), shelf, log, case_event))

    assert [key.partition("/")[0] for key in recover(log.sent[STATE]).cases] == ["91330100MA00000001", "gone"]


def test_a_late_event_of_a_case_that_is_gone_is_judged_with_all_that_was_said(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf
) -> None:
    async def story() -> None:
        owner = owner_of(engine, log, shelf)
        await overdue(owner, shelf, log, case_event)
        late = case_event(3, "closed", "2026-03-02T09:45:00Z", ingested="2026-06-02T10:00:00Z")
        owner.fold([late], lambda: None)
        await until_nothing_waits(owner)

    asyncio.run(story())
    cards = [card for card in log.values(CARDS) if card["case_key"].endswith("/1")]
    assert [(card["status"], card["revision"]) for card in cards] == [("cleared", 1), ("withdrawn", 2)]
    assert len({card["issued_at"] for card in cards}) == 1


def test_an_event_of_a_case_that_is_gone_that_comes_again_changes_nothing(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf
) -> None:
    async def story() -> int:
        owner = owner_of(engine, log, shelf)
        await overdue(owner, shelf, log, case_event)
        before = len(log.sent[CARDS])
        again = case_event(1, *OVERDUE[1])
        again.offset = 3
        owner.fold([again], lambda: None)
        await until_nothing_waits(owner)
        owner.rise(micros(datetime.fromisoformat("2026-06-02T09:30:00Z")), 4)
        await owner.settle()
        return before

    before = asyncio.run(story())
    assert len(log.sent[CARDS]) == before


def test_a_case_that_is_gone_waits_until_its_cards_are_in_the_ledger(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absent, "FIRST_PAUSE_S", 0)

    async def story() -> int:
        owner = owner_of(engine, log, shelf)
        await overdue(owner, shelf, log, case_event)
        shelf.sunk -= 1
        owner.fold([case_event(3, "noted", "2026-06-02T10:00:00Z")], lambda: None)
        await asyncio.sleep(0)
        waiting = owner.absent
        shelf.sunk += 1
        await until_nothing_waits(owner)
        return waiting

    assert asyncio.run(story()) == 1


def test_a_case_that_only_looks_as_if_it_had_been_here_is_judged_as_a_new_one(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf
) -> None:
    async def story() -> None:
        owner = owner_of(engine, log, shelf)
        await overdue(owner, shelf, log, case_event)
        shelf.facts.clear()
        owner.fold([case_event(3, "noted", "2026-06-02T10:00:00Z")], lambda: None)
        await until_nothing_waits(owner)

    asyncio.run(story())
    assert [fact["events"] for fact in log.values(CASE_FACTS) if fact["case_key"].endswith("/1")][-1] == 1


def test_no_stub_goes_before_what_was_said_of_its_case_is_durable(
    engine: Engine, log: Any, case_event: Callable[..., Any], shelf: Shelf
) -> None:
    async def story() -> int:
        owner = owner_of(engine, log, shelf)
        await left(owner, case_event)
        log.gate.clear()
        owner.leaving.forget(-DAY)
        owner.leaving.forget(-DAY)
        stubs = engine.census.stubs
        owner.close()
        return stubs

    assert asyncio.run(story()) == 1
