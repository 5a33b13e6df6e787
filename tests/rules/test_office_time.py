from datetime import date, time

import pytest

from mingjing.rules.events import instant
from mingjing.rules.office_hours import OfficeHours
from mingjing.rules.office_time import OfficeTime
from mingjing.rules.workdays import WEEKEND, Workdays
from mingjing.rules.zone import SECOND, Zone

HOUR = 3600 * SECOND
SHANGHAI = Zone("Asia/Shanghai")
WEEKENDS = {date(2026, 3, day): WEEKEND for day in (1, 7, 8, 14, 15, 21, 22, 28, 29)}
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(scope="module")
def office() -> OfficeTime:
    return OfficeTime(SHANGHAI, Workdays(*MARCH, WEEKENDS, {date(2026, 3, 11): "半日"}))


def _at(text: str) -> int:
    return SHANGHAI.parse(text)[0]


def _text(micro: int) -> str:
    return instant(micro).astimezone(SHANGHAI.info).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-09 10:00", 1, "03-09 11:00"),
        ("2026-03-09 11:00", 2, "03-09 14:00"),  # an hour at noon
        ("2026-03-09 08:00", 1, "03-09 10:00"),  # before opening
        ("2026-03-09 12:30", 1, "03-09 14:00"),
        ("2026-03-09 16:30", 2, "03-10 10:00"),
        ("2026-03-06 17:30", 1, "03-09 10:00"),  # over the weekend
        ("2026-03-07 11:00", 1, "03-09 10:00"),
        ("2026-03-11 11:00", 2, "03-12 10:00"),  # a half day ends at noon
        ("2026-03-09 10:00", 8, "03-10 10:30"),  # a full day has seven and a half
    ],
)
def test_office_time_passes_only_while_offices_are_open(office: OfficeTime, start: str, hours: int, end: str) -> None:
    assert _text(office.after(_at(start), hours * HOUR)) == end


@pytest.mark.parametrize(
    ("end", "hours", "start"),
    [
        ("2026-03-09 11:00", 1, "03-09 10:00"),
        ("2026-03-09 14:00", 2, "03-09 11:00"),
        ("2026-03-10 10:00", 2, "03-09 16:30"),
        ("2026-03-09 10:00", 2, "03-06 16:30"),
        ("2026-03-12 10:00", 2, "03-11 11:00"),
        ("2026-03-08 12:00", 1, "03-06 16:30"),
    ],
)
def test_office_time_is_counted_back_by_the_same_hours(office: OfficeTime, end: str, hours: int, start: str) -> None:
    assert _text(office.before(_at(end), hours * HOUR)) == start


def test_the_office_time_between_two_instants_leaves_out_nights_and_noons(office: OfficeTime) -> None:
    assert office.between(_at("2026-03-06 09:00"), _at("2026-03-09 17:30")) == 15 * HOUR


def test_no_office_time_passes_backwards(office: OfficeTime) -> None:
    assert office.between(_at("2026-03-09 17:30"), _at("2026-03-06 09:00")) == 0


def test_the_hours_are_those_of_the_calendar() -> None:
    early = OfficeHours(time(8), time(11, 30), time(14), time(18))
    office = OfficeTime(SHANGHAI, Workdays(*MARCH, WEEKENDS, hours=early))

    assert _text(office.after(_at("2026-03-09 07:00"), 4 * HOUR)) == "03-09 14:30"
