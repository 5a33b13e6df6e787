from pathlib import Path

import orjson
import pytest
import xlsxwriter

from mingjing.services.conformance.table import MOST_FAULTS, Examined, examine
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.uploads.mapping import mapping_of
from mingjing.services.uploads.sheet import SheetRefused
from mingjing.streams.ports import Principal

STANDARD = shipped_standards()["up-pro"]
FORM = STANDARD.objects["up_pro_accept"]
PRINCIPAL = Principal(agency="91", sources=frozenset({"urn:a"}))
CSV = """\
办件编号,受理时间,申请时间
浙1,2026-03-06 10:00:00,2026-03-05 10:00:00
浙2,三月六日,2026-03-05 10:00:00
,2026-03-06 10:00:00,
浙4,,
"""


def examined(path: Path, *columns: str, principal: Principal = PRINCIPAL) -> Examined:
    return examine(path, STANDARD, FORM, "urn:a", principal, mapping_of(columns, FORM))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "三月受理.csv"
    path.write_text(CSV, encoding="gb18030")
    return path


def test_every_fault_is_told_by_its_row_its_column_and_its_value(table: Path) -> None:
    told = examined(table)

    assert (told.rows, told.returned) == (4, 3)
    assert [(each.row, each.column, each.value) for each in told.faults] == [
        (3, "受理时间（accept_date）", "三月六日"),
        (4, "办件编号（project_no）", ""),
        (5, "申请时间（apply_date）", ""),
    ]


def test_a_row_that_would_come_back_counts_against_the_format(table: Path) -> None:
    usable = next(each for each in examined(table).score.parts if each.name == "usable")

    assert (usable.held, usable.looked_at) == (2, 5)
    assert usable.samples[0].startswith("第3行 受理时间（accept_date）：")


def test_what_intake_would_refuse_of_a_row_is_told_with_the_row(table: Path) -> None:
    told = examined(table, principal=Principal(agency="91", sources=frozenset({"urn:b"})))

    assert (told.faults[0].row, told.faults[0].column, "urn:a" in told.faults[0].message) == (2, "", True)


def test_columns_by_other_names_are_read_as_they_are_said_to_be(table: Path) -> None:
    table.write_text("流水号,受理时间,备注\n浙1,2026-03-06 10:00:00,x\n", encoding="utf-8")

    assert examined(table, "流水号=办件编号", "备注=").returned == 0


def test_a_spreadsheet_is_read_as_it_is_uploaded(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["办件编号", "受理时间"])
        sheet.write_row(1, 0, ["浙1", "2026-03-06 10:00:00"])

    assert (examined(path).rows, examined(path).returned) == (1, 0)


def test_json_is_read_as_a_watched_folder_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(orjson.dumps([{"PROJECT_NO": "浙1", "accept_date": "2026-03-06"}, {"project_no": "浙2"}]))

    told = examined(path)

    assert (told.rows, [each.row for each in told.faults]) == (2, [2])


def test_what_is_doubtful_of_rows_that_would_be_taken_is_counted_by_kind(table: Path) -> None:
    table.write_text("办件编号,受理时间,行政区划代码\n浙1,2026-03-06,33\n", encoding="utf-8")

    (said,) = examined(table).remarks.items()
    assert said[1] == 1
    assert said[0].startswith("行政区划代码（region_code）不合编码规则：第2行 ")


def test_of_very_many_faults_the_first_are_told(table: Path) -> None:
    table.write_text("办件编号,受理时间\n" + "浙1,昨天\n" * (MOST_FAULTS + 5), encoding="utf-8")

    told = examined(table)

    assert (told.returned, len(told.faults)) == (MOST_FAULTS + 5, MOST_FAULTS)


def test_a_file_that_is_no_such_table_is_refused_with_what_it_lacks(table: Path) -> None:
    table.write_text("编号,时间\n1,2\n", encoding="utf-8")

    with pytest.raises(SheetRefused, match="缺少列“办件编号”"):
        examined(table)
