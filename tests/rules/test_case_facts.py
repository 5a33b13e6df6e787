from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from mingjing.rules.case_facts import case_facts
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

RULES = """
pack: p
version: 1
vocabulary: approval
rules:
  - {id: T, kind: time-limit, start: case.accepted, stop: case.decided, limit: promised, pause: [special-procedure],
     cards: {yellow: past, red: past statutory}}
"""


@pytest.fixture
def facts(book: Book, told: Told, at: At) -> Callable[..., dict[str, Any]]:
    """Return the case facts after these events, one a day from 2026-03-06 on, by a clock."""

    def make(*events: str, now: str = "2026-03-06 12:00") -> dict[str, Any]:
        engine = Engine(book(RULES, {"title": "许可", "promised": "3wd", "statutory": "5wd"}), now=at("2026-03-06"))
        for day, event in enumerate(events):
            engine.fold(
                "9133/N1", told(f"2026-03-{6 + day:02} 10:00", event, item="item-1", region="330100000000"), day
            )
        engine.advance(at(now))
        return engine.take(3).facts[-1]

    return make


Facts = Callable[..., dict[str, Any]]


def test_a_case_tells_its_number_item_and_dates(facts: Facts) -> None:
    found = facts("case.applied", "case.accepted", "case.decided")

    assert (found["case_key"], found["subject"], found["item_title"]) == ("9133/N1", "N1", "许可")
    assert (found["applied_at"], found["accepted_at"]) == ("2026-03-06T10:00:00+08:00", "2026-03-07T10:00:00+08:00")
    assert (found["decided_at"], found["delivered_at"]) == ("2026-03-08T10:00:00+08:00", None)
    assert (found["last_event_type"], found["events"], found["region"]) == ("case.decided", 3, "330100000000")


@pytest.mark.parametrize(
    ("events", "now", "state", "clocks"),
    [
        (["case.accepted"], "2026-03-06 12:00", "accepted", ["running", "running"]),
        (["case.accepted"], "2026-03-12 00:00", "accepted", ["past", "running"]),
        (["case.accepted"], "2026-03-14 00:00", "accepted", ["past", "past"]),
        (["case.accepted", "clock.suspended"], "2026-03-07 12:00", "suspended", ["paused", "paused"]),
        (["case.accepted", "case.decided"], "2026-04-01 12:00", "decided", ["stopped", "stopped"]),
        (["case.applied"], "2026-03-06 12:00", "applied", []),
    ],
)
def test_each_clock_is_running_paused_past_or_stopped(
    facts: Facts, events: list[str], now: str, state: str, clocks: list[str]
) -> None:
    found = facts(*events, now=now)

    assert (found["state"], [each["state"] for each in found["clocks"]]) == (state, clocks)


def test_a_clock_tells_its_end_and_the_level_that_stands(facts: Facts) -> None:
    promised, statutory = facts("case.accepted", now="2026-03-12")["clocks"]

    assert (promised["clock"], promised["limit"], promised["due_at"]) == (
        "promised",
        "3wd",
        "2026-03-12T00:00:00+08:00",
    )
    assert (promised["level"], statutory["due_at"]) == ("yellow", "2026-03-14T00:00:00+08:00")


def test_a_record_is_newer_the_further_the_log_and_the_more_was_said(facts: Facts) -> None:
    quiet, drawn = facts("case.accepted"), facts("case.accepted", now="2026-03-12")

    assert quiet["ver"][:2] == drawn["ver"][:2] == [0, 3]
    assert quiet["ver"] < drawn["ver"]


@pytest.mark.parametrize("then", ["eval.rated", "clock.suspended", "case.decided", "case.accepted"])
def test_facts_told_again_once_time_has_moved_are_those_worked_out_at_once(
    book: Book, told: Told, at: At, then: str
) -> None:
    rulebook = book(RULES, {"title": "许可", "promised": "3wd", "statutory": "5wd"})
    for day in range(9, 18):
        engine = Engine(rulebook, now=at("2026-03-06"))
        for number, (when, event) in enumerate((("2026-03-06", "case.accepted"), (f"2026-03-{day:02}", then))):
            engine.advance(at(when))
            engine.fold("9133/N1", told(f"{when} 10:00", event, id=str(number), item="item-1"), number)
            engine.take(3)
        for later in range(day, 20):
            engine.advance(at(f"2026-03-{later:02} 12:00"))
            case = engine.cases["9133/N1"]
            said = case_facts(case, engine.rulebook, engine.now, 3)
            case.account = None
            assert said == case_facts(case, engine.rulebook, engine.now, 3), (day, later)


def test_facts_told_event_by_event_are_those_worked_out_at_once(book: Book, told: Told, at: At) -> None:
    rulebook = book(RULES, {"title": "许可", "promised": "3wd", "statutory": "5wd"})
    happens = ("case.accepted", "case.decided", "clock.suspended", "clock.resumed", "case.delivered")
    for story in product(happens, repeat=4):
        engine = Engine(rulebook, now=at("2026-03-06"))
        for day, event in enumerate(story):
            fact = told(f"2026-03-{6 + day:02} 10:00", event, id=str(day), item="item-1")
            engine.fold("9133/N1", fact, day)
            said = engine.take(3).facts[-1]
            case = engine.cases["9133/N1"]
            case.account = None
            assert said == case_facts(case, engine.rulebook, engine.now, 3), story


def test_a_case_that_is_said_later_to_be_of_another_enterprise_tells_the_clocks_of_that_enterprise(
    book: Book, told: Told, at: At
) -> None:
    engine = Engine(
        book(RULES.replace("pause:", "scope: {case.enterprise: B}, pause:"), {"promised": "3wd", "statutory": "5wd"}),
        now=at("2026-03-06"),
    )
    clocks = []
    for day, (event, enterprise) in enumerate(
        (("applied", "A"), ("accepted", None), ("applied", "B"), ("applied", "A"))
    ):
        data = {"enterprise": enterprise} if enterprise else {}
        fact = told(f"2026-03-{6 + day:02} 10:00", f"case.{event}", id=str(day), item="item-1", data=data)
        engine.fold("9133/N1", fact, day)
        clocks.append(len(engine.take(3).facts[-1]["clocks"]))

    assert clocks == [0, 0, 2, 0]
