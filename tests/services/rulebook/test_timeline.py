"""A story drawn day by day: what lies where, and nothing drawn over anything else."""

from datetime import date, timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from mingjing.services.rulebook.timeline import COLOURS, WIDTH, Day, Mark, timeline

SVG = "{http://www.w3.org/2000/svg}"
MONDAY = date(2026, 3, 2)


def _days(count: int) -> list[Day]:
    return [Day(MONDAY + timedelta(days=n), "weekend" if n % 7 > 4 else "work", n or None, None) for n in range(count)]


def _drawn(count: int, *marks: Mark) -> Element:
    drawn: Element = fromstring(timeline("办件", _days(count), marks))
    return drawn


def _texts(svg: Element) -> dict[str, tuple[float, float]]:
    return {each.text or "": (float(each.get("x", 0)), float(each.get("y", 0))) for each in svg.iter(f"{SVG}text")}


def test_every_day_has_its_cell_in_its_colour() -> None:
    fills = [each.get("fill") for each in _drawn(14).iter(f"{SVG}rect")]

    assert [fills.count(COLOURS[name]) for name in ("work", "weekend")] == [10 + 1, 4 + 1]  # and one each in the legend


def test_a_counted_day_bears_its_number() -> None:
    assert {"1", "13"} <= set(_texts(_drawn(14)))


def test_a_long_story_bears_no_numbers_that_nobody_could_read() -> None:
    assert not {"100", "200"} & set(_texts(_drawn(300)))


def test_an_event_stands_above_the_days_and_a_card_below_them() -> None:
    texts = _texts(
        _drawn(7, Mark("2026-03-03T10:00:00+08:00", "受理"), Mark("2026-03-05T00:00:00+08:00", "黄牌", "yellow"))
    )

    assert texts["受理"][1] < texts["1"][1] < texts["黄牌"][1]


def test_a_later_instant_stands_further_right() -> None:
    texts = _texts(_drawn(7, Mark("2026-03-03T10:00:00+08:00", "甲"), Mark("2026-03-03T22:00:00+08:00", "乙")))

    assert texts["甲"][0] < texts["乙"][0]


def test_what_happened_at_one_time_is_written_in_rows_of_its_own() -> None:
    marks = [Mark("2026-03-03T10:00:00+08:00", f"事件{n}") for n in range(4)]

    heights = [_texts(_drawn(7, *marks))[mark.text][1] for mark in marks]

    assert len(set(heights)) == 4


@pytest.mark.parametrize("at", ["2026-03-08T23:59:59+08:00", "2027-01-01T00:00:00+08:00"])
def test_what_is_said_at_the_right_edge_stays_inside(at: str) -> None:
    [(x, anchor)] = [
        (float(each.get("x", 0)), each.get("text-anchor"))
        for each in _drawn(7, Mark(at, "很长的一个事件名称")).iter(f"{SVG}text")
        if each.text == "很长的一个事件名称"
    ]

    assert (x < WIDTH, anchor) == (True, "end")


def test_text_that_looks_like_markup_is_text() -> None:
    assert "<b>&" in _texts(_drawn(7, Mark("2026-03-03T10:00:00+08:00", "<b>&")))


def test_only_the_colours_that_are_there_are_explained() -> None:
    texts = _texts(_drawn(14))

    assert ("周末" in texts, "停表" in texts) == (True, False)


def test_a_story_of_no_days_is_still_a_picture() -> None:
    assert _drawn(0).tag == f"{SVG}svg"
