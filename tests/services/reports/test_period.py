from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.ledger.instants import millis
from mingjing.services.reports.period import Month, Period, PeriodRefused


@pytest.mark.parametrize(
    ("text", "months", "title"),
    [
        ("2026-10", (202610, 202610), "2026 年 10 月"),
        ("2026-Q3", (202607, 202609), "2026 年第三季度"),
        ("2026-H1", (202601, 202606), "2026 年上半年"),
        ("2026", (202601, 202612), "2026 年"),
    ],
)
def test_a_period_is_some_whole_months(text: str, months: tuple[int, int], title: str) -> None:
    period = Period.parse(text)

    assert (period.first.number, period.last.number) == months
    assert (str(period), period.title) == (text, title)


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("2026-H1", "2026 年上半年（年中初审）"),
        ("2026-H2", "2026 年下半年"),
        ("2026", "2026 年（年底总评）"),
        ("2026-Q2", "2026 年第二季度"),
        ("2026-06", "2026 年 6 月"),
    ],
)
def test_the_first_half_year_is_headed_as_a_first_review_and_the_year_as_a_final_one(text: str, heading: str) -> None:
    assert Period.parse(text).heading == heading


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "2026-H3", "26-01", "2026-1", "二〇二六"])
def test_other_text_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(PeriodRefused, match="2026-Q3"):
        Period.parse(text)


def test_a_period_is_compared_with_the_one_before_and_the_same_of_last_year() -> None:
    quarter = Period.parse("2026-Q1")

    assert (str(quarter.previous), str(quarter.year_before)) == ("2025-Q4", "2025-Q1")


def test_a_month_begins_and_ends_at_midnight_of_the_zone() -> None:
    begin, end = Month(2026, 2).bounds(ZoneInfo("Asia/Shanghai"))

    assert (begin, end) == (millis("2026-02-01T00:00:00+08:00"), millis("2026-03-01T00:00:00+08:00"))


def test_the_month_it_is_turns_at_midnight_of_the_calendar_s_zone() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    midnight = millis(datetime(2026, 10, 31, 16, tzinfo=UTC))

    assert [str(Month.at(ms, shanghai)) for ms in (midnight - 1, midnight)] == ["2026-10", "2026-11"]


@pytest.mark.parametrize("text", ["2026-11", "2026-10", "2026-Q4", "2026-H2", "2026", "1999"])
def test_a_period_has_begun_with_its_first_day(text: str) -> None:
    Period.parse(text).demand_begun(Month(2026, 11), ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("text", "latest"),
    [("2026-12", "2026-11"), ("2027-Q1", "2026-Q4"), ("2027-H1", "2026-H2"), ("2027", "2026")],
)
def test_a_period_that_has_not_begun_is_refused_with_the_latest_of_its_kind(text: str, latest: str) -> None:
    with pytest.raises(PeriodRefused, match=f"{text} 尚未开始.*最晚可取 {latest}；"):
        Period.parse(text).demand_begun(Month(2026, 11), ZoneInfo("Asia/Shanghai"))
