import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from mingjing.services.uploads.sheet import Line, SheetRefused, open_sheet

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030")]
)
def test_a_csv_is_read_in_the_encoding_it_was_saved_in(write_csv: Write, encoding: str, told: str) -> None:
    sheet = open_sheet(write_csv("办件编号,申请人\n1,王玥\n", encoding))

    assert (sheet.header, list(sheet.lines), sheet.encoding) == (("办件编号", "申请人"), [Line(2, ("1", "王玥"))], told)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_cut_where_its_header_is(write_csv: Write, delimiter: str) -> None:
    assert open_sheet(write_csv(f"a{delimiter}b\n1{delimiter}2\n")).header == ("a", "b")


def test_empty_rows_are_passed_over_and_the_others_keep_their_numbers(write_csv: Write) -> None:
    assert [each.number for each in open_sheet(write_csv("a,b\n1,2\n,\n\n3,4\n")).lines] == [2, 5]


def test_a_spreadsheet_is_read_like_a_csv(write_xlsx: Write) -> None:
    sheet = open_sheet(write_xlsx(["办件编号", "次数"], ["1", 2]))

    assert (sheet.header, list(sheet.lines)) == (("办件编号", "次数"), [Line(2, ("1", 2.0))])


def test_a_cell_without_a_value_shows_what_stands_there_and_is_never_taken_for_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "upload.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row("B1", ["办件编号", "受理时间", "申请人"])
        sheet.write_row("B2", ["1", "2026-03-06", "王玥"])
        sheet.write_formula("C3", "=VLOOKUP(1,A:A,1)", None, "#N/A")
        sheet.write_formula("D3", "=1+1", None, 2)
        sheet.write_formula("D4", '=""', None, "")
        sheet.write_formula("C6", "=NOW()", None, None)
        book.add_worksheet().write_formula("C2", "=1/0", None, "#DIV/0!")

    lines = list(open_sheet(as_saved_elsewhere(path, empty="D4", never_computed="NOW()")).lines)

    assert lines == [
        Line(2, ("1", "2026-03-06", "王玥")),
        Line(3, ("", "#N/A", 2.0)),
        Line(6, ("", "=NOW()")),
    ]


def as_saved_elsewhere(made: Path, *, empty: str, never_computed: str) -> Path:
    """Return the spreadsheet with the text of no characters that a formula gave, and a formula that gave nothing."""
    path = made.with_name("changed.xlsx")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for each in old.infolist():
            text = old.read(each).decode().replace(f'<c r="{empty}">', f'<c r="{empty}" t="str">')
            text = re.sub(rf"(<f>{re.escape(never_computed)}</f>)<v>[^<]*</v>", r"\1<v></v>", text)
            new.writestr(each.filename, text)
    return path


def test_a_quote_that_never_ends_is_told_where_it_begins(write_csv: Write) -> None:
    with pytest.raises(SheetRefused, match="文本第3行起的一行"):
        list(open_sheet(write_csv('a,b\n1,2\n"3,4\n5,6\n')).lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "第1行应为列名"),
        ("a,a\n", "列名重复或空缺：a"),
        ("a,,b\n1,2,3\n", "列名重复或空缺：（空）"),
        ("a,b\n1,2,3\n", "第2行的单元格多于列名"),
        ('a,b\n"1,2\n', "引号不成对"),
        ("a\n" + "长" * 40_000 + "\n", "超过 32767 字"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_place_and_remedy(write_csv: Write, text: str, says: str) -> None:
    with pytest.raises(SheetRefused, match=says):
        list(open_sheet(write_csv(text)).lines)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n\x00\x01", "含有零字节"),
        (b"a\n\xff\xff\xff", "既不是 UTF-8 也不是 GB18030"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 .xls"),
        (b"PK\x03\x04 and no more", "已损坏"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_its_content(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "upload.csv"
    path.write_bytes(content)

    with pytest.raises(SheetRefused, match=says):
        open_sheet(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)

    with pytest.raises(SheetRefused, match="超过上限"):
        open_sheet(path)


def test_a_cell_without_end_is_refused_before_it_fills_the_memory(write_csv: Write) -> None:
    with pytest.raises(SheetRefused, match="重传"):
        list(open_sheet(write_csv('甲,乙\n1,"' + "长" * 1_000_000)).lines)
