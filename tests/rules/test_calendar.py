from datetime import date
from pathlib import Path

import pytest

from mingjing.rules.calendar import Calendar, Overlay, Year
from mingjing.rules.calendar_text import parse_calendar
from mingjing.rules.workdays import Workdays

SHIPPED = Path(__file__).parents[2] / "rules" / "calendars" / "cn.yaml"


@pytest.fixture(scope="module")
def cn() -> Calendar:
    return parse_calendar(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)


@pytest.fixture(scope="module")
def line(cn: Calendar) -> Workdays:
    return cn.workdays()


@pytest.mark.parametrize(
    ("accepted", "limit", "due"),
    [
        ("2026-09-30", 5, "2026-10-13"),  # 国庆; Saturday 10-10 is worked
        ("2026-02-13", 5, "2026-02-27"),  # 春节; Saturday 02-14 is worked
        ("2026-02-13", 20, "2026-03-19"),  # … and Saturday 02-28
        ("2026-03-02", 20, "2026-03-30"),
        ("2026-06-15", 5, "2026-06-23"),  # 端午
        ("2026-06-15", 20, "2026-07-14"),
        ("2026-11-21", 5, "2026-11-27"),  # a Saturday
        ("2026-09-20", 5, "2026-09-28"),  # a Sunday that is worked; 中秋
        ("2026-04-30", 7, "2026-05-13"),  # 五一; Saturday 05-09 is worked
        ("2026-04-01", 45, "2026-06-08"),
        ("2026-04-01", 60, "2026-06-30"),
        ("2026-09-24", 10, "2026-10-15"),  # 中秋 and 国庆
    ],
)
def test_the_last_day_of_a_limit_is_that_of_the_published_arrangement(
    line: Workdays, accepted: str, limit: int, due: str
) -> None:
    assert line.nth_after(date.fromisoformat(accepted), limit) == date.fromisoformat(due)


def test_a_suspension_gives_back_its_working_days(line: Workdays) -> None:
    paused = line.between(date(2026, 3, 9), date(2026, 3, 20))

    assert line.nth_after(date(2026, 3, 2), 20 + paused) == date(2026, 4, 13)


def test_2026_has_248_working_days(line: Workdays) -> None:
    assert line.between(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_the_shipped_calendar_runs_from_2004_to_a_provisional_2027(cn: Calendar) -> None:
    assert list(cn.years) == list(range(2004, 2028))
    assert [number for number, year in cn.years.items() if year.status == "provisional"] == [2027]


def test_the_year_without_a_notice_marks_what_touches_it(line: Workdays) -> None:
    assert line.provisional(date(2026, 12, 31), date(2027, 1, 4))
    assert not line.provisional(date(2026, 1, 1), date(2026, 12, 31))


JANUARY = {2026: Year(status="official", holidays={date(2026, 1, 1): "元旦"}, made_up=frozenset({date(2026, 1, 4)}))}
CITY = Overlay(off={date(2026, 1, 6): "台风停工"}, half={date(2026, 1, 7): "半日"})
COUNTY = Overlay(open={date(2026, 1, 6): "提前复工"})
WINDOW = Overlay(open={date(2026, 1, 10): "窗口周六上班"}, half={date(2026, 1, 10): "周六上午"})


@pytest.fixture(scope="module")
def layered() -> Calendar:
    return Calendar(
        "cn", JANUARY, regions={"990100000000": CITY, "990102000000": COUNTY}, agencies={"11990100MB00000011": WINDOW}
    )


def test_a_city_has_its_own_day_off(layered: Calendar) -> None:
    assert layered.workdays("990100000000").why(date(2026, 1, 6)) == "台风停工"


def test_a_village_has_the_days_of_its_city(layered: Calendar) -> None:
    assert not layered.workdays("990103001201").is_workday(date(2026, 1, 6))


def test_a_county_lays_its_days_over_its_citys(layered: Calendar) -> None:
    assert layered.workdays("990102001000").is_workday(date(2026, 1, 6))


def test_another_city_is_not_touched(layered: Calendar) -> None:
    assert layered.workdays("990200000000").is_workday(date(2026, 1, 6))


def test_a_window_that_opens_saturday_morning_works_half_a_made_up_day(layered: Calendar) -> None:
    line = layered.workdays("990200000000", "11990100MB00000011")

    assert (line.kind(date(2026, 1, 10)), line.closes_at(date(2026, 1, 10))) == ("makeup", layered.hours.noon)


def test_agencies_without_days_of_their_own_share_one_line(layered: Calendar) -> None:
    assert layered.workdays("990103000000", "nobody") is layered.workdays("990100000000")


def test_years_with_a_gap_are_refused() -> None:
    with pytest.raises(ValueError, match="lacks 2025"):
        Calendar("cn", {year: Year(status="official") for year in (2024, 2026)})
