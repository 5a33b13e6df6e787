from datetime import date
from decimal import Decimal

import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.due import Due
from mingjing.rules.events import instant
from mingjing.rules.meter import Count, Meter
from mingjing.rules.term import parse_term
from mingjing.rules.workdays import Workdays
from mingjing.rules.zone import Zone

SHANGHAI = Zone("Asia/Shanghai")


def _at(text: str) -> int:
    return SHANGHAI.parse(text)[0]


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _text(micro: int) -> str:
    return instant(micro).astimezone(SHANGHAI.info).isoformat(" ")[:-6]


def _meter(cn: Calendar, unit: str, count: Count = "end-of-day", *, roll: bool = True) -> Meter:
    return Meter(SHANGHAI, cn.workdays(), unit, count, roll=roll)


def _due(cn: Calendar, start: str, term: str, count: Count = "end-of-day", *, roll: bool = True) -> Due:
    amount = parse_term(term)
    return _meter(cn, amount.unit, count, roll=roll).due(_at(start), amount.amount, ())


@pytest.mark.parametrize(
    ("start", "term", "past"),
    [
        ("2026-09-30 17:00", "5wd", "2026-10-14 00:00:00"),
        ("2026-06-15 09:00", "5wd", "2026-06-24 00:00:00"),
        ("2026-03-07 11:00", "0wd", "2026-03-10 00:00:00"),  # a Saturday: the duty of the day is Monday's
        ("2026-07-01 09:00", "90cd", "2026-09-30 00:00:00"),
        ("2026-03-06 10:00", "2h", "2026-03-06 12:00:00.000001"),
        ("2026-03-06 10:00", "30min", "2026-03-06 10:30:00.000001"),
        ("2026-03-06 10:00", "45s", "2026-03-06 10:00:45.000001"),
        ("2026-03-06 16:30", "4wh", "2026-03-09 12:00:00.000001"),
    ],
)
def test_a_limit_is_past_from_the_first_instant_after_it(cn: Calendar, start: str, term: str, past: str) -> None:
    assert _text(_due(cn, start, term).past) == past


@pytest.mark.parametrize(
    ("start", "term", "rolled", "plain"),
    [
        ("2026-09-01", "30cd", "2026-10-08", "2026-10-01"),  # into 国庆
        ("2026-03-06", "1cd", "2026-03-09", "2026-03-07"),  # a Saturday
        ("2026-09-11", "9cd", "2026-09-20", "2026-09-20"),  # a Sunday that is worked
        ("2026-01-31", "1mo", "2026-02-28", "2026-02-28"),  # clamped, and a Saturday that is worked
        ("2026-08-31", "1mo", "2026-09-30", "2026-09-30"),
        ("2026-05-31", "3mo", "2026-08-31", "2026-08-31"),
        ("2026-07-15", "3mo", "2026-10-15", "2026-10-15"),
        ("2026-07-04", "3mo", "2026-10-08", "2026-10-04"),
        ("2025-11-30", "3mo", "2026-02-28", "2026-02-28"),
    ],
)
def test_days_and_months_roll_once_and_last_to_a_working_day(
    cn: Calendar, start: str, term: str, rolled: str, plain: str
) -> None:
    assert _due(cn, start, term).on == _day(rolled)
    assert _due(cn, start, term, roll=False).on == _day(plain)


def test_a_month_is_clamped_to_the_29th_of_a_leap_february(cn: Calendar) -> None:
    assert _due(cn, "2023-12-31", "2mo", roll=False).on == _day("2024-02-29")


def test_a_duty_of_the_same_day_that_begins_on_a_day_off_is_due_on_the_next_working_day(cn: Calendar) -> None:
    assert _due(cn, "2026-03-07 11:00", "0wd").on == _day("2026-03-09")
    assert _due(cn, "2026-03-07 11:00", "0wd", roll=False).on == _day("2026-03-07")


