import csv
import io

import pytest
from msgspec import structs

from mingjing.services.reports.document import Efficiency
from mingjing.services.reports.forms.csv_form import as_csv, plain


@pytest.fixture
def rows(report: Efficiency) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(report).decode("utf-8-sig"))))


def test_a_line_tells_value_numerator_and_denominator(rows: list[dict[str, str]]) -> None:
    kept = next(row for row in rows if row["层次"] == "总体" and row["指标"] == "promise_kept")

    assert (kept["数值"], kept["分子"], kept["分母"], kept["n"], kept["上期"]) == (
        "92.65",
        "315",
        "340",
        "340",
        "88.24",
    )


def test_a_name_that_a_spreadsheet_would_run_is_neutralised(rows: list[dict[str, str]]) -> None:
    assert {row["名称"] for row in rows if row["代码"] == "91C"} == {"'=云州市民政局"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(A1)"])
def test_everything_that_begins_a_formula_is_neutralised(text: str) -> None:
    assert plain(text) == "'" + text


@pytest.mark.parametrize("value", [-1, -0.5, "甲局", ""])
def test_numbers_and_plain_text_stay_as_they_are(value: object) -> None:
    assert plain(value) == value


def test_an_agency_that_is_not_ranked_says_why(rows: list[dict[str, str]]) -> None:
    row = next(row for row in rows if row["代码"] == "91C")

    assert (row["名次"], row["不参与排名的原因"]) == ("", "数据完整率 75.00%（30 / 40），低于 95%")


def test_rules_and_members_of_joint_approvals_are_lines_too(rows: list[dict[str, str]]) -> None:
    rule = next(row for row in rows if (row["层次"], row["代码"], row["指标"]) == ("规则", "TL-04", "yellows"))
    member = next(row for row in rows if row["层次"] == "并联成员" and row["代码"] == "91Z")

    assert (rule["名称"], rule["数值"], rule["单位"]) == ("办结时限", "25", "张")
    assert (member["数值"], member["分子"], member["分母"]) == ("0.0", "0", "1")


def test_a_mechanism_is_a_line_and_each_part_of_a_split_one_is_too(rows: list[dict[str, str]]) -> None:
    found = [(row["层次"], row["代码"], row["名称"], row["数值"]) for row in rows if row["指标"] == "visits"]

    assert found == [
        ("制度", "55", "明察暗访次数", "9.0"),
        ("制度分列", "covert", "暗访", "6"),
        ("制度分列", "phone", "电话暗访", "3"),
    ]


def test_every_line_says_at_which_revision_it_stands(rows: list[dict[str, str]], report: Efficiency) -> None:
    still_open = structs.replace(report, origin=structs.replace(report.origin, frozen=False, revisions={}))

    assert {row["版次"] for row in rows} == {"2026-10 第 1 版"}
    assert as_csv(still_open).decode().splitlines()[1].endswith(",未冻结")
