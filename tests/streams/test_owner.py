import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.events import micros
from mingjing.streams.clock import EventTimeClock, LiveClock, PartitionClock
from mingjing.streams.dockets import CASES
from mingjing.streams.owner import MAX_UNSAVED, Owner
from mingjing.streams.state import EMPTY, Recovered, Ring, StateRecord, recover
from mingjing.streams.topics import CARD_ACTIONS, CARDS, CASE_FACTS, DEAD_LETTERS, STATE

CASE = "91330100MA00000001/1"


class Died(Exception):
    """The owner asked for the end of the process."""


def die(exc: Exception) -> None:
    raise Died from exc


def owner_of(
    engine: Engine, log: Any, *, clock: PartitionClock | None = None, recovered: Recovered = EMPTY, generation: int = 1
) -> Owner:
    engine.restore_all(recovered.cases, recovered.changes)
    ring = Ring(recovered, generation)
    return Owner(
        0,
        engine,
        clock or LiveClock(),
        ring,
        log,
        docket=CASES,
        partitions=4,
        end=recovered.end,
        die=die,
        save_every_s=0,
    )


def ignored() -> None:
    """Acks nothing."""


def settled(owner: Owner) -> None:
    async def settle() -> None:
        await owner.settle()

    asyncio.run(settle())


def instant(text: str) -> int:
    return micros(datetime.fromisoformat(text))


def test_the_stamp_of_a_later_record_passes_no_deadline_for_an_earlier_one_may_be_on_its_way(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], ignored)
    owner.fold([case_event(1, "opened", "2026-03-02T10:00:01Z", case="2")], ignored)
    owner.fold([case_event(2, "closed", "2026-03-02T09:59:59Z")], ignored)
    owner.rise(instant("2026-03-02T10:00:02Z"), highwater=3)
    settled(owner)

    assert log.sent[CARDS] == []


def test_a_sounding_fires_once_all_is_folded_that_lay_on_the_log_after_it(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], ignored)
    owner.rise(instant("2026-03-02T10:00:01Z"), highwater=2)
    owner.fold([case_event(1, "opened", "2026-03-02T09:30:00Z", case="2")], ignored)
    settled(owner)

    assert [(card["case_key"], card["level"], card["ver"]) for card in log.values(CARDS)] == [
        (CASE, "yellow", [0, 1, 1])
    ]


def test_a_sounding_waits_for_its_own_high_water_however_much_comes_after_it(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], ignored)
    owner.rise(instant("2026-03-02T10:00:01Z"), highwater=2)
    owner.rise(instant("2026-03-02T10:00:02Z"), highwater=900)
    owner.fold([case_event(1, "opened", "2026-03-02T09:30:00Z", case="2")], ignored)
    settled(owner)

    assert len(log.sent[CARDS]) == 1


def test_a_backlog_folded_long_after_draws_nothing_for_what_was_in_time(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold(
        [
            case_event(0, "opened", "2026-03-02T09:00:00Z"),
            case_event(1, "closed", "2026-03-02T09:59:59Z"),
            case_event(2, "opened", "2026-03-09T09:00:00Z", case="2"),
        ],
        ignored,
    )
    settled(owner)

    assert log.sent[CARDS] == []


def test_the_wall_fires_nothing_while_records_lie_unfolded(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], ignored)
    owner.rise(instant("2026-03-02T10:00:01Z"), highwater=2)
    settled(owner)

    assert log.sent[CARDS] == []


def test_the_wall_fires_a_deadline_with_no_event_at_all(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], ignored)
    now = instant("2026-03-02T10:00:01Z")

    assert owner.is_due(now)
    owner.rise(now, highwater=1)
    settled(owner)

    assert [card["level"] for card in log.values(CARDS)] == ["yellow"]


def test_in_event_time_neither_the_wall_nor_an_event_fires_a_deadline(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log, clock=EventTimeClock(["f"], {}))
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], ignored)
    owner.fold([case_event(1, "opened", "2026-03-05T09:00:00Z", case="2")], ignored)
    owner.rise(instant("2026-03-09T00:00:00Z"), highwater=2)
    settled(owner)

    assert log.sent[CARDS] == []
    assert not owner.is_due(instant("2026-03-09T00:00:00Z"))


