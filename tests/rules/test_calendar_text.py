from datetime import date, time
from pathlib import Path

import pytest

from mingjing.rules.calendar_text import parse_calendar, parse_calendars, parse_days_off
from mingjing.rules.yaml_page import PackRefused

SMALL = """\
calendar: cn
version: '1'
hours: 08:30-12:00 13:30-17:00
years:
  2026:
    status: official
    document: 国办发明电〔2025〕7号
    holidays:
      元旦: 2026-01-01/2026-01-03
      春节: [2026-02-16, 2026-02-17]
    made_up: [2026-01-04]
"""
OVERLAY = """\
overlay: cn
version: yunzhou-1
regions:
  '990100000000': {off: {台风停工: 2026-08-11}}
"""


def test_a_span_of_days_bears_its_name() -> None:
    line = parse_calendar(SMALL, "cn.yaml").workdays()

    assert [line.why(date(2026, 1, n)) for n in (1, 2, 3, 4)] == ["元旦", "元旦", "元旦", None]


def test_office_hours_are_read_as_written() -> None:
    assert parse_calendar(SMALL, "cn.yaml").workdays().closes_at(date(2026, 1, 5)) == time(17)


def test_a_year_keeps_the_number_of_its_notice() -> None:
    assert parse_calendar(SMALL, "cn.yaml").years[2026].document == "国办发明电〔2025〕7号"


def test_an_overlay_file_is_laid_over_the_calendar_it_names() -> None:
    calendar = parse_calendars({"cn.yaml": SMALL, "yunzhou.yaml": OVERLAY})

    assert calendar.version == "1+yunzhou-1"
    assert not calendar.workdays("990100000000").is_workday(date(2026, 8, 11))


def test_two_national_calendars_are_refused() -> None:
    with pytest.raises(PackRefused, match="one calendar is needed"):
        parse_calendars({"a.yaml": SMALL, "b.yaml": SMALL})


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        ("status: official", "status: sure", "cn.yaml:6:13: 'sure' is not one of official, provisional"),
        ("    document:", "    number:", "cn.yaml:7:5: key 'number' is not known here"),
        ("[2026-01-04]", "[2026-01-32]", "cn.yaml:11:15: '2026-01-32' is not a day"),
        ("[2026-01-04]", "[2027-01-04]", "cn.yaml:11:15: 2027-01-04 is not in 2026"),
        ("[2026-01-04]", "2026-12-30/2027-01-02", "cn.yaml:11:14: 2026-12-30/2027-01-02 is not in 2026"),
        ("[2026-01-04]", "[2026-01-03]", "cn.yaml:11:14: 2026-01-03 is also 元旦"),
        ("[2026-02-16, 2026-02-17]", "2026-02-17/2026-02-16", "cn.yaml:10:11: 2026-02-17 is after 2026-02-16"),
        ("[2026-02-16, 2026-02-17]", "2026-01-03", "cn.yaml:10:11: 2026-01-03 is 元旦 already"),
        ("08:30-12:00", "12:00-08:30", "cn.yaml:3:8: expected office hours in order"),
        ("08:30-12:00", "08:30-25:00", "cn.yaml:3:8: expected office hours in order"),
        ("version: '1'", "weekend: [sabbath]", "cn.yaml:2:11: 'sabbath' is not one of monday"),
        ("version: '1'", "calendar: jp", "cn.yaml:2:1: key 'calendar' stands here a second time"),
        ("  2026:", "  twenty:", "'twenty' is not a year"),
        ("calendar: cn", "title: cn", "key 'calendar' is missing"),
        ("years:", "years: [", "not YAML"),
    ],
)
def test_a_fault_is_refused_with_its_place_and_remedy(written: str, instead: str, fault: str) -> None:
    with pytest.raises(PackRefused) as refused:
        parse_calendar(SMALL.replace(written, instead), "cn.yaml")

    assert fault in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(PackRefused) as refused:
        parse_calendar(SMALL.replace("official", "sure").replace("2026-01-04", "soon"), "cn.yaml")

    assert [fault.line for fault in refused.value.faults] == [6, 11]


