from datetime import date
from decimal import Decimal

import pytest

from mingjing.rules.tables import Table, parse_table
from mingjing.rules.yaml_page import PackRefused

HEAD = """table: tariff
title: 收费目录
version: 2026.1
columns:
  code: {title: 编码, type: text}
  price: {title: 标准, type: number}
  since: {title: 起始, type: date}
  uses: {title: 用途, type: texts}
  open: {title: 开放, type: flag}
"""


def _table(rows: str, head: str = HEAD) -> Table:
    return parse_table(f"{head}rows:\n{rows}", "tariff.yaml")


def _faults(rows: str, head: str = HEAD) -> list[str]:
    with pytest.raises(PackRefused) as caught:
        _table(rows, head)
    return [f"{each.line}:{each.column} {each.message}" for each in caught.value.faults]


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_cells_are_what_their_columns_say_and_empty_ones_are_absent() -> None:
    found = _table("  - {code: F01, price: 12.50, since: 2026-01-01, uses: [a, b], open: true}\n  - {code: ''}\n")

    assert found.in_force(_day("2026-03-01")) == [
        {"code": "F01", "price": Decimal("12.50"), "since": "2026-01-01", "uses": ["a", "b"], "open": True},
        {},
    ]
    assert str(found) == "tariff@2026.1"


@pytest.mark.parametrize(
    ("day", "prices"),
    [("2025-12-31", [80]), ("2026-01-01", [100, 5]), ("2026-06-30", [100, 5]), ("2026-07-01", [5]), ("2019-12-31", [])],
)
def test_a_row_holds_from_its_first_day_to_its_last(day: str, prices: list[int]) -> None:
    found = _table(
        "  - {code: a, price: 80, valid_from: 2020-01-01, valid_to: 2025-12-31}\n"
        "  - {code: a, price: 100, valid_from: 2026-01-01, valid_to: 2026-06-30}\n"
        "  - {code: b, price: 5, valid_from: 2026-01-01}\n"
    )

    assert [row["price"] for row in found.in_force(_day(day))] == prices


def test_a_row_without_days_always_holds() -> None:
    assert len(_table("  - {code: a}\n").in_force(_day("1900-01-01"))) == 1


def test_every_fault_is_told_at_its_place() -> None:
    rows = (
        "  - {cod: a}\n"
        "  - {code: a, price: dear, since: soon, open: maybe}\n"
        "  - {code: b, valid_from: 2026-01-02, valid_to: 2026-01-01}\n"
        "  - {price: .nan}\n"
    )

    assert _faults(rows) == [
        "11:6 key 'cod' is not known here; did you mean 'code'?",
        "12:22 'dear' is not a number",
        "12:35 'soon' is not a date; write 2020-01-01",
        "12:47 'maybe' is not one of true, false",
        "13:49 valid_to 2026-01-01 lies before valid_from 2026-01-02",
        "14:13 '.nan' is not a number",
    ]


def test_a_key_may_have_one_row_a_day() -> None:
    head = HEAD + "key: [code]\n"
    rows = "  - {code: a, valid_to: 2025-12-31}\n  - {code: a, valid_from: 2026-01-01}\n"

    assert len(_table(rows, head).rows) == 2
    assert _faults(rows + "  - {code: a, valid_from: 2030-01-01}\n", head) == [
        "14:5 code a holds already on these days: line 13"
    ]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (HEAD + "key: [cod]\n", "'cod' is not a column; did you mean 'code'?"),
        (HEAD + "  valid_from: {title: x, type: date}\n", "column 'valid_from' is there in every table"),
        (HEAD.replace("type: number", "type: money"), "'money' is not one of text, number, date, flag, texts"),
        (HEAD.replace("version: 2026.1\n", ""), "key 'version' is missing"),
    ],
)
def test_a_fault_of_the_head_is_told(head: str, told: str) -> None:
    assert any(told in each for each in _faults("  - {code: a}\n", head))
