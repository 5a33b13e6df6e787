from collections.abc import Mapping

import pytest
from msgspec import structs

from mingjing.services.reports.document import Efficiency, MemberLine
from mingjing.services.reports.figure import Figure, figure, interval, quantile
from mingjing.services.reports.gate import ranks
from mingjing.services.reports.indicators import shipped

LINES = {each.id: each for each in shipped().indicators}


def test_agencies_are_ranked_by_what_they_kept(report: Efficiency) -> None:
    assert {line.key: line.rank for line in report.agencies} == {"91B": 1, "91A": 2, "91C": None, "91D": None}


def test_an_agency_without_any_case_is_named(report: Efficiency) -> None:
    assert [line.key for line in report.agencies if line.gate and line.gate.idle] == ["91D"]


def test_a_month_is_compared_with_the_month_before_and_says_nothing_of_a_year_nobody_counted(
    report: Efficiency,
) -> None:
    kept = next(line for line in report.indicators if line.id == "promise_kept")

    assert (kept.now.value, kept.previous and kept.previous.value, kept.year_before) == (92.65, 88.24, None)


def test_regions_are_named_by_the_part_of_the_code_their_tier_uses(report: Efficiency) -> None:
    assert {line.key: line.title for line in report.regions} == {"990101": "沅桥县", "990200": "澄州市本级"}


def test_an_indicator_that_awaits_facts_has_no_figure() -> None:
    awaited = structs.replace(LINES["published"], numerator="", denominator="", awaits="该月冻结时尚无此口径")

    assert figure(awaited, {"published": {"": 3}, "publishable": {"": 3}}) == Figure(None, None, None, 0)


def test_members_of_joint_approvals_are_told_apart(report: Efficiency) -> None:
    assert report.members == [MemberLine("91B", "云州市水务局", 2, 2), MemberLine("91Z", "91Z", 0, 1)]


@pytest.mark.parametrize(
    ("spread", "percent", "found"),
    [({3: 1, 5: 1}, 50, 3), ({3: 1, 5: 2}, 50, 5), ({1: 95, 9: 5}, 95, 1), ({1: 94, 9: 6}, 95, 9), ({}, 50, None)],
)
def test_a_quantile_is_a_day_that_so_many_did_not_exceed(
    spread: Mapping[int, int], percent: int, found: object
) -> None:
    assert quantile(dict(spread), percent) == found


def test_nothing_divided_by_nothing_is_no_figure() -> None:
    assert figure(LINES["promise_kept"], {}) == Figure(None, 0, 0, 0)


def test_the_seeds_own_eighty_percent_is_printed_as_it_is() -> None:
    sums = {"spot": {"": 188_596}, "decided_statutory": {"": 242_563}}

    assert figure(LINES["on_the_spot"], sums).value == 77.75


def test_few_cases_make_a_wide_interval() -> None:
    few, many = interval(Figure(90.0, 9, 10, 10)), interval(Figure(90.0, 900, 1000, 1000))

    assert few == (59.58, 98.21)
    assert many == (87.98, 91.71)


def test_equal_agencies_share_the_better_rank() -> None:
    assert ranks({"a": (99.0, 50), "b": (99.0, 50), "c": (98.0, 50), "d": (99.0, 80)}) == {
        "d": 1,
        "a": 2,
        "b": 2,
        "c": 4,
    }


def test_mechanisms_stand_apart_from_what_agencies_are_compared_by(report: Efficiency) -> None:
    assert {each.id for each in report.indicators}.isdisjoint(each.id for each in report.mechanisms)
    assert {each.group for each in report.mechanisms} == {"制度开展情况"}
    assert [each.mechanism for each in report.mechanisms] == sorted(each.mechanism for each in report.mechanisms)


def test_a_mechanism_that_nothing_is_counted_of_has_no_figure_and_no_nought_of_a_rate(report: Efficiency) -> None:
    lines = {each.id: each for each in report.mechanisms}

    assert (lines["norms_filed"].now.value, lines["norms_filed"].now.n) == (None, 0)
    assert (lines["apologies_kept"].now.numerator, lines["apologies_kept"].now.denominator) == (3, 6)
    assert lines["apologies_kept"].now.small
