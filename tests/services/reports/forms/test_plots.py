"""Plots: marks a reader can count by, and nothing said of what there is not."""

import re

import msgspec
import pytest

from mingjing.services.reports.document import RuleLine, TrendPoint
from mingjing.services.reports.figure import Figure
from mingjing.services.reports.forms.plots import rules, trend


def point(percent: float) -> TrendPoint:
    return TrendPoint("2026-10", Figure(percent, int(percent * 10), 1000, 1000), 1000)


@pytest.mark.parametrize(
    ("least", "marks"), [(98.4, ["90%", "95%", "100%"]), (78.4, ["70%", "85%", "100%"]), (0, ["0%", "50%", "100%"])]
)
def test_the_axis_of_shares_has_whole_marks_below_the_least(least: float, marks: list[str]) -> None:
    assert re.findall(r">(\d+%)<", trend([point(least), point(99.0)])) == marks


def test_the_label_of_the_last_month_lies_within_the_picture() -> None:
    drawn = trend([msgspec.structs.replace(point(97.0), month=f"2026-{month:02}") for month in range(1, 13)])
    width = float(re.search(r'viewBox="0 0 (\d+)', drawn)[1])  # type: ignore[index]
    ((x, label),) = re.findall(r'<text x="([\d.]+)"[^>]*>(26-12)<', drawn)

    assert float(x) + 8 * len(label) / 2 <= width  # eight is the size of the type


def test_a_title_that_is_too_long_says_that_it_was_cut() -> None:
    drawn = rules([RuleLine("TL-13-SD", "默许试点的事项过了期限（不代作决定）", 1, 0), RuleLine("A", "甲" * 16, 1, 0)])

    assert ">默许试点的事项过了期限（不代作… TL-13-SD<" in drawn
    assert f">{'甲' * 16} A<" in drawn


def test_a_colour_that_no_card_has_is_not_counted() -> None:
    drawn = rules([RuleLine("A", "甲", 0, 104), RuleLine("B", "乙", 3, 1)])

    assert ">红 104<" in drawn
    assert ">黄 3　红 1<" in drawn
