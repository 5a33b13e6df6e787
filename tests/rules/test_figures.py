from collections.abc import Callable
from typing import Any

import pytest

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
     extend: [extension], cards: {yellow: past, red: past statutory}}
"""
ITEM = {"title": "许可", "kind": "licence", "mode": "promised", "promised": "3wd", "statutory": "5wd"}

Figures = Callable[..., dict[str, Any]]


@pytest.fixture
def figures(book: Book, told: Told, at: At) -> Figures:
    """Return the figures of a case after these facts, each (time, event, more)."""

    def make(*facts: tuple[str, str, dict[str, Any]], now: str = "2026-03-31") -> dict[str, Any]:
        engine = Engine(book(RULES, ITEM), now=at("2026-03-01"))
        for number, (when, event, more) in enumerate(facts):
            engine.fold("9133/N1", told(when, event, item="item-1", id=str(number), **more), number)
        engine.advance(at(now))
        found: dict[str, Any] = engine.take(3).facts[-1]["figures"]
        return found

    return make


ACCEPTED = ("2026-03-06 10:00", "case.accepted", {})  # a Friday


def test_the_days_used_are_working_days_without_the_day_of_acceptance(figures: Figures) -> None:
    found = figures(ACCEPTED, ("2026-03-10 16:00", "case.decided", {}))

    assert found["promised"] == {
        "unit": "wd",
        "days": 3,
        "due_at": "2026-03-12T00:00:00+08:00",
        "used": 2,
        "paused": 0,
    }
    assert (found["statutory"]["days"], found["statutory"]["used"]) == (5, 2)


def test_days_of_a_special_procedure_are_given_back_and_told_apart(figures: Figures) -> None:
    found = figures(
        ACCEPTED,
        ("2026-03-09 10:00", "clock.suspended", {"data": {"days": 20}}),
        ("2026-03-16 10:00", "clock.resumed", {}),
        ("2026-03-17 10:00", "case.decided", {}),
    )

    assert (found["promised"]["used"], found["promised"]["paused"]) == (2, 5)


def test_each_clock_that_ended_was_kept_or_broken(figures: Figures) -> None:
    found = figures(ACCEPTED, ("2026-03-12 09:00", "case.decided", {}))

    assert (found["kept"], found["broken"]) == (["T/statutory"], ["T/promised"])


def test_a_clock_that_still_runs_is_neither_kept_nor_broken(figures: Figures) -> None:
    found = figures(ACCEPTED, now="2026-03-06 12:00")

    assert (found["kept"], found["broken"]) == ([], [])
    assert "used" not in found["promised"]


def test_an_extension_lengthens_the_days_allowed_by_statute_only(figures: Figures) -> None:
    found = figures(
        ACCEPTED,
        ("2026-03-09 10:00", "case.extended", {"data": {"days": 10}}),
        ("2026-03-10 16:00", "case.decided", {}),
    )

    assert (found["promised"]["days"], found["statutory"]["days"]) == (3, 15)


def test_a_case_tells_how_it_came_and_how_it_was_rated(figures: Figures) -> None:
    found = figures(
        ("2026-03-05 10:00", "case.applied", {"data": {"channel": "online"}}),
        ("2026-03-06 10:00", "case.accepted", {"data": {"window": "12"}, "post": "窗口"}),
        ("2026-03-09 10:00", "case.decided", {"data": {"result": "granted"}, "post": "审批"}),
        ("2026-03-10 10:00", "eval.rated", {"data": {"score": "2"}}),
        ("2026-03-11 10:00", "eval.rated", {"data": {"score": 5}, "post": "回访"}),
    )

    assert (found["channel"], found["window"], found["post"], found["result"]) == ("online", "12", "审批", "granted")
    assert (found["score"], found["kind"], found["mode"]) == (5, "licence", "promised")
    assert found["types"] == {"case.accepted": 1, "case.applied": 1, "case.decided": 1, "eval.rated": 2}


def test_a_rating_that_is_none_of_the_five_is_left_out(figures: Figures) -> None:
    assert "score" not in figures(ACCEPTED, ("2026-03-07 10:00", "eval.rated", {"data": {"score": 9}}))


def test_a_case_accepted_after_it_was_turned_away_ends_when_it_is_decided(figures: Figures) -> None:
    applied, returned = ("2026-03-02 10:00", "case.applied", {}), ("2026-03-03 10:00", "case.returned", {})
    assert figures(applied, returned)["ended_at"] == "2026-03-03T10:00:00+08:00"

    again = (applied, returned, ("2026-03-05 10:00", "case.applied", {}), ACCEPTED)
    assert "ended_at" not in figures(*again)
    decided = figures(*again, ("2026-03-09 10:00", "case.decided", {}))
    assert decided["ended_at"] == "2026-03-09T10:00:00+08:00"
    assert figures(*again, ("2026-03-09 11:00", "case.returned", {}))["ended_at"] == "2026-03-09T11:00:00+08:00"