def test_in_event_time_a_watermark_fires_a_deadline(
    engine: Engine, log: Any, case_event: Callable[..., Any], tick: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log, clock=EventTimeClock(["f"], {}))
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z"), tick(1, "2026-03-02T10:00:01Z")], ignored)
    settled(owner)

    assert [card["level"] for card in log.values(CARDS)] == ["yellow"]


def test_cards_and_facts_are_out_before_the_state_and_the_state_before_the_ack(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], lambda: log.order.append("ack"))
    owner.rise(instant("2026-03-02T11:00:00Z"), highwater=1)
    settled(owner)

    assert set(log.order[:3]) == {CARDS, CASE_FACTS, CARD_ACTIONS}
    assert log.order[3:] == [STATE, "ack"]


@pytest.mark.parametrize("topic", [CARDS, CASE_FACTS, STATE])
def test_what_cannot_be_made_durable_ends_the_process_before_any_ack(
    engine: Engine, log: Any, case_event: Callable[..., Any], topic: str
) -> None:
    owner, acked = owner_of(engine, log), list[int]()
    log.fails = topic
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], lambda: acked.append(0))
    if topic == CARDS:
        owner.rise(instant("2026-03-02T11:00:00Z"), highwater=1)
    with pytest.raises((Died, OSError)):
        settled(owner)

    assert acked == []


def test_an_event_that_cannot_be_judged_becomes_a_letter_and_stops_nothing(
    engine: Engine, log: Any, read: Callable[..., Any], case_event: Callable[..., Any]
) -> None:
    owner, acked = owner_of(engine, log), list[int]()
    owner.fold(
        [read(offset=0, value=b"not an event"), case_event(1, "opened", "2026-03-02T09:00:00Z")],
        lambda: acked.append(1),
    )
    settled(owner)

    assert [(letter["code"], letter["offset"]) for letter in log.values(DEAD_LETTERS)] == [("engine_fault", 0)]
    assert len(log.sent[CASE_FACTS]) == 1
    assert acked == [1]


def test_a_record_folded_before_the_crash_is_not_folded_again(
    engine: Engine, another_engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    batch = [case_event(0, "opened", "2026-03-02T09:00:00Z")]
    first = owner_of(engine, log)
    first.fold(batch, ignored)
    settled(first)

    recovered = recover(log.sent[STATE])
    second = owner_of(another_engine, log, recovered=recovered, generation=2)
    second.fold(batch, ignored)
    settled(second)

    assert recovered.end == 0
    assert len(log.sent[CASE_FACTS]) == 1


def test_timers_of_a_recovered_case_still_fire(
    engine: Engine, another_engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    first = owner_of(engine, log)
    first.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], ignored)
    settled(first)

    second = owner_of(another_engine, log, recovered=recover(log.sent[STATE]), generation=2)
    second.rise(instant("2026-03-02T10:00:01Z"), highwater=1)
    settled(second)

    assert [card["ver"] for card in log.values(CARDS)] == [[0, 2, 1]]


