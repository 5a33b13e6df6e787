from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
from click.testing import CliRunner

from mingjing.rules.calendar_text import parse_calendar
from mingjing.services import calendars
from mingjing.services.cli.calendars import calendars as commands

SHIPPED = Path(__file__).parents[2] / "rules" / "calendars" / "cn.yaml"
OFFICIAL = range(2004, 2027)


def test_the_shipped_calendar_is_what_its_sources_make() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == calendars.generate()


def test_the_shipped_calendar_differs_from_its_sources_in_nothing_unknown() -> None:
    assert calendars.differences(parse_calendar(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)) == []


def test_the_two_libraries_differ_on_the_last_day_of_2005_alone() -> None:
    other = holidays.China(years=OFFICIAL)
    day, last, differing = date(2004, 1, 1), date(2026, 12, 31), []
    while day <= last:
        if chinese_calendar.is_workday(day) != other.is_working_day(day):
            differing.append(day)
        day += timedelta(1)

    assert differing == list(calendars.KNOWN_DIFFERENCES) == [date(2005, 12, 31)]


def test_a_day_taken_from_the_calendar_is_reported_by_both_sources() -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("2026-10-01/2026-10-07", "2026-10-01/2026-10-06")

    found = calendars.differences(parse_calendar(text, SHIPPED.name))

    assert found == [
        "2026-10-07: 本日历上班，chinesecalendar 放假",
        "2026-10-07: 本日历上班，holidays 放假",
    ]


def test_checking_a_changed_calendar_fails_and_says_which_day(tmp_path: Path) -> None:
    changed = tmp_path / "cn.yaml"
    changed.write_text(SHIPPED.read_text(encoding="utf-8").replace("2026-10-10]", "2026-10-11]"), encoding="utf-8")

    result = CliRunner().invoke(commands, ["check", str(changed)])

    assert result.exit_code == 1
    assert "2026-10-11: 本日历上班，chinesecalendar 放假" in result.output


def test_generating_writes_the_shipped_text(tmp_path: Path) -> None:
    made = tmp_path / "cn.yaml"

    CliRunner().invoke(commands, ["generate", "--out", str(made)])

    assert made.read_bytes() == SHIPPED.read_bytes()


def test_the_year_without_a_notice_has_the_statutory_days_alone_and_says_so() -> None:
    shipped = parse_calendar(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
    other = holidays.China(years=2027)

    assert [number for number, year in shipped.years.items() if year.status == "provisional"] == [2027]
    assert set(shipped.years[2027].holidays) == set(other)
    assert shipped.years[2027].made_up == frozenset()


def test_every_official_year_from_2008_names_its_notice() -> None:
    shipped = parse_calendar(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)

    assert [number for number in range(2008, 2027) if not shipped.years[number].document] == []


def test_a_calendar_made_by_hand_with_another_weekend_is_told_day_by_day(tmp_path: Path) -> None:
    path = tmp_path / "cn.yaml"
    path.write_text("calendar: cn\nyears: {2026: {status: official}}\nweekend: [sunday]\n", encoding="utf-8")

    result = CliRunner().invoke(commands, ["check", str(path)])

    assert result.exit_code == 1
    assert "2026-01-10: 本日历上班，chinesecalendar 放假" in result.output
    assert "2026-10-01: 本日历上班，holidays 放假" in result.output
