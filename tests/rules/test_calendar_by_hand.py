"""Every day of 2004–2027, regions and offices laid over it, decided day by day from the file's own words."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.rules.calendar import Calendar, Overlay
from mingjing.rules.calendar_text import parse_calendar
from mingjing.rules.office_hours import OFFICE_HOURS

FILE = Path(__file__).parents[2] / "rules" / "calendars" / "cn.yaml"
FIRST, LAST = date(2004, 1, 1), date(2027, 12, 31)
DAY = timedelta(days=1)
PROVINCE, CITY, OFFICE = "330000000000", "330100000000", "91330100MA2XXXXX01"

days = st.dates(FIRST, LAST)
overlays = st.builds(
    Overlay,
    off=st.dictionaries(days, st.just("停办"), max_size=8),
    open=st.dictionaries(days, st.just("开放"), max_size=8),
    half=st.dictionaries(days, st.just("半日"), max_size=8),
)


def _written(spans: Any) -> Iterator[date]:
    for span in spans if isinstance(spans, list) else [spans]:
        begin, _, end = str(span).partition("/")
        day, last = date.fromisoformat(begin), date.fromisoformat(end or begin)
        while day <= last:
            yield day
            day += DAY


_YEARS = yaml.load(FILE.read_text("utf-8"), Loader=yaml.CBaseLoader)["years"].values()  # noqa: S506  # all of it stays text
_OFF = {day for year in _YEARS for spans in year["holidays"].values() for day in _written(spans)}
_MADE_UP = {day for year in _YEARS for day in _written(year.get("made_up", []))}
CN = parse_calendar(FILE.read_text("utf-8"), FILE.name)


class Clerk:
    """Decides one day at a time; the layer laid last has the last word."""

    def __init__(self, *layers: Overlay) -> None:
        self.layers = layers

    def works(self, day: date) -> bool:
        worked = day not in _OFF and (day.weekday() < 5 or day in _MADE_UP)
        for layer in self.layers:
            worked = day in layer.open or (worked and day not in layer.off)
        return worked

    def closes_at_noon(self, day: date) -> bool:
        short = False
        for layer in self.layers:
            short = day in layer.half or (short and day not in layer.off and day not in layer.open)
        return short

    def between(self, begin: date, end: date) -> int:
        return sum(self.works(begin + n * DAY) for n in range(1, (end - begin).days + 1))


def test_every_day_of_the_official_and_the_provisional_years_is_as_the_file_says() -> None:
    line, clerk = CN.workdays(), Clerk()
    differing = [
        day
        for day in (FIRST + n * DAY for n in range((LAST - FIRST).days + 1))
        if line.is_workday(day) != clerk.works(day)
    ]

    assert differing == []


@settings(max_examples=60, deadline=None)
@given(overlays, overlays, overlays, st.lists(days, min_size=2, max_size=2).map(sorted))
def test_a_span_under_a_province_a_city_and_an_office_is_what_a_walk_counts(
    province: Overlay, city: Overlay, office: Overlay, span: list[date]
) -> None:
    calendar: Calendar = CN.laid_over({PROVINCE: province, CITY: city}, {OFFICE: office}, version="1")
    begin, end = span

    assert calendar.workdays("330106001000", OFFICE).between(begin, end) == Clerk(province, city, office).between(
        begin, end
    )


@settings(max_examples=60, deadline=None)
@given(overlays, overlays, st.dates(FIRST, date(2026, 6, 1)), st.integers(1, 120))
def test_the_nth_day_of_an_office_is_the_one_a_walk_comes_to(
    city: Overlay, office: Overlay, start: date, number: int
) -> None:
    line = CN.laid_over({CITY: city}, {OFFICE: office}, version="1").workdays(CITY, OFFICE)
    clerk = Clerk(city, office)
    due = line.nth_after(start, number)

    assert clerk.works(due)
    assert clerk.between(start, due) == number


@settings(max_examples=60, deadline=None)
@given(overlays, overlays, days)
def test_a_half_day_ends_at_noon_by_the_last_word_on_it(city: Overlay, office: Overlay, day: date) -> None:
    line = CN.laid_over({CITY: city}, {OFFICE: office}, version="1").workdays(CITY, OFFICE)
    for each in {day, *city.half, *office.half}:
        noon = Clerk(city, office).closes_at_noon(each)

        assert line.closes_at(each) == (OFFICE_HOURS.noon if noon else OFFICE_HOURS.closing)