def test_a_card_said_twice_over_a_crash_says_the_same(
    engine: Engine, another_engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    batch = [
        case_event(0, "opened", "2026-03-02T09:00:00Z"),
        case_event(1, "opened", "2026-03-02T12:00:00Z", case="2"),
    ]
    for number, judge in enumerate((engine, another_engine), start=1):
        # The state of the first owner was never written.
        owner = owner_of(judge, log, generation=number)
        owner.fold(batch, ignored)
        owner.rise(instant("2026-03-02T12:00:00Z"), highwater=2)
        settled(owner)

    first, second = log.values(CARDS)
    assert {**first, "ver": None} == {**second, "ver": None}
    assert first["ver"] < second["ver"]


def test_a_card_drawn_at_its_deadline_is_drawn_anew_in_the_same_words_however_late(
    engine: Engine, another_engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    batch = [case_event(0, "opened", "2026-03-02T09:00:00Z")]
    for generation, (judge, until, wall) in enumerate(
        [(engine, 0, "2026-03-02T10:00:00.000001Z"), (another_engine, 1, "2026-04-30T00:00:00Z")], start=1
    ):
        # The state of the first owner is of another form.
        owner = owner_of(judge, log, generation=generation)
        if until:
            owner.repeat(until, {})
        owner.fold(batch, ignored)
        owner.rise(instant(wall), highwater=1)
        settled(owner)

    first, second = log.values(CARDS)
    assert {**first, "ver": None} == {**second, "ver": None}
    assert first["ver"] < second["ver"]


def test_a_card_that_is_drawn_anew_says_when_it_was_issued_first(
    engine: Engine, another_engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    batch = [case_event(0, "opened", "2026-03-02T09:00:00Z")]
    first = owner_of(engine, log)
    first.fold(batch, ignored)
    first.rise(instant("2026-03-02T13:30:00Z"), highwater=1)  # the worker was away at the deadline
    settled(first)
    (card,) = log.values(CARDS)
    second = owner_of(another_engine, log, generation=2)
    second.repeat(1, {card["card_id"]: instant("2026-03-02T13:30:00Z")})
    second.fold(batch, ignored)
    second.rise(instant("2026-04-30T00:00:00Z"), highwater=1)
    settled(second)

    assert {**log.values(CARDS)[1], "ver": None} == {**card, "ver": None}


def test_a_card_on_an_event_told_late_was_drawn_when_it_was_told(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.repeat(1, {})
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z", ingested="2026-03-05T08:00:00Z")], ignored)
    owner.rise(instant("2026-04-30T00:00:00Z"), highwater=1)
    settled(owner)

    (card,) = log.values(CARDS)
    assert datetime.fromisoformat(card["issued_at"]) == datetime.fromisoformat("2026-03-05T08:00:00Z")


def test_once_all_is_folded_anew_what_is_late_is_drawn_late(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.repeat(1, {})
    owner.fold([case_event(0, "closed", "2026-03-02T09:00:00Z")], ignored)
    owner.rise(instant("2026-03-02T12:00:00Z"), highwater=1)
    owner.fold([case_event(1, "opened", "2026-03-02T12:00:00Z")], ignored)
    owner.rise(instant("2026-03-02T15:00:00Z"), highwater=2)
    settled(owner)

    (card,) = log.values(CARDS)
    assert datetime.fromisoformat(card["issued_at"]) == datetime.fromisoformat("2026-03-02T15:00:00Z")


def test_what_is_folded_during_a_settlement_is_settled_by_the_same_task(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    async def story() -> list[str]:
        owner, acks = owner_of(engine, log), list[str]()
        log.gate.clear()
        owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], lambda: acks.append("first"))
        task = owner.settle()
        await asyncio.sleep(0)
        owner.fold([case_event(1, "closed", "2026-03-02T09:10:00Z")], lambda: acks.append("second"))
        assert owner.settle() is task
        log.gate.set()
        await task
        return acks

    assert asyncio.run(story()) == ["first", "second"]
    assert recover(log.sent[STATE]).end == 1


def test_after_a_revocation_nothing_is_acked(engine: Engine, log: Any, case_event: Callable[..., Any]) -> None:
    async def story() -> list[str]:
        owner, acks = owner_of(engine, log), list[str]()
        log.gate.clear()
        owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], lambda: acks.append("acked"))
        task = owner.settle()
        await asyncio.sleep(0)
        owner.close()
        log.gate.set()
        await asyncio.wait([task])
        return acks

    assert asyncio.run(story()) == []


def test_an_owner_far_ahead_of_what_is_durable_asks_to_wait(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log)
    owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")] * MAX_UNSAVED, ignored)

    assert owner.overfull


def test_watermarks_heard_are_part_of_the_state(engine: Engine, log: Any, tick: Callable[..., Any]) -> None:
    owner = owner_of(engine, log, clock=EventTimeClock(["f"], {}))
    owner.fold([tick(0, "2026-03-02T10:00:00Z", feed="f")], ignored)
    settled(owner)

    record = msgspec.msgpack.decode(log.sent[STATE][-1][1], type=StateRecord)
    assert record.marks["f urn:yunzhou:scjg"] == instant("2026-03-02T10:00:00Z")


def test_cards_go_at_once_and_facts_of_a_case_once_for_all_that_its_state_tells(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log, clock=EventTimeClock(["f"], {}))

    async def folded_apart() -> None:
        owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z")], ignored)
        owner.settle()
        owner.fold([case_event(1, "closed", "2026-03-02T11:00:00Z")], ignored)
        await owner.settle()

    asyncio.run(folded_apart())

    assert len(log.sent[CARDS]) == 1
    assert [told["events"] for told in log.values(CASE_FACTS)] == [2]
    assert log.order.index(CARDS) < log.order.index(CASE_FACTS) < log.order.index(STATE)
