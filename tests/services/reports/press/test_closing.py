from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mingjing.rules.workdays import CalendarMissing, Workdays
from mingjing.services.reports.period import Month
from mingjing.services.reports.press.closing import Closing
from mingjing.services.rulebook_files import load_calendar

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def workdays() -> Workdays:
    return load_calendar().workdays()


def moment(text: str, month: Month, workdays: Workdays) -> str:
    ms = Closing.parse(text).moment_ms(month, workdays, ZONE)
    return datetime.fromtimestamp(ms / 1000, ZONE).strftime("%Y-%m-%d %H:%M")


def test_the_third_working_day_after_a_month_that_national_day_follows(workdays: Workdays) -> None:
    # 2026: 1 to 7 October are off; 8, 9 and the made-up 10 October are worked.
    assert moment("3wd 02:00", Month(2026, 9), workdays) == "2026-10-10 02:00"


def test_the_first_of_a_month_may_be_the_first_working_day(workdays: Workdays) -> None:
    assert moment("1wd 02:00", Month(2026, 3), workdays) == "2026-04-01 02:00"


def test_calendar_days_pass_over_nothing(workdays: Workdays) -> None:
    assert moment("3d 00:30", Month(2026, 9), workdays) == "2026-10-03 00:30"


def test_december_is_frozen_in_the_next_year(workdays: Workdays) -> None:
    assert moment("1d 08:00", Month(2025, 12), workdays) == "2026-01-01 08:00"


def test_no_moment_is_guessed_where_the_calendar_ends(workdays: Workdays) -> None:
    with pytest.raises(CalendarMissing):
        moment("3wd 02:00", Month(workdays.last.year, 12), workdays)


@pytest.mark.parametrize(
    ("now", "months"),
    [
        ("2026-10-10 01:59", ["2026-06", "2026-07", "2026-08"]),
        ("2026-10-10 02:00", ["2026-07", "2026-08", "2026-09"]),
    ],
)
def test_the_last_months_whose_moment_has_come_are_watched(workdays: Workdays, now: str, months: list[str]) -> None:
    now_ms = int(datetime.fromisoformat(f"{now}:00+08:00").timestamp() * 1000)

    passed = Closing.parse("3wd 02:00").passed(workdays, ZONE, now_ms, 3)

    assert [str(each) for each in passed] == months


def test_older_months_are_looked_at_as_long_as_the_ledger_has_all_they_were_counted_of() -> None:
    now_ms = int(datetime.fromisoformat("2026-10-10 02:00:00+08:00").timestamp() * 1000)

    older = Closing.older(ZONE, now_ms, [Month(2026, 7), Month(2026, 8), Month(2026, 9)])

    assert (str(older[0]), str(older[-1]), len(older)) == ("2024-11", "2026-06", 20)
