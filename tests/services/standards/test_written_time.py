from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.standards.written_time import read_time

BEIJING = ZoneInfo("Asia/Shanghai")
TEN = datetime(2026, 3, 6, 10, 0, tzinfo=BEIJING)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-06 10:00:00",
        "2026/3/6 10:00",
        "2026.3.6 10:00:00.000",
        "2026年3月6日10时0分",
        "20260306100000",
        "2026-03-06T02:00:00Z",
        "2026-03-06T10:00:00+08:00",
        "2026-03-06T03:00:00+0100",
        datetime(2026, 3, 6, 10, 0),  # noqa: DTZ001  # as a database driver returns it
        "46087.416666666664",
    ],
)
def test_one_instant_however_it_is_written(written: object) -> None:
    assert read_time(written, BEIJING) == (TEN, False)


@pytest.mark.parametrize("written", ["2026-03-06", "2026/3/6", "20260306", "2026年3月6日", date(2026, 3, 6), "46087"])
def test_a_date_alone_is_its_midnight_and_says_so(written: object) -> None:
    assert read_time(written, BEIJING) == (TEN.replace(hour=0), True)


@pytest.mark.parametrize("written", ["三月六日", "2026-13-06", "2026-02-30 10:00", "10:00", "2026-03-06 25:00"])
def test_what_is_no_time_is_refused_with_the_form_that_is(written: str) -> None:
    with pytest.raises(ValueError, match="请写成 2026-03-06 10:00:00"):
        read_time(written, BEIJING)