def test_what_was_taken_is_given_back_before_the_limit_rolls(cn: Calendar) -> None:
    taken = ((_day("2026-03-02"), _day("2026-03-03")),)  # one day

    # 3-6 + 1 = Saturday 3-7, which would roll to Monday 3-9 and only then be moved to Tuesday.
    assert _meter(cn, "cd").due(_at("2026-03-01"), 5, taken).on == _day("2026-03-09")


def test_to_the_second_ends_at_the_same_time_of_day(cn: Calendar) -> None:
    due = _due(cn, "2026-03-06 10:20:30.000004", "5wd", "to-the-second")

    assert _text(due.past) == "2026-03-13 10:20:30.000005"


@pytest.mark.parametrize(("start", "day"), [("2026-03-06 10:00", "2026-03-09"), ("2026-03-06 18:00", "2026-03-09")])
def test_close_of_business_ends_at_half_past_five(cn: Calendar, start: str, day: str) -> None:
    assert _text(_due(cn, start, "1wd", "close-of-business").past) == f"{day} 17:30:00.000001"


def test_close_of_business_of_a_half_day_is_noon() -> None:
    line = Workdays(date(2026, 3, 1), date(2026, 3, 31), {}, {date(2026, 3, 10): "半日"})
    meter = Meter(SHANGHAI, line, "wd", "close-of-business", roll=True)

    assert _text(meter.due(_at("2026-03-09 10:00"), 1, ()).past) == "2026-03-10 12:00:00.000001"


@pytest.mark.parametrize(
    ("count", "text", "past"),
    [
        ("end-of-day", "2026-03-11 10:00", "2026-03-12 00:00:00"),
        ("end-of-day", "2026-03-11", "2026-03-12 00:00:00"),
        ("to-the-second", "2026-03-11 10:00", "2026-03-11 10:00:00.000001"),
        ("to-the-second", "2026-03-11", "2026-03-12 00:00:00"),
        ("close-of-business", "2026-03-11 10:00", "2026-03-11 17:30:00.000001"),
        ("close-of-business", "2026-03-11", "2026-03-11 17:30:00.000001"),
    ],
)
def test_a_stated_end_is_read_by_the_count_of_the_rule(cn: Calendar, count: Count, text: str, past: str) -> None:
    micro, whole_day = SHANGHAI.parse(text)

    assert _text(_meter(cn, "cd", count, roll=False).due_at(micro, whole_day=whole_day).past) == past


@pytest.mark.parametrize(
    ("term", "before", "instant_"),
    [
        ("5wd", "2wd", "2026-10-11 00:00:00"),  # day 3 is Saturday 10-10, worked
        ("5wd", "0wd", "2026-10-14 00:00:00"),
        ("5wd", "1cd", "2026-10-13 00:00:00"),
        ("5wd", "4h", "2026-10-13 20:00:00"),
        ("5wd", "4wh", "2026-10-13 13:30:00"),
        ("40cd", "1mo", "2026-10-10 00:00:00"),  # due 11-09, so the end of 10-09
        ("4wh", "2wh", "2026-09-30 17:00:00"),  # started 15:00 on the eve of a long holiday
        ("1mo", "1mo", "2026-10-01 00:00:00"),
    ],
)
def test_before_is_the_end_of_the_counted_day_so_far_back(cn: Calendar, term: str, before: str, instant_: str) -> None:
    limit = parse_term(term)
    meter = _meter(cn, limit.unit)
    start = "2026-09-30 15:00" if term == "4wh" else "2026-09-30 17:00"

    assert (
        _text(meter.before(meter.due(_at(start), limit.amount, ()), _at(start), parse_term(before), ()))[:19]
        == instant_
    )


def test_days_given_back_are_not_counted_on_the_way_back(cn: Calendar) -> None:
    meter = _meter(cn, "wd")
    taken = ((_day("2026-03-10"), _day("2026-03-12")),)
    start = _at("2026-03-06 10:00")
    due = meter.due(start, 3, taken)  # 9, 10, (11, 12), 13

    assert _text(meter.before(due, start, parse_term("1wd"), taken)) == "2026-03-11 00:00:00"
    assert due.on == _day("2026-03-13")


