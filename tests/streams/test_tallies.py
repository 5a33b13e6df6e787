"""Tallies on the log: told beside the cards, before the state, and read back as they were told."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mingjing.rules.engine import Engine
from mingjing.rules.events import TICK, Fact
from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally, subjects_of
from mingjing.streams.clock import EventTimeClock, LiveClock
from mingjing.streams.dockets import CASES, SUBJECTS, Docket
from mingjing.streams.owner import Owner
from mingjing.streams.state import EMPTY, Ring
from mingjing.streams.tallies import by_partition, tally_bytes, tick_bytes
from mingjing.streams.topics import partition_of
from mingjing.streams.wire import fact_in

PARTITIONS = 4
PACK = """
pack: visits
version: "1"
rules:
  - {id: V, kind: frequency, of: visited, by: agency, at_least: 2, within: 30cd, cards: {yellow: reached}}
"""


@pytest.fixture
def visits(another_engine: Engine) -> Rulebook:
    """A rulebook with one rule: two visits of an agency within thirty days."""
    return Rulebook([parse_pack(PACK, "visits.yaml", {})], another_engine.rulebook.calendar)


def owner(docket: Docket, judge: Engine, log: Any, clock: Any = None) -> Owner:
    def die(exc: Exception) -> None:
        raise exc

    ring = Ring(EMPTY, 1)
    return Owner(
        0, judge, clock or LiveClock(), ring, log, docket=docket, partitions=PARTITIONS, end=-1, die=die, save_every_s=0
    )


def test_a_tally_is_read_back_as_it_was_told() -> None:
    fact = Fact(id="1", source="s", type="tally.V", at=5, stamp=7, recorded_at=2, agency="A", data={"case": "a/1"})

    assert fact_in(tally_bytes(Tally("across/V/A", fact))) == fact


def test_a_subject_finds_its_partition_by_its_key() -> None:
    fact = Fact(id="1", source="s", type="tally.V", at=5, stamp=7)
    found = by_partition([Tally(f"across/V/{name}", fact) for name in "ABCDEF"], PARTITIONS)

    assert {key: place for place, records in found.items() for key, _ in records} == {
        f"across/V/{name}".encode(): partition_of(f"across/V/{name}", PARTITIONS) for name in "ABCDEF"
    }


def test_a_watermark_of_an_owner_names_its_partition() -> None:
    fact = fact_in(tick_bytes(3, 1_000_000))

    assert (fact.type, fact.at, fact.data) == (TICK, 1_000_000, {"feed": "case-events/3"})


def test_tallies_are_on_the_log_before_the_state_that_counts_on_them(
    visits: Rulebook, log: Any, case_event: Callable[..., Any]
) -> None:
    async def told() -> None:
        here = owner(CASES, Engine(visits, now=0), log)
        here.fold([case_event(0, "visited", "2026-03-02 10:00")], lambda: None)
        await here.settle()

        assert [topic for topic in log.order if topic in {"tallies", "supervise-state"}] == [
            "tallies",
            "supervise-state",
        ]

    asyncio.run(told())


def test_what_the_owner_of_cases_tells_the_owner_of_subjects_draws(
    visits: Rulebook, log: Any, case_event: Callable[..., Any], read: Callable[..., Any]
) -> None:
    async def told() -> None:
        cases = owner(CASES, Engine(visits, now=0), log)
        for offset, case in enumerate("12"):
            cases.fold([case_event(offset, "visited", f"2026-03-0{offset + 2} 10:00", case=case)], lambda: None)
        await cases.settle()
        subjects = owner(SUBJECTS, Engine(subjects_of(visits), now=0), log)
        told = [
            read(topic="tallies", offset=n, key=key, value=value) for n, (key, value) in enumerate(log.sent["tallies"])
        ]
        subjects.fold(told, lambda: None)
        await subjects.settle()

        (card,) = log.values("cards")
        assert (card["rule"], card["case_key"].startswith("across/V/"), card["explain"]["n"]) == ("V", True, 2)
        assert "tallies-state" in log.order
        assert [fact["case_key"] for fact in log.values("case-facts") if fact["case_key"].startswith("across/")] == []

    asyncio.run(told())


def test_in_event_time_an_owner_of_cases_says_to_all_subjects_and_its_desk_how_far_it_is(
    visits: Rulebook, log: Any, tick: Callable[..., Any]
) -> None:
    async def told() -> None:
        here = owner(CASES, Engine(visits, now=0), log, EventTimeClock(["f"], {}))
        here.fold([tick(0, "2026-03-02 10:00")], lambda: None)
        await here.settle()
        here.fold([tick(1, "2026-03-02 10:00")], lambda: None)
        await here.settle()

        assert [event["data"] for event in log.values("tallies")] == [{"feed": "case-events/0"}] * PARTITIONS
        assert [event["data"] for event in log.values("card-actions")] == [{"feed": "case-events/0"}]

    asyncio.run(told())


def test_live_an_owner_says_nothing_of_the_time_of_day(
    visits: Rulebook, log: Any, case_event: Callable[..., Any]
) -> None:
    async def told() -> None:
        here = owner(CASES, Engine(visits, now=0), log)
        here.fold([case_event(0, "other", "2026-03-02 10:00")], lambda: None)
        await here.settle()
        await asyncio.sleep(0)

        assert log.values("tallies") == []

    asyncio.run(told())
