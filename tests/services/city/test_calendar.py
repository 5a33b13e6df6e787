from datetime import date

import chinese_calendar
import pytest

from mingjing.services.city.calendar import Calendar, days

OFFICIAL = (date(2004, 1, 1), date(2026, 12, 31))


def test_every_official_day_is_worked_or_not_as_the_state_council_arranged(calendar: Calendar) -> None:
    differing = [day for day in days(*OFFICIAL) if calendar.works(day) != chinese_calendar.is_workday(day)]

    assert differing == []


@pytest.mark.parametrize(
    ("begins", "n", "ends"),
    [
        ((2026, 9, 30), 5, (2026, 10, 13)),  # 国庆 and the made-up Saturday 10-10
        ((2026, 2, 13), 5, (2026, 2, 27)),  # 春节, with the made-up Saturday 02-14
        ((2026, 11, 21), 5, (2026, 11, 27)),  # begun on a Saturday
        ((2026, 9, 20), 5, (2026, 9, 28)),  # begun on a made-up Sunday, over 中秋
        ((2026, 4, 30), 7, (2026, 5, 13)),
        ((2026, 4, 1), 45, (2026, 6, 8)),
        ((2026, 9, 24), 10, (2026, 10, 15)),
    ],
)
def test_the_nth_working_day_is_that_of_the_domains_vectors(
    calendar: Calendar, begins: tuple[int, int, int], n: int, ends: tuple[int, int, int]
) -> None:
    assert calendar.after(date(*begins), n) == date(*ends)


def test_excluded_days_are_not_counted(calendar: Calendar) -> None:
    excluded = set(days(date(2026, 3, 10), date(2026, 3, 20)))

    assert calendar.after(date(2026, 3, 2), 20, excluded) == date(2026, 4, 13)  # 清明 is 4-4 to 4-6


def test_a_year_without_arrangement_is_not_guessed(calendar: Calendar) -> None:
    with pytest.raises(LookupError, match="2035"):
        calendar.works(date(2035, 1, 4))
