"""Two ways to know who has fallen silent: by when the next word was due, and by living through the days after each."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from mingjing.services.city.calendar import Calendar
from mingjing.services.city.message import ZONE, Planted
from mingjing.services.city.oracle.silence import OF_CHOICE, silences
from mingjing.services.city.rhythm import RHYTHMS, pauses
from mingjing.services.city.words import Word

MONDAY = datetime(2026, 7, 6, 10, tzinfo=ZONE)
FAR = datetime(2026, 12, 1, tzinfo=ZONE)

Listening = Callable[..., list[str]]


@pytest.fixture(params=[pauses, silences])
def silent(request: pytest.FixtureRequest, calendar: Calendar) -> Listening:
    def listen(
        *days: int, until: datetime = FAR, delay: timedelta = timedelta(0), rule: str = "ACT-06-AF"
    ) -> list[str]:
        words = [Word(rule, ("A",), MONDAY + timedelta(days=day), f"{day}", "A") for day in days]
        found: list[Planted] = sorted(request.param(words, until, {"A": delay}, calendar))
        return [f"{each.violated_at:%m-%d %H:%M}" for each in found]

    return listen


def test_both_know_the_same_rules() -> None:
    assert {rule: (each.kind, each.level, each.days, each.working) for rule, each in RHYTHMS.items()} == {
        rule: (each.kind or "", each.level, each.days, each.offices_open) for rule, each in OF_CHOICE.items()
    }


def test_a_rhythm_of_working_days_lets_weekends_pass(silent: Listening) -> None:
    assert silent(0, 14, until=MONDAY + timedelta(days=20), rule="INT-11") == []  # 7-06 and 7-20: ten working days
    assert silent(0, 15, until=MONDAY + timedelta(days=20), rule="INT-11") == ["07-21 00:00"]


def test_who_comes_again_on_the_last_day_was_not_silent(silent: Listening) -> None:
    assert silent(0, 92) == []  # 7-06 and 10-06; the next is due on 2027-1-06


def test_who_comes_again_a_day_later_was_silent_since_that_midnight(silent: Listening) -> None:
    assert silent(0, 93) == ["10-07 00:00"]


def test_who_never_comes_again_is_silent(silent: Listening) -> None:
    assert silent(0) == ["10-07 00:00"]


def test_a_word_on_its_way_is_waited_for_an_hour(silent: Listening) -> None:
    assert silent(0, until=datetime(2026, 10, 7, 0, 59, tzinfo=ZONE)) == []
    assert silent(0, until=datetime(2026, 10, 7, 1, tzinfo=ZONE)) == ["10-07 00:00"]


def test_who_reports_by_night_is_given_the_night(silent: Listening) -> None:
    day = timedelta(days=1)

    assert silent(0, until=datetime(2026, 10, 8, 0, 59, tzinfo=ZONE), delay=day) == []
    assert silent(0, until=datetime(2026, 10, 8, 1, tzinfo=ZONE), delay=day) == ["10-07 00:00"]


def test_two_words_of_one_day_are_one(silent: Listening) -> None:
    assert silent(0, 0) == ["10-07 00:00"]


def test_each_silence_is_found_for_itself(silent: Listening) -> None:
    assert silent(-200, -100, 0) == ["03-21 00:00", "06-29 00:00", "10-07 00:00"]
