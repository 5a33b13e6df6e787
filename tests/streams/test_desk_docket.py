"""Cards on their way to the desk, people's steps there, and what becomes of both."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import orjson
import pytest

from mingjing.rules.desk import Desk
from mingjing.rules.desk_words import ASKED, DESK, SAID
from mingjing.rules.engine import Engine
from mingjing.rules.events import Event, Fact, micros
from mingjing.rules.standing import STANDS
from mingjing.rules.zone import DAY, Zone
from mingjing.streams.clock import EventTimeClock, LiveClock, PartitionClock, feed_name
from mingjing.streams.dockets import CASES, STEPS, Docket
from mingjing.streams.owner import Owner
from mingjing.streams.ports import Judge
from mingjing.streams.state import EMPTY, Recovered, Ring, StateRecord, recover
from mingjing.streams.tallies import tick_bytes
from mingjing.streams.topics import (
    CARD_ACTIONS,
    CARD_STAGES,
    CASE_EVENTS,
    CASE_FACTS,
    DEAD_LETTERS,
    DESK_STATE,
    TALLIES,
    partition_of,
)
from mingjing.streams.wire import event_bytes, fact_in

PARTITIONS = 4
CASE = "91330100MA00000001/1"
NOW = datetime.fromisoformat("2026-03-02T12:00:00Z")
CLOCK = feed_name(CASE_EVENTS, 0)


def die(exc: Exception) -> None:
    raise exc


def owner_of(
    judge: Judge,
    log: Any,
    docket: Docket,
    *,
    clock: PartitionClock | None = None,
    recovered: Recovered = EMPTY,
    archive: Any = None,
) -> Owner:
    judge.restore_all(recovered.cases, recovered.changes)
    ring = Ring(recovered, recovered.generation + 1)
    return Owner(
        *(0, judge, clock or LiveClock(), ring, log),
        docket=docket,
        partitions=PARTITIONS,
        end=recovered.end,
        die=die,
        archive=archive,
        save_every_s=0,
    )


def settle(owner: Owner) -> None:
    async def settled() -> None:
        await owner.settle()

    asyncio.run(settled())


def desk() -> Desk:
    return Desk(Zone("Asia/Shanghai"), now=0)


def ignored() -> None:
    """Acks nothing."""


@pytest.fixture
def overdue(engine: Engine, log: Any, case_event: Callable[..., Any]) -> Callable[..., Any]:
    """What the owner of a case puts on `card-actions` when the case is past its hour."""

    def made(case: str = "1") -> Any:
        owner = owner_of(engine, log, CASES)
        owner.fold([case_event(0, "opened", "2026-03-02T09:00:00Z", case=case)], ignored)
        owner.rise(micros(NOW), highwater=1)
        settle(owner)
        key, value = log.sent[CARD_ACTIONS][-1]
        return msgspec.structs.replace(case_event(0, "", "2026-03-02T09:00:00Z"), key=key, value=value)

    return made


def step(
    drawn: Any,
    offset: int,
    verb: str,
    *,
    expected: int,
    role: str = "clerk",
    action_id: str = "a1",
    actor: str = "wang",
    fields: dict[str, str] | None = None,
) -> Any:
    said = fact_in(drawn.value)
    wish = {"card_id": said.data["card_id"], "verb": verb, "expected": expected, "actor": actor, "role": role}
    event = Event(
        id=action_id,
        source=DESK,
        type=ASKED,
        subject="1",
        time=NOW,
        ingestedtime=NOW,
        data=wish | {"region": "", "agency": None, "fields": fields or {}},
    )
    return msgspec.structs.replace(drawn, offset=offset, value=event_bytes(event))


def told(log: Any, topic: str) -> list[Any]:
    return [orjson.loads(value) for _, value in log.sent[topic]]


def test_the_owner_of_a_case_tells_the_desk_of_each_card(overdue: Callable[..., Any]) -> None:
    drawn = overdue()
    fact = fact_in(drawn.value)

    assert (drawn.key.decode(), fact.type, fact.data["rule"], fact.at) == (CASE, SAID, "TL-1", micros(NOW))


def test_a_card_and_a_step_are_told_as_stages_of_its_life(overdue: Callable[..., Any], log: Any) -> None:
    drawn = overdue()
    owner = owner_of(desk(), log, STEPS)
    owner.fold([drawn, step(drawn, 1, "sign", expected=1)], ignored)
    settle(owner)

    assert [(each["stage"], each["revision"], each["ver"]) for each in told(log, CARD_STAGES)] == [
        ("signed", 2, [0, 1, 2]),
        ("signed", 2, [1, 1, 2]),
    ]


def test_of_two_who_act_on_one_revision_the_second_is_refused(overdue: Callable[..., Any], log: Any) -> None:
    drawn = overdue()
    owner = owner_of(desk(), log, STEPS)
    owner.fold([drawn, step(drawn, 1, "sign", expected=1), step(drawn, 2, "sign", expected=1, action_id="a2")], ignored)
    settle(owner)

    outcomes = [each["outcome"] for each in told(log, CARD_STAGES) if each["outcome"]]
    assert [(each["action_id"], each["accepted"], each["code"]) for each in outcomes] == [
        ("a1", True, None),
        ("a2", False, "stale"),
    ]


def test_what_happens_to_a_card_is_an_event_of_the_cards_own_case(overdue: Callable[..., Any], log: Any) -> None:
    drawn = overdue()
    owner = owner_of(desk(), log, STEPS)
    owner.fold([drawn, step(drawn, 1, "sign", expected=1)], ignored)
    settle(owner)

    key = f"{CASE}#{fact_in(drawn.value).data['card_id']}"
    facts = [(at.decode(), fact_in(value)) for at, value in log.sent[CASE_EVENTS]]
    assert [(at, fact.type, fact.source) for at, fact in facts] == [
        (key, "card.drawn", DESK),
        (key, "card.signed", DESK),
    ]
    assert partition_of(key, PARTITIONS) in range(PARTITIONS)


REVOKED = (
    ("sign", "clerk", "wang", {}),
    ("explain", "clerk", "wang", {"text": "系统切换"}),
    ("verify", "inspector", "li", {}),
    ("revoke", "supervisor", "zhao", {"reason": "属实"}),
)


@pytest.mark.parametrize(("key", "topic"), [(CASE, CASE_EVENTS), ("across/F/91", TALLIES)])
def test_what_people_decide_goes_back_to_the_case_or_the_subject_that_the_card_is_of(
    overdue: Callable[..., Any], log: Any, key: str, topic: str
) -> None:
    drawn = msgspec.structs.replace(overdue(), key=key.encode())
    owner = owner_of(desk(), log, STEPS)
    steps = [
        step(drawn, offset, verb, expected=offset, role=role, action_id=f"a{offset}", actor=actor, fields=fields)
        for offset, (verb, role, actor, fields) in enumerate(REVOKED, 1)
    ]
    owner.fold([drawn, *steps], ignored)
    settle(owner)

    words = [(at.decode(), fact_in(value)) for at, value in log.sent[topic]]
    (stands,) = [(at, fact) for at, fact in words if fact.type == STANDS]
    assert (stands[0], stands[1].source, stands[1].data["standing"][4]) == (key, DESK, None)


def test_in_event_time_people_have_their_deadlines_too(overdue: Callable[..., Any], log: Any) -> None:
    drawn = overdue()
    owner = owner_of(desk(), log, STEPS, clock=EventTimeClock([CLOCK], {}))
    owner.fold([drawn], ignored)
    settle(owner)

    assert [each["type"] for each in told(log, CASE_EVENTS)] == ["card.drawn"]


def test_in_event_time_the_clock_of_a_desk_is_that_of_the_cases_beside_it(
    overdue: Callable[..., Any], log: Any
) -> None:
    drawn = overdue()
    here = desk()
    owner = owner_of(here, log, STEPS, clock=EventTimeClock([CLOCK], {}))
    later = msgspec.structs.replace(drawn, offset=1, key=None, value=tick_bytes(0, micros(NOW) + DAY))
    owner.fold([drawn, later], ignored)
    settle(owner)

    assert here.now == micros(NOW) + DAY


def test_the_case_that_a_card_is_of_its_own_is_not_among_the_cases_people_list(
    engine: Engine, log: Any, case_event: Callable[..., Any]
) -> None:
    owner = owner_of(engine, log, CASES)
    own = case_event(0, "opened", "2026-03-02T09:00:00Z", case=f"1#{'0' * 32}")
    numbered = case_event(1, "opened", "2026-03-02T09:00:00Z", case="1#12")
    owner.fold([own, numbered], ignored)
    settle(owner)

    assert [each["subject"] for each in told(log, CASE_FACTS)] == ["1#12"]


def test_the_next_owner_answers_again_what_was_not_saved_and_takes_it_once(
    overdue: Callable[..., Any], log: Any
) -> None:
    drawn = overdue()
    first = owner_of(desk(), log, STEPS)
    first.fold([drawn, step(drawn, 1, "sign", expected=1)], ignored)
    settle(first)
    state = [(key, value) for key, value in log.sent[DESK_STATE] if key is not None and value is not None]
    lost = [(key, msgspec.msgpack.encode(_behind(value))) for key, value in state]
    second = owner_of(desk(), log, STEPS, recovered=recover(lost))
    second.fold([step(drawn, 1, "sign", expected=1)], ignored)
    settle(second)

    answers = [each["outcome"]["accepted"] for each in told(log, CARD_STAGES) if each["outcome"]]
    assert answers == [True, True]
    assert [each["type"] for each in told(log, CASE_EVENTS)] == ["card.drawn", "card.signed"]


class Shelf:
    """An archive of card-actions that holds `records`."""

    def __init__(self, *records: Any) -> None:
        self._records = records

    def facts_of(self, partition: int, case_key: str, last_offset: int) -> list[Fact]:
        assert (partition, case_key) == (0, CASE)
        return [fact_in(each.value) for each in self._records if each.offset <= last_offset]


@pytest.mark.parametrize(("archived", "answers"), [(2, ["explained"]), (1, [])])
def test_a_step_with_a_card_that_had_left_is_answered_by_the_archive(
    overdue: Callable[..., Any], log: Any, archived: int, answers: list[str]
) -> None:
    drawn = overdue()
    signed = step(drawn, 1, "sign", expected=1)
    late = step(drawn, 2, "explain", expected=2, action_id="a2", fields={"text": "断网"})
    owner = owner_of(desk(), log, STEPS, archive=Shelf(*[drawn, signed][:archived]))

    async def story() -> None:
        owner.fold([drawn, signed], ignored)
        await owner.settle()
        owner.rise(micros(NOW) + 40 * DAY, highwater=2)
        owner.leaving.retire(30 * DAY)
        await owner.settle()
        said = len(log.sent[CARD_STAGES])
        owner.fold([late], ignored)
        while owner.absent:  # noqa: ASYNC110  # a thread answers; nothing of the loop tells when
            await asyncio.sleep(0)
        await owner.settle()
        del log.sent[CARD_STAGES][:said]

    asyncio.run(story())
    assert [each["stage"] for each in told(log, CARD_STAGES)] == answers
    letters = [letter["message"] for letter in told(log, DEAD_LETTERS)]
    assert [("brings it to 1" in each) for each in letters] == ([] if answers else [True])


def _behind(value: bytes) -> StateRecord:
    """Return a state record whose cases are ahead of what it says was folded."""
    return msgspec.structs.replace(msgspec.msgpack.decode(value, type=StateRecord), end=0)