def test_a_missing_year_between_two_is_refused() -> None:
    with pytest.raises(PackRefused, match="year 2027 is missing"):
        parse_calendar(SMALL + "  2028: {status: provisional}\n", "cn.yaml")


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        ("2026-08-11", "2062-08-11", "2062-08-11 is not in 2026"),
        ("overlay: cn", "overlay: jp", "the calendar to lie over is cn"),
        ("'990100000000'", "9901", "'9901' is not a region code of 12 digits"),
    ],
)
def test_an_overlay_with_a_fault_is_refused(written: str, instead: str, fault: str) -> None:
    with pytest.raises(PackRefused) as refused:
        parse_calendars({"cn.yaml": SMALL, "yunzhou.yaml": OVERLAY.replace(written, instead)})

    assert fault in str(refused.value)


DAYS_OFF = "date,why\n2026-03-01,weekend\n2026-03-02,festa\n2026-03-08,weekend\n"


def test_a_list_of_days_off_holds_whole_years() -> None:
    line = parse_days_off(DAYS_OFF, "IT.csv").workdays()

    assert (line.first, line.last, line.calendar) == (date(2026, 1, 1), date(2026, 12, 31), "IT")


def test_a_list_of_days_off_says_what_each_day_is() -> None:
    line = parse_days_off(DAYS_OFF, "IT.csv").workdays()

    kinds = [line.kind(date(2026, 3, n)) for n in (1, 2, 7, 8, 15)]
    assert kinds == ["weekend", "holiday", "work", "weekend", "makeup"]


def test_a_calendar_that_reaches_further_knows_the_week_alone_of_years_it_does_not_list() -> None:
    line = parse_days_off(DAYS_OFF, "IT.csv").reaching(2025, 2027).workdays()

    assert (line.first, line.last) == (date(2025, 1, 1), date(2027, 12, 31))
    assert [line.kind(date(2025, 3, n)) for n in (1, 2, 3)] == ["work", "weekend", "work"]
    assert [line.provisional(date(year, 3, 1), date(year, 3, 9)) for year in (2025, 2026, 2027)] == [True, False, True]
    assert line.kind(date(2026, 3, 2)) == "holiday"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("day,why\n", "IT.csv:1:1: expected the header date,why"),
        ("date,why\n", "no day is listed"),
        ("", "no day is listed"),
        ("date,why\n2026-02-30,x\n", "IT.csv:2:1: expected a row such as"),
        ("date,why\n2026-02-01\n", "IT.csv:2:1: expected a row such as"),
        ("date,why\n2026-02-01,x\n2026-02-01,y\n", "IT.csv:3:1: this day stands above already"),
    ],
)
def test_a_list_of_days_off_with_a_fault_is_refused(text: str, fault: str) -> None:
    with pytest.raises(PackRefused) as refused:
        parse_days_off(text, "IT.csv")

    assert fault in str(refused.value)


def test_days_off_written_by_a_spreadsheet_with_a_byte_order_mark_are_read() -> None:
    assert parse_days_off("\ufeff" + DAYS_OFF, "IT.csv").workdays().why(date(2026, 3, 2)) == "festa"


def test_the_shipped_folder_is_one_calendar() -> None:
    folder = Path(__file__).parents[2] / "rules" / "calendars"

    assert parse_calendars({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}).name == "cn"


def test_a_list_of_days_off_has_a_version_that_follows_what_it_lists() -> None:
    plain = parse_days_off(DAYS_OFF, "IT.csv").version

    assert plain
    assert parse_days_off("\ufeff" + DAYS_OFF.replace("\n", "\r\n"), "IT.csv").version == plain
    assert parse_days_off(DAYS_OFF + "2026-12-24,vigilia\n", "IT.csv").version != plain