@pytest.mark.parametrize(
    ("term", "percent", "instant_"),
    [
        ("5wd", "80", "2026-10-13 00:00:00"),
        ("5wd", "90", "2026-10-13 12:00:00"),  # half a day before the end of the last
        ("5wd", "100", "2026-10-14 00:00:00"),
        ("10cd", "50", "2026-10-06 00:00:00"),
        ("10h", "90", "2026-10-01 02:00:00.000001"),
    ],
)
def test_a_share_is_the_instant_at_which_so_much_is_used(cn: Calendar, term: str, percent: str, instant_: str) -> None:
    limit, start = parse_term(term), _at("2026-09-30 17:00")
    meter = _meter(cn, limit.unit)

    found = meter.share(meter.due(start, limit.amount, ()), start, limit.amount, Decimal(percent), ())

    assert _text(found) == instant_


def test_the_share_of_a_rolled_limit_leaves_out_the_days_it_rolled_over(cn: Calendar) -> None:
    meter, start = _meter(cn, "cd"), _at("2026-09-21 09:00")
    due = meter.due(start, 10, ())  # 10-01, rolled to 10-08

    assert due.on == _day("2026-10-08")
    assert _text(meter.share(due, start, 10, Decimal(90), ())) == "2026-10-01 00:00:00"


def test_the_share_of_months_is_taken_of_their_days_without_those_given_back(cn: Calendar) -> None:
    meter, start = _meter(cn, "mo"), _at("2026-04-10 09:00")
    taken = ((_day("2026-04-20"), _day("2026-04-30")),)
    due = meter.due(start, 1, taken)  # 30 days, and 10 given back: Wednesday 05-20

    assert due.on == _day("2026-05-20")
    assert _text(meter.share(due, start, 1, Decimal(50), taken)) == "2026-05-06 00:00:00"


def test_the_share_of_working_hours_is_counted_in_working_hours(cn: Calendar) -> None:
    meter, start = _meter(cn, "wh"), _at("2026-03-06 15:30")  # to Monday 11:00

    found = meter.share(meter.due(start, 4, ()), start, 4, Decimal(25), ())

    assert _text(found) == "2026-03-06 16:30:00.000001"


@pytest.mark.parametrize(
    ("term", "by", "instant_"),
    [
        ("5wd", "1wd", "2026-10-15 00:00:00"),
        ("5wd", "5wd", "2026-10-21 00:00:00"),
        ("5wd", "5cd", "2026-10-19 00:00:00"),
        ("5wd", "1mo", "2026-11-14 00:00:00"),
        ("5wd", "2h", "2026-10-14 02:00:00"),
        ("5wd", "1wh", "2026-10-14 10:00:00"),
        ("1cd", "1cd", "2026-10-10 00:00:00"),  # rolled to 10-08 first
    ],
)
def test_past_by_holds_from_the_end_of_that_day_after_the_due(cn: Calendar, term: str, by: str, instant_: str) -> None:
    limit = parse_term(term)
    meter = _meter(cn, limit.unit)
    due = meter.due(_at("2026-09-30 17:00"), limit.amount, ())

    assert _text(meter.past_by(due, parse_term(by))) == instant_


@pytest.mark.parametrize(
    ("start", "warned"),
    [
        ("2026-03-06 10:00", "2026-03-07 00:00:00"),  # a Friday
        ("2026-03-07 10:00", "2026-03-08 00:00:00"),  # a Saturday: the end of the day it began
        ("2026-03-08 10:00", "2026-03-09 00:00:00"),
    ],
)
def test_two_days_before_the_second_day_is_the_end_of_the_day_of_the_start(
    cn: Calendar, start: str, warned: str
) -> None:
    meter = _meter(cn, "wd")

    assert _text(meter.before(meter.due(_at(start), 2, ()), _at(start), parse_term("2wd"), ())) == warned
