import io
import re

import openpyxl
import pytest
from msgspec import structs
from tests.services.reports.forms.computing import computed

from mingjing.services.reports.document import Efficiency
from mingjing.services.reports.forms.xlsx_form import as_xlsx


@pytest.fixture
def formulas(report: Efficiency) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(report)))


@pytest.fixture
def values(report: Efficiency) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(report)), data_only=True)


def row_of(book: openpyxl.Workbook, sheet: str, column: int, text: str) -> list[object]:
    return next(list(row) for row in book[sheet].iter_rows(values_only=True) if row[column] == text)


def test_a_rate_is_a_formula_over_its_own_numerator_and_denominator(
    formulas: openpyxl.Workbook, values: openpyxl.Workbook
) -> None:
    formula, value = (row_of(book, "总体", 1, "承诺兑现率") for book in (formulas, values))

    assert formula[2:4] == [315, 340]
    assert re.fullmatch(r'=IF\(N\(D(\d+)\)=0,"",C\1/D\1\)', str(formula[4]))
    assert value[4] == pytest.approx(315 / 340)


def test_the_total_of_agencies_is_summed_by_the_workbook(
    formulas: openpyxl.Workbook, values: openpyxl.Workbook
) -> None:
    formula, value = (row_of(book, "部门", 2, "合计") for book in (formulas, values))

    assert str(formula[3]).startswith("=SUM(D5:D")
    assert value[3] == 340


def test_every_formula_computes_to_the_figure_of_the_report(
    formulas: openpyxl.Workbook, values: openpyxl.Workbook
) -> None:
    found = computed(formulas)

    assert len(found) > 100
    for (sheet, place), value in found.items():
        shown = values[sheet][place].value
        assert value == (pytest.approx(shown) if isinstance(shown, int | float) else shown or ""), (sheet, place)


def test_text_that_looks_like_a_formula_is_text(formulas: openpyxl.Workbook) -> None:
    cell = next(cell for row in formulas["部门"].iter_rows() for cell in row if cell.value == "=云州市民政局")

    assert cell.data_type == "s"


def test_there_is_a_chart_of_cards_and_one_of_the_trend(formulas: openpyxl.Workbook) -> None:
    assert len(formulas["规则"]._charts) == 1
    assert len(formulas["走势"]._charts) == 1


def test_a_chart_stands_below_the_lines_it_is_drawn_of(report: Efficiency) -> None:
    many = [structs.replace(report.items[0], key=f"I{n}", title=f"事项{n}") for n in range(40)]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(structs.replace(report, items=many))))
    (chart,) = book["事项"]._charts

    assert chart.anchor._from.row > next(row[0].row for row in book["事项"].iter_rows() if row[1].value == "合计")


def test_where_no_group_passes_a_gate_there_is_no_column_of_ranks(values: openpyxl.Workbook) -> None:
    heads = {name: [cell.value for cell in values[name][4]] for name in ("部门", "事项")}

    assert (heads["部门"][0], heads["部门"][-1]) == ("名次", "不参与排名的原因")
    assert (heads["事项"][0], heads["事项"][-1]) == ("代码", "数据完整率")


def test_the_workbook_says_what_it_rests_on(values: openpyxl.Workbook) -> None:
    assert row_of(values, "依据", 0, "2026-10 冻结版次")[1] == "第 1 版　校验值 9f2c41d7"


def test_equal_reports_are_equal_files(report: Efficiency) -> None:
    assert as_xlsx(report) == as_xlsx(report)


def test_a_long_definition_has_the_height_it_takes(formulas: openpyxl.Workbook) -> None:
    sheet = formulas["总体"]
    heights = {
        len(str(row[12].value)): sheet.row_dimensions[row[0].row].height
        for row in sheet.iter_rows(min_row=5)
        if len(str(row[12].value)) >= len(str(row[13].value))
    }

    assert heights[max(heights)] > 16
    assert heights[min(heights)] is None


def test_a_mechanism_has_a_row_and_what_it_is_made_of_below(formulas: openpyxl.Workbook) -> None:
    rows = [list(row)[:6] for row in formulas["制度"].iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[1] == "明察暗访次数")

    assert [row[1:6:3] for row in rows[start : start + 3]] == [
        ["明察暗访次数", 9],
        ["　其中：暗访", 6],
        ["　其中：电话暗访", 3],
    ]
    assert next(row for row in rows if row[1] == "调研天数")[4:6] == [7.5, "天"]


def test_a_mechanism_without_anything_has_blank_cells_and_no_noughts(formulas: openpyxl.Workbook) -> None:
    row = next(row for row in formulas["制度"].iter_rows(values_only=True) if row[1] == "新闻发布次数")

    assert [cell or "" for cell in row[2:5]] == ["", "", ""]
