import asyncio
import json

import pytest
from tests.services.exchange.conftest import Tray

from mingjing.services.exchange.carry import MOST_TOLD, Carried, Fetched, carry
from mingjing.services.standards.rows import Row
from mingjing.services.standards.shelf import shipped_standards

STANDARD = shipped_standards()["up-pro"]
GOOD = {"project_no": "1", "apply_date": "2026-03-05 16:00:00", "accept_date": "2026-03-06 10:00:00"}


def carried(tray: Tray, *rows: Row) -> Carried:
    return asyncio.run(
        carry([Fetched(each) for each in rows], STANDARD, STANDARD.objects["up_pro_accept"], "urn:a", tray)
    )


def test_good_rows_go_in_and_others_are_put_aside_with_the_reason(tray: Tray) -> None:
    told = carried(tray, GOOD, {**GOOD, "apply_date": "昨天"})

    assert (told.rows, told.events, told.put_aside) == (2, 2, 1)
    assert "无法识别" in tray.aside[0][1].message


def test_what_is_put_aside_is_kept_as_it_was(tray: Tray) -> None:
    carried(tray, {**GOOD, "apply_date": "昨天"})

    assert "昨天" in tray.aside[0][0].decode()


@pytest.mark.parametrize("cell", [{"a": [1]}, [[]]], ids=["an object", "arrays"])
def test_a_cell_that_is_no_single_value_costs_its_row_alone(tray: Tray, cell: object) -> None:
    told = carried(tray, {**GOOD, "accept_doc_no": cell}, GOOD)

    assert (told.put_aside, told.faults[0].column, told.events) == (1, "accept_doc_no", 2)


def test_a_number_of_any_length_is_put_aside_as_it_was(tray: Tray) -> None:
    carried(tray, {**GOOD, "apply_date": 10**20})

    assert json.loads(tray.aside[0][0])["row"]["apply_date"] == 10**20


def test_a_row_that_intake_refuses_is_not_taken_by_halves(tray: Tray) -> None:
    carried(tray, {**GOOD, "project_no": "拒"})

    assert (tray.events, tray.aside[0][1].message) == ([], "不在受理范围")


def test_it_is_told_which_row_was_put_aside_and_why(tray: Tray) -> None:
    bad = {**GOOD, "apply_date": "昨天"}

    told = carried(tray, GOOD, bad) + carried(tray, bad)

    assert [(each.row, each.column) for each in told.faults] == [(2, "apply_date"), (3, "apply_date")]


def test_what_is_doubtful_is_taken_and_told_with_its_row(tray: Tray) -> None:
    doubtful = {**GOOD, "region_code": "3301"}

    told = carried(tray, GOOD, doubtful) + carried(tray, doubtful)

    assert (told.put_aside, told.remarks[0].count) == (0, 2)
    assert [each.row for each in told.remarks[0].examples] == [2, 3]


def test_of_many_bad_rows_the_first_are_told(tray: Tray) -> None:
    told = carried(tray, *[{**GOOD, "apply_date": "昨天"}] * (MOST_TOLD + 1))

    assert (told.put_aside, len(told.faults)) == (MOST_TOLD + 1, MOST_TOLD)
