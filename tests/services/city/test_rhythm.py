"""Two ways to know who fell silent or did too little: by when it was due, and by living through the days."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from mingjing.services.city.message import ZONE, Planted
from mingjing.services.city.oracle.silence import OF_CHOICE, OWED, silences
from mingjing.services.city.outage import days_down
from mingjing.services.city.rhythm import DUTIES, RHYTHMS, lapses
from mingjing.services.city.words import Word
from mingjing.services.city.world import Agency, World

FAR = "2026-12-01 00:00"
DAY = timedelta(days=1)

Listening = Callable[..., list[str]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(params=[lapses, silences])
def found(request: pytest.FixtureRequest, world: World) -> Listening:
    def listen(
        rule: str,
        *heard: str,
        until: str = FAR,
        delay: timedelta = timedelta(0),
        down: tuple[tuple[datetime, datetime], ...] = (),
    ) -> list[str]:
        words = [Word(rule, ("A",), at(text), text, "A") for text in heard]
        agency: Agency = msgspec.structs.replace(next(iter(world.agencies.values())), delay=delay, outages=down)
        told: list[Planted] = sorted(
            lapses(words, at(until), {"A": delay}, world.calendar, {"A": days_down(down)})
            if request.param is lapses
            else silences(words, at(until), {"A": agency}, world.calendar)
        )
        return [f"{each.violated_at:%m-%d %H:%M}" for each in told]

    return listen


def test_both_know_the_same_rules() -> None:
    assert {rule: (each.level, each.days) for rule, each in RHYTHMS.items()} == {
        rule: (each.level, each.days) for rule, each in OF_CHOICE.items()
    }
    assert {rule: (each.kind, each.level, 12 // each.months, each.least) for rule, each in DUTIES.items()} == {
        rule: (each.kind, each.level, len(each.months), each.times) for rule, each in OWED.items()
    }


def test_a_rhythm_of_working_days_lets_weekends_pass(found: Listening) -> None:
    assert found("INT-11", "2026-07-06 10:00", "2026-07-20 10:00", until="2026-07-26 10:00") == []
    assert found("INT-11", "2026-07-06 10:00", "2026-07-21 10:00", until="2026-07-26 10:00") == ["07-21 00:00"]


@pytest.mark.parametrize(
    ("begins", "ends", "since"),
    [
        ("2026-07-08 22:00", "2026-07-09 06:00", "07-23 00:00"),  # a part of two working days
        ("2026-07-18 08:00", "2026-07-20 08:00", "07-22 00:00"),  # a weekend, and the tenth day itself
        ("2026-07-18 08:00", "2026-07-19 08:00", "07-21 00:00"),  # a weekend alone
        ("2026-07-06 11:00", "2026-07-06 20:00", "07-21 00:00"),  # the rest of the day last heard
        ("2026-07-21 00:00", "2026-07-22 08:00", "07-21 00:00"),  # after it was silent
    ],
)
def test_days_on_which_systems_were_declared_down_are_free(
    found: Listening, begins: str, ends: str, since: str
) -> None:
    assert found("INT-11", "2026-07-06 10:00", until="2026-08-06 10:00", down=((at(begins), at(ends)),)) == [since]


def test_the_last_instant_of_a_quarter_is_in_it(found: Listening) -> None:
    assert found("ACT-06-AF", "2026-02-03 10:00", "2026-06-30 23:59:59", until="2026-09-01 00:00") == []


def test_the_first_instant_after_a_quarter_is_not(found: Listening) -> None:
    assert found("ACT-06-AF", "2026-02-03 10:00", "2026-07-01 00:00", until="2026-09-01 00:00") == ["07-01 00:00"]


def test_every_quarter_is_found_for_itself_but_the_first(found: Listening) -> None:
    assert found("ACT-06-AF", "2026-03-31 23:59") == ["07-01 00:00", "10-01 00:00"]


def test_what_is_done_too_seldom_in_a_year_is_found_at_its_end(found: Listening) -> None:
    told = ("2024-11-20 10:00", "2025-03-10 10:00")

    assert found("SAT-05", *told) == ["01-01 00:00"]
    assert found("SAT-05", *told, "2025-12-31 23:59:59") == []


def test_two_of_one_day_are_two(found: Listening) -> None:
    assert found("SAT-05", "2024-11-20 10:00", "2025-03-10 10:00", "2025-03-10 11:00") == []


def test_a_word_on_its_way_is_waited_for_an_hour(found: Listening) -> None:
    assert found("ACT-06-AF", "2026-02-03 10:00", until="2026-07-01 00:59") == []
    assert found("ACT-06-AF", "2026-02-03 10:00", until="2026-07-01 01:00") == ["07-01 00:00"]


def test_who_reports_by_night_is_given_the_night(found: Listening) -> None:
    assert found("ACT-06-AF", "2026-02-03 10:00", until="2026-07-02 00:59", delay=DAY) == []
    assert found("ACT-06-AF", "2026-02-03 10:00", until="2026-07-02 01:00", delay=DAY) == ["07-01 00:00"]
