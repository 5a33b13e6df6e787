from datetime import UTC, date, datetime

import pytest

from mingjing.rules.events import micros
from mingjing.rules.zone import DAY, SECOND, Zone, ZoneUnknown

HOUR = 3600 * SECOND
SHANGHAI = Zone("Asia/Shanghai")
AMSTERDAM = Zone("Europe/Amsterdam")


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _utc(text: str) -> int:
    return micros(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_a_day_of_shanghai_begins_at_16_utc_of_the_day_before() -> None:
    assert SHANGHAI.midnight(_day("2026-03-06")) == _utc("2026-03-05T16:00")


def test_the_last_microsecond_of_a_day_is_still_that_day() -> None:
    midnight = SHANGHAI.midnight(_day("2026-03-07"))

    assert [SHANGHAI.day(midnight - 1), SHANGHAI.day(midnight)] == [_day("2026-03-06"), _day("2026-03-07")]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(day: str, hours: int) -> None:
    ordinal = _day(day)

    assert AMSTERDAM.midnight(ordinal + 1) - AMSTERDAM.midnight(ordinal) == hours * HOUR


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_every_hour_of_a_day_of_change_belongs_to_it(day: str) -> None:
    begin, end = AMSTERDAM.midnight(_day(day)), AMSTERDAM.midnight(_day(day) + 1)

    assert {AMSTERDAM.day(each) for each in (*range(begin, end, HOUR), end - 1)} == {_day(day)}


def test_a_time_the_clocks_skip_is_read_with_the_offset_before() -> None:
    assert AMSTERDAM.at(_day("2026-03-29"), 2 * HOUR + HOUR // 2) == _utc("2026-03-29T01:30")


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert AMSTERDAM.at(_day("2026-10-25"), 2 * HOUR + HOUR // 2) == _utc("2026-10-25T00:30")


def test_a_day_without_midnight_begins_at_its_first_instant() -> None:
    brazil = Zone("America/Sao_Paulo")
    midnight = brazil.midnight(_day("2017-10-15"))

    assert [brazil.day(midnight - 1), brazil.day(midnight)] == [_day("2017-10-14"), _day("2017-10-15")]
    assert brazil.text(midnight) == "2017-10-15T01:00:00-02:00"


def test_shanghai_had_summer_time_until_1991() -> None:
    winter, summer = _day("1990-01-15"), _day("1990-07-15")

    assert SHANGHAI.midnight(winter) == _utc("1990-01-14T16:00")
    assert SHANGHAI.midnight(summer) == _utc("1990-07-14T15:00")


def test_a_day_after_the_end_of_shanghais_summer_time_has_25_hours() -> None:
    change = _day("1990-09-16")

    assert SHANGHAI.midnight(change + 1) - SHANGHAI.midnight(change) == 25 * HOUR


def test_the_time_of_day_is_that_of_the_wall_to_the_microsecond() -> None:
    assert SHANGHAI.time_of_day(_utc("2026-03-06T02:03:04.000005")) == 10 * HOUR + 3 * 60 * SECOND + 4 * SECOND + 5


def test_text_carries_the_offset_of_the_zone() -> None:
    assert SHANGHAI.text(_utc("2026-03-06T02:00")) == "2026-03-06T10:00:00+08:00"


@pytest.mark.parametrize("text", ["2026-03-06", "2026/03/06", " 2026-03-06 ", "20260306", "2026-W10-5"])
def test_a_bare_date_is_its_first_instant_and_says_so(text: str) -> None:
    assert SHANGHAI.parse(text) == (_utc("2026-03-05T16:00"), True)


@pytest.mark.parametrize(
    "text",
    ["2026-03-06 10:00", "2026-03-06T10:00:00", "2026/03/06 10:00", "2026-03-06T02:00:00Z", "2026-03-06T03:00+01:00"],
)
def test_a_time_without_offset_is_read_in_the_zone_and_one_with_it_as_it_says(text: str) -> None:
    assert SHANGHAI.parse(text) == (_utc("2026-03-06T02:00"), False)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "2026-13-01 10:00", "06.03.2026", "2026-03", "6"])
def test_what_is_neither_a_date_nor_an_instant_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="is neither a date nor an instant") as caught:
        SHANGHAI.parse(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("name", ["Asia/Shanghay", "", "../etc"])
def test_an_unknown_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(ZoneUnknown, match=repr(name).replace(".", r"\.")):
        Zone(name)


def test_the_day_of_an_instant_agrees_with_the_calendar_for_every_hour_of_a_year() -> None:
    begin = _utc("2025-12-31T00:00")
    for hour in range(0, 24 * 368, 7):
        instant = begin + hour * HOUR
        local = datetime.fromtimestamp(instant / SECOND, AMSTERDAM.info)
        assert AMSTERDAM.day(instant) == local.toordinal()


def test_a_utc_day_has_a_length_of_its_own() -> None:
    assert DAY == 24 * HOUR


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_an_instant_that_has_no_date_here_or_in_utc_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(ValueError, match=f"{text[:10]}.* lies outside the years 1 to 9999"):
        SHANGHAI.parse(text)


def test_the_last_day_of_all_has_no_day_after_it_but_is_a_day() -> None:
    last = SHANGHAI.parse("9999-12-31 23:00")[0]

    assert SHANGHAI.text(last) == "9999-12-31T23:00:00+08:00"
    with pytest.raises(ValueError, match="lies outside the years 1 to 9999"):
        SHANGHAI.midnight(SHANGHAI.day(last) + 1)
