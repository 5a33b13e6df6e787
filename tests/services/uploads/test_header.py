from pathlib import Path

import pytest
import xlsxwriter

from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.uploads.header import HeaderCell, header_of
from mingjing.services.uploads.sheet import SheetRefused

ACCEPT = shipped_standards()["up-pro"].objects["up_pro_accept"]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "三月.csv"
    text = "办件编号,申请时问,备注\n浙A1,2026-03-05,急\n浙A2,,缓\n浙A3,2026-03-06\n浙A4,2026-03-07,\n"
    path.write_text(text, "utf-8")
    return path


def test_a_column_is_known_by_its_title_and_one_misspelt_is_told_what_it_is_like(written: Path) -> None:
    assert [(each.header, each.column, each.nearest) for each in header_of(written, ACCEPT)] == [
        ("办件编号", "project_no", None),
        ("申请时问", None, "apply_date"),
        ("备注", None, None),
    ]


def test_of_the_first_rows_what_is_filled_is_shown(written: Path) -> None:
    assert [each.samples for each in header_of(written, ACCEPT)] == [
        ["浙A1", "浙A2", "浙A3"],
        ["2026-03-05", "2026-03-06"],
        ["急", "缓"],
    ]


def test_of_a_long_cell_the_beginning_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "长.csv"
    path.write_text("办件编号\n" + "9" * 1000, "utf-8")

    assert [len(each) for each in header_of(path, ACCEPT)[0].samples] == [60]


def test_a_spreadsheet_of_the_header_alone_has_no_samples(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["办件编号"])

    assert header_of(path, ACCEPT) == [HeaderCell("办件编号", "project_no", None, [])]


def test_what_a_sheet_of_returned_rows_adds_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "退回.csv"
    path.write_text("办件编号,行号,列,原值,原因与改法\n浙A1,2,申请时间,昨天,写成日期\n", "utf-8")

    assert [each.header for each in header_of(path, ACCEPT)] == ["办件编号"]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "图.png"
    path.write_bytes(b"\x89PNG\0\0")

    with pytest.raises(SheetRefused, match="文件不是文本"):
        header_of(path, ACCEPT)
