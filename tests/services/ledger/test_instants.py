from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.ledger.instants import day_of, local_day, midnight, millis, written

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_an_instant_is_counted_in_milliseconds_whatever_its_offset() -> None:
    assert millis("2026-03-12T00:00:01.001999+08:00") == millis("2026-03-11T16:00:01.001Z") == 1_773_244_801_001


def test_no_instant_is_never() -> None:
    assert millis(None) == 0
    assert written(0, SHANGHAI) is None


def test_what_lies_before_1970_is_never() -> None:
    assert millis("1900-01-01T00:00:00Z") == 0


def test_an_instant_without_offset_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no UTC offset"):
        millis("2026-03-12T00:00:00")


def test_an_instant_is_written_in_the_zone_asked_for() -> None:
    assert written(1_773_244_801_000, SHANGHAI) == "2026-03-12T00:00:01+08:00"


def test_a_day_begins_at_its_local_midnight() -> None:
    begin = midnight(date(2026, 3, 12), SHANGHAI)

    assert begin == millis(datetime(2026, 3, 12, tzinfo=SHANGHAI))
    assert [local_day(begin - 1, SHANGHAI).day, local_day(begin, SHANGHAI).day] == [11, 12]


def test_a_day_too_far_for_clickhouse_is_the_last_it_holds() -> None:
    assert day_of(2**60) == date(2105, 12, 31)
