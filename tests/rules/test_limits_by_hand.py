"""Every unit of a limit, walked: days and months one day at a time, office hours one quarter of an hour at a time."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.rules.calendar import Overlay
from mingjing.rules.events import micros
from mingjing.rules.meter import Count, Meter
from mingjing.rules.office_hours import OFFICE_HOURS
from mingjing.rules.workdays import Workdays
from mingjing.rules.zone import Zone

from .test_calendar_by_hand import CITY, CN, OFFICE, Clerk, overlays

SHANGHAI = Zone("Asia/Shanghai")
DAY, QUARTER, MICRO = timedelta(days=1), timedelta(minutes=15), timedelta(microseconds=1)
OPEN = ((OFFICE_HOURS.opening, OFFICE_HOURS.noon), (OFFICE_HOURS.afternoon, OFFICE_HOURS.closing))

quarters = st.integers(0, 9 * 365 * 96).map(lambda n: datetime(2015, 1, 1, tzinfo=SHANGHAI.info) + n * QUARTER)


def line(city: Overlay, office: Overlay) -> Workdays:
    return CN.laid_over({CITY: city}, {OFFICE: office}, version="1").workdays(CITY, OFFICE)


def walked(clerk: Clerk, day: date, unit: str, amount: int) -> date:
    """Return the day that `amount` days or months after `day` is, walking the wall calendar."""
    if unit == "mo":
        wanted = day.day
        for _ in range(amount):
            day = (day.replace(day=1) + 31 * DAY).replace(day=1)
        return day.replace(day=min(wanted, monthrange(day.year, day.month)[1]))
    while amount:
        day += DAY
        amount -= unit == "cd" or clerk.works(day)
    return day


def rolled(clerk: Clerk, day: date) -> date:
    while not clerk.works(day):
        day += DAY
    return day


def office_quarters(clerk: Clerk, begin: datetime) -> Iterator[datetime]:
    """Yield the end of each quarter of an hour after `begin` in which the office is open."""
    while True:
        at, day = begin.time(), begin.date()
        hours = OPEN[:1] if clerk.closes_at_noon(day) else OPEN
        begin += QUARTER
        if clerk.works(day) and any(opens <= at < closes for opens, closes in hours):
            yield begin


@settings(max_examples=80, deadline=None)
@given(
    city=overlays,
    office=overlays,
    start=quarters,
    unit=st.sampled_from(["wd", "cd", "mo"]),
    amount=st.integers(0, 40),
    count=st.sampled_from(["end-of-day", "to-the-second", "close-of-business"]),
    roll=st.booleans(),
)
def test_a_limit_of_days_or_months_ends_where_a_walk_along_the_wall_calendar_ends(
    city: Overlay, office: Overlay, start: datetime, unit: str, amount: int, count: Count, *, roll: bool
) -> None:
    clerk = Clerk(city, office)
    due = walked(clerk, start.date(), unit, amount)
    due = rolled(clerk, due) if roll else due
    closing = OFFICE_HOURS.noon if clerk.closes_at_noon(due) else OFFICE_HOURS.closing
    past = {
        "end-of-day": datetime.combine(due + DAY, time(0), SHANGHAI.info),
        "to-the-second": datetime.combine(due, start.time(), SHANGHAI.info) + MICRO,
        "close-of-business": datetime.combine(due, closing, SHANGHAI.info) + MICRO,
    }[count]

    found = Meter(SHANGHAI, line(city, office), unit, count, roll=roll).due(micros(start), amount, ())

    assert (date.fromordinal(found.on), found.past) == (due, micros(past))


@settings(max_examples=80, deadline=None)
@given(overlays, overlays, quarters, st.integers(1, 30))
def test_a_limit_of_office_hours_ends_with_the_quarter_that_uses_it_up(
    city: Overlay, office: Overlay, start: datetime, hours: int
) -> None:
    ends = office_quarters(Clerk(city, office), start)
    last = [next(ends) for _ in range(hours * 4)][-1]

    found = Meter(SHANGHAI, line(city, office), "wh", "to-the-second", roll=False).due(micros(start), hours, ())

    assert found.past == micros(last + MICRO)


@settings(max_examples=80, deadline=None)
@given(overlays, quarters, st.integers(0, 200))
def test_the_office_hours_of_a_span_are_its_open_quarters(office: Overlay, begin: datetime, length: int) -> None:
    clerk, end = Clerk(office), begin + length * QUARTER
    spent = sum(1 for _ in _until(office_quarters(clerk, begin), end))

    found = Meter(SHANGHAI, line(Overlay(), office), "wh", "to-the-second", roll=False)

    assert found.between(micros(begin), micros(end)) == spent * QUARTER // MICRO


def _until(ends: Iterator[datetime], last: datetime) -> Iterator[datetime]:
    for each in ends:
        if each > last:
            return
        yield each
