"""How often a feed usually speaks, and whether it is unusually quiet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.workdays import Workdays
from mingjing.services.conformance.rhythm import Rhythm, rhythm_of

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 9, tzinfo=ZONE)
WINDOW = range(9, 17)
YEARS = {number: Year(status="official") for number in (2025, 2026)}
PLAIN = Calendar("plain", YEARS).workdays()
FEAST = Calendar("feast", {2026: Year(status="official", holidays={MONDAY.date(): "节"})}).workdays()

At = Callable[[int, float], datetime]


def at(day: int, hour: float) -> datetime:
    """Return an hour of the day so many days after Monday, March 9."""
    return MONDAY + timedelta(days=day, hours=hour)


def hour_of(instant: datetime) -> int:
    return int(instant.timestamp()) // 3600


def worked(days: int, a_minute_in: int = 60) -> dict[int, int]:
    """Return the hours of an agency that reported every so many minutes of its opening hours, up to Monday."""
    spoken = (at(-ago, hour) for ago in range(1, days + 1) for hour in WINDOW if at(-ago, hour).weekday() < 5)
    return {hour_of(each): 60 // a_minute_in for each in spoken}


def rhythm(hours: dict[int, int], last: datetime | None, now: datetime, workdays: Workdays = PLAIN) -> Rhythm:
    return rhythm_of(hours, int(last.timestamp()) if last is not None else None, now, ZONE, workdays)


def test_the_usual_interval_is_that_of_this_hour_of_the_week() -> None:
    told = rhythm(worked(28, a_minute_in=5), at(-3, 16.9), at(0, 10))

    assert told.usual_s == 300
    assert (told.week[8], told.week[9], told.week[5 * 24 + 10]) == (None, 300, None)


def test_an_evening_and_a_weekend_are_no_silence() -> None:
    told = rhythm(worked(28, a_minute_in=5), at(-3, 17), at(0, 9))

    assert (told.missed, told.unusual) == (0.0, False)


def test_an_hour_without_the_usual_reports_is_unusual() -> None:
    told = rhythm(worked(28, a_minute_in=5), at(-3, 17), at(0, 10))

    assert (told.missed, told.unusual) == (12.0, True)


def test_part_of_an_hour_counts_in_part() -> None:
    assert rhythm(worked(28, a_minute_in=5), at(-3, 17), at(0, 9.25)).missed == 3.0


def test_a_feed_has_no_rhythm_before_it_was_heard_for_a_working_week() -> None:
    told = rhythm(worked(7), at(-3, 16.9), at(0, 10))

    assert (told.usual_s, told.missed, told.unusual) == (None, 0.0, False)


def test_a_feed_that_never_spoke_has_no_rhythm() -> None:
    told = rhythm({}, None, at(0, 10))

    assert (told.last_arrival_at, told.usual_s, told.unusual) == (None, None, False)


def test_the_rhythm_of_a_year_ago_is_forgotten() -> None:
    long_ago = {hour - 365 * 24: minutes for hour, minutes in worked(28).items()}

    assert rhythm(long_ago, at(-365, 10), at(0, 10)).missed == 0.0


@pytest.mark.parametrize(("weeks", "unusual"), [(1, True), (4, True), (8, True), (9, False)])
def test_who_stopped_for_weeks_is_still_unusually_quiet(weeks: int, *, unusual: bool) -> None:
    stopped = {hour - weeks * 7 * 24: minutes for hour, minutes in worked(28).items()}

    assert rhythm(stopped, at(-3 - weeks * 7, 17), at(-3, 17)).unusual == unusual


def test_a_holiday_is_no_silence() -> None:
    told = rhythm(worked(28, a_minute_in=5), at(-3, 17), at(0, 17), FEAST)

    assert (told.usual_s, told.missed, told.unusual) == (None, 0.0, False)


def test_a_day_of_a_year_without_calendar_is_its_weekday() -> None:
    unknown = Calendar("old", {2020: Year(status="official")}).workdays()

    assert rhythm(worked(28, a_minute_in=5), at(-3, 17), at(0, 10), unknown).missed == 12.0
