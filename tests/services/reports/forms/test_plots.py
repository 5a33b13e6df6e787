"""Plots: marks a reader can count by, and nothing said of what there is not."""

import re

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


def test_a_colour_that_no_card_has_is_not_counted() -> None:
    drawn = rules([RuleLine("A", "甲", 0, 104), RuleLine("B", "乙", 3, 1)])

    assert ">红 104<" in drawn
    assert ">黄 3　红 1<" in drawn
