import asyncio
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from tests.services.uploads.conftest import Drawer

from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.uploads.submission import Intake, Submitted, submit

Write = Callable[..., Path]
STANDARD = shipped_standards()["up-pro"]
HEADER = "办件编号,申请时间,受理时间,申请方式,申请人\n"
GOOD = "浙A1,2026-03-05 16:00,2026-03-06 10:00,2,王玥\n"
BAD = "浙A2,昨天,2026-03-06 10:00,2,=HYPERLINK(1)\n"


def sent(path: Path, intake: Intake, errors: Path, *, dry_run: bool = False) -> Submitted:
    form = STANDARD.objects["up_pro_accept"]
    return asyncio.run(submit(path, STANDARD, form, "urn:a", intake, errors, dry_run=dry_run))


def rows_of(errors: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(errors).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_the_events_of_good_rows_go_in_and_bad_rows_come_back(write_csv: Write, tmp_path: Path, drawer: Drawer) -> None:
    submitted = sent(write_csv(HEADER + GOOD + BAD), drawer, tmp_path / "errors.xlsx")

    assert (submitted.rows, submitted.accepted, submitted.returned, submitted.events) == (2, 1, 1, 2)
    assert [each["type"] for each in drawer.events] == ["case.applied", "case.accepted"]


def test_a_row_comes_back_as_it_was_with_its_number_and_reason(
    write_csv: Write, tmp_path: Path, drawer: Drawer
) -> None:
    sent(write_csv(HEADER + GOOD + BAD), drawer, tmp_path / "errors.xlsx")
    row = rows_of(tmp_path / "errors.xlsx")[1]

    assert row[:5] == ("浙A2", "昨天", "2026-03-06 10:00", "2", "=HYPERLINK(1)")
    assert (row[5], "请写成 2026-03-06 10:00:00" in str(row[8])) == ("3", True)


def test_a_formula_that_somebody_wrote_comes_back_as_text(write_csv: Write, tmp_path: Path, drawer: Drawer) -> None:
    sent(write_csv(HEADER + BAD), drawer, tmp_path / "errors.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "errors.xlsx").active["E2"]  # type: ignore[index]

    assert cell.data_type == "s"


def test_mended_rows_go_in_by_uploading_them_again(write_csv: Write, tmp_path: Path, drawer: Drawer) -> None:
    path = write_csv(HEADER + GOOD)
    sent(path, drawer, tmp_path / "errors.xlsx")
    first = list(drawer.events)
    drawer.events.clear()
    sent(path, drawer, tmp_path / "errors.xlsx")

    assert drawer.events == first


def test_a_sheet_of_returned_rows_is_mended_there_and_goes_in(write_csv: Write, tmp_path: Path, drawer: Drawer) -> None:
    sent(write_csv(HEADER + GOOD + BAD), drawer, tmp_path / "errors.xlsx")
    book = openpyxl.load_workbook(tmp_path / "errors.xlsx")
    assert book.active is not None
    for cell in book.active[2]:
        if cell.value == "昨天":
            cell.value = "2026-03-05 16:00"
    book.save(tmp_path / "mended.xlsx")

    submitted = sent(tmp_path / "mended.xlsx", drawer, tmp_path / "again.xlsx")

    assert (submitted.accepted, submitted.returned) == (1, 0)


def test_a_returned_row_that_is_still_wrong_comes_back_under_the_same_header(
    write_csv: Write, tmp_path: Path, drawer: Drawer
) -> None:
    sent(write_csv(HEADER + BAD), drawer, tmp_path / "errors.xlsx")
    sent(tmp_path / "errors.xlsx", drawer, tmp_path / "again.xlsx")
    first, second = (openpyxl.load_workbook(tmp_path / name).active for name in ("errors.xlsx", "again.xlsx"))

    assert first is not None
    assert second is not None
    assert list(first.values) == list(second.values)


def test_a_row_of_which_one_event_is_refused_is_not_taken_by_halves(write_csv: Write, tmp_path: Path) -> None:
    drawer = Drawer(refused_subject="浙A1")
    submitted = sent(write_csv(HEADER + GOOD), drawer, tmp_path / "errors.xlsx")

    assert (submitted.accepted, submitted.returned, drawer.events) == (0, 1, [])


def test_a_trial_sends_nothing_and_answers_the_same(write_csv: Write, tmp_path: Path, drawer: Drawer) -> None:
    submitted = sent(write_csv(HEADER + GOOD + BAD), drawer, tmp_path / "errors.xlsx", dry_run=True)

    assert (submitted.accepted, submitted.returned, drawer.events) == (1, 1, [])


def test_what_is_doubtful_is_taken_and_counted(write_csv: Write, tmp_path: Path, drawer: Drawer) -> None:
    submitted = sent(write_csv(HEADER + GOOD.replace(",2,", ",7,")), drawer, tmp_path / "errors.xlsx")

    assert (submitted.accepted, sum(submitted.remarks.values())) == (1, 1)


def test_doubts_about_many_values_are_one_remark_with_their_rows(
    write_csv: Write, tmp_path: Path, drawer: Drawer
) -> None:
    rows = "".join(f"浙A{each},2026-03-05 16:00,{each:07d}\n" for each in range(1000))
    submitted = sent(write_csv("办件编号,申请时间,行政区划代码\n" + rows), drawer, tmp_path / "errors.xlsx")

    ((sentence, count),) = submitted.remarks.items()
    assert (count, "（region_code）不合编码规则：第2行 行政区划代码 0000000" in sentence) == (1000, True)


def test_a_spreadsheet_goes_the_same_way(write_xlsx: Write, tmp_path: Path, drawer: Drawer) -> None:
    path = write_xlsx(["办件编号", "申请时间"], ["浙A1", "2026-03-05 16:00"])

    assert sent(path, drawer, tmp_path / "errors.xlsx").events == 1


def test_a_failure_on_the_way_is_not_swallowed(write_csv: Write, tmp_path: Path) -> None:
    class Broken(Drawer):
        async def pass_on(self, raw_events: object) -> None:  # noqa: ARG002  # it fails whatever it is given
            raise ConnectionError("Kafka is away")

    with pytest.raises(ConnectionError):
        sent(write_csv(HEADER + GOOD), Broken(), tmp_path / "errors.xlsx")
