from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.workdays import WEEKEND, CalendarMissing, Workdays

MON_2, TUE_3, WED_4, FRI_6, SAT_7, SUN_8, MON_9, TUE_10 = (date(2026, 3, d) for d in (2, 3, 4, 6, 7, 8, 9, 10))


@pytest.fixture(scope="module")
def march() -> Workdays:
    days = [date(2026, 3, n) for n in range(1, 32)]
    return Workdays(days[0], days[-1], {day: WEEKEND for day in days if day.weekday() > 4})


def test_the_day_a_span_begins_is_not_charged(march: Workdays) -> None:
    assert march.between(MON_2, TUE_3) == 1


def test_a_weekend_is_not_charged(march: Workdays) -> None:
    assert march.between(FRI_6, MON_9) == 1


def test_a_span_turned_round_is_negative(march: Workdays) -> None:
    assert march.between(MON_9, FRI_6) == -1


def test_the_zeroth_day_after_a_sunday_is_that_sunday(march: Workdays) -> None:
    assert march.nth_after(SUN_8, 0) == SUN_8


def test_the_first_day_after_a_saturday_is_monday(march: Workdays) -> None:
    assert march.nth_after(SAT_7, 1) == MON_9


@pytest.mark.parametrize(("day", "before"), [(MON_9, FRI_6), (SUN_8, FRI_6), (TUE_10, MON_9)])
def test_the_day_counted_back_is_strictly_before(march: Workdays, day: date, before: date) -> None:
    assert march.nth_after(day, -1) == before


def test_the_next_workday_of_a_workday_is_itself(march: Workdays) -> None:
    assert [march.next_workday(day) for day in (FRI_6, SAT_7)] == [FRI_6, MON_9]


def test_a_holiday_that_falls_on_a_weekend_keeps_its_name() -> None:
    line = Workdays(FRI_6, MON_9, {SAT_7: "国庆节", SUN_8: WEEKEND})

    assert [(line.kind(day), line.why(day)) for day in (FRI_6, SAT_7, SUN_8)] == [
        ("work", None),
        ("holiday", "国庆节"),
        ("weekend", "周末"),
    ]


def test_a_weekend_day_that_is_worked_is_made_up() -> None:
    assert Workdays(FRI_6, MON_9, {SUN_8: WEEKEND}).kind(SAT_7) == "makeup"


def test_a_half_day_is_worked_and_closes_at_noon() -> None:
    line = Workdays(MON_2, FRI_6, {}, {WED_4: "妇女节下午放假"})

    assert (line.is_workday(WED_4), line.closes_at(WED_4), line.why(WED_4)) == (True, time(12), "妇女节下午放假")


def test_offices_are_open_by_the_kind_of_day() -> None:
    line = Workdays(FRI_6, MON_9, {SUN_8: WEEKEND}, {SAT_7: "周六上午"})

    assert [len(line.open_on(day)) for day in (FRI_6, SAT_7, SUN_8)] == [2, 1, 0]


def test_a_full_day_closes_at_half_past_five(march: Workdays) -> None:
    assert march.closes_at(MON_2) == time(17, 30)


@pytest.mark.parametrize(
    ("begin", "end", "touched"),
    [
        (date(2024, 5, 1), date(2024, 12, 31), False),
        (date(2024, 12, 31), date(2025, 1, 1), True),
        (date(2024, 1, 1), date(2026, 1, 1), True),
        (date(2025, 12, 31), date(2026, 1, 5), True),
        (date(2026, 1, 1), date(2026, 1, 1), False),
    ],
)
def test_a_span_is_provisional_when_it_touches_a_provisional_year(begin: date, end: date, *, touched: bool) -> None:
    line = Workdays(date(2024, 1, 1), date(2026, 12, 31), {}, provisional=[2025])

    assert line.provisional(begin, end) is touched


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 4, 1)])
def test_a_day_outside_the_line_is_missing(march: Workdays, day: date) -> None:
    with pytest.raises(CalendarMissing):
        march.number(day)


def test_a_limit_that_runs_off_the_line_says_which_year_of_which_calendar_is_missing() -> None:
    line = Workdays(date(2026, 1, 1), date(2026, 12, 31), {}, calendar="cn")

    with pytest.raises(CalendarMissing, match="calendar cn has no year 2027"):
        line.nth_after(date(2026, 12, 30), 2)


def test_a_day_counted_back_off_the_line_is_missing(march: Workdays) -> None:
    with pytest.raises(CalendarMissing):
        march.nth_after(TUE_3, -2)


def test_the_last_day_of_the_line_can_be_reached(march: Workdays) -> None:
    assert march.nth_after(date(2026, 3, 30), 1) == date(2026, 3, 31)


FIRST = date(2024, 1, 1)
DAYS = [FIRST + timedelta(n) for n in range(200)]
OFF = st.sets(st.sampled_from(DAYS))


@given(off=OFF, begin=st.sampled_from(DAYS), end=st.sampled_from(DAYS))
def test_the_line_counts_as_one_would_on_fingers(off: set[date], begin: date, end: date) -> None:
    line = Workdays(DAYS[0], DAYS[-1], dict.fromkeys(off, "放假"))
    low, high = sorted((begin, end))

    counted = sum(day not in off for day in DAYS if low < day <= high)

    assert line.between(low, high) == counted
    assert line.between(high, low) == -counted


@given(off=OFF, day=st.sampled_from(DAYS), n=st.integers(-30, 30))
def test_the_nth_day_is_found_as_one_would_on_fingers(off: set[date], day: date, n: int) -> None:
    line = Workdays(DAYS[0], DAYS[-1], dict.fromkeys(off, "放假"))
    beyond = [each for each in DAYS if each > day] if n > 0 else [each for each in reversed(DAYS) if each < day]
    worked = [day, *(each for each in beyond if each not in off)]

    if abs(n) < len(worked):
        assert line.nth_after(day, n) == worked[abs(n)]
    else:
        with pytest.raises(CalendarMissing):
            line.nth_after(day, n)
