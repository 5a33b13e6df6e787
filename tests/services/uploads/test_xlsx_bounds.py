import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mingjing.services.uploads.xlsx_bounds import BoundsExceeded, check_bounds

Write = Callable[..., Path]
MEMORY = 1 << 30
READ = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
from mingjing.services.uploads.sheet import SheetRefused, open_sheet
try:
    print(len(list(open_sheet(Path(sys.argv[1])).lines)))
except SheetRefused as exc:
    print(exc)
"""


def with_sheet(made: Path, sheet: str, name: str = "xl/worksheets/sheet1.xml") -> Path:
    """Return the spreadsheet with another first sheet."""
    path = made.with_name("changed.xlsx")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            new.writestr(each.filename, sheet if each.filename == name else old.read(each))
    return path


def cells(*placed: str) -> str:
    return f"<worksheet><sheetData>{''.join(placed)}</sheetData></worksheet>"


def test_two_cells_far_apart_are_refused_within_little_memory(write_xlsx: Write) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = with_sheet(write_xlsx(["a"]), cells(far))
    command = [sys.executable, "-c", READ, str(path), str(MEMORY)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)

    assert "表格达第 1048576 行，上限 200000 行" in told.stdout


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ('<row r="150000"><c r="XFD150000"><v>1</v></c></row>', "达 150000 行 16384 列"),
        ('<row r="900000"><c><v>1</v></c></row>', "达第 900000 行"),
        ('<row><c r="a900000" x=">"><v>1</v></c></row>', "达第 900000 行"),
        ('<row><c r="A0"><v>1</v></c></row>', "单元格位置 'A0' 无法识别"),
        ("<row>", None),
    ],
    ids=["a wide grid", "a cell without place", "a mark in an attribute", "no place", "an open row"],
)
def test_a_sheet_that_is_larger_than_it_looks_is_refused(write_xlsx: Write, rows: str, says: str | None) -> None:
    with pytest.raises(BoundsExceeded, match=says or "已损坏"):
        check_bounds(with_sheet(write_xlsx(["a"]), cells(rows)))


def test_empty_cells_with_a_form_may_be_anywhere(write_xlsx: Write) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576" s="1"/></row>'

    check_bounds(with_sheet(write_xlsx(["a"]), cells(far)))


def test_a_part_that_is_longer_than_the_file_declares_is_refused(write_xlsx: Write) -> None:
    path = with_sheet(write_xlsx(["a"]), cells("<row/>" * 1000))
    content = bytearray(path.read_bytes())
    at = content.rfind(b"xl/worksheets/sheet1.xml") - 46
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(content)

    with pytest.raises(BoundsExceeded, match="已损坏"):
        check_bounds(path)


def test_a_sheet_under_another_name_does_not_go_unread(write_xlsx: Write) -> None:
    made = write_xlsx(["a"])
    name = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(made) as packed:
        relations = packed.read(name).decode().replace("sheet1.xml", "sheet1.dat")

    with pytest.raises(BoundsExceeded, match="已损坏"):
        check_bounds(with_sheet(made, relations, name))


def test_a_sheet_with_a_dtd_is_refused(write_xlsx: Write) -> None:
    with pytest.raises(BoundsExceeded, match="DTD"):
        check_bounds(with_sheet(write_xlsx(["a"]), "<!DOCTYPE worksheet []><worksheet/>"))


def test_a_package_that_is_no_xlsx_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("content.xml", "<a/>")

    with pytest.raises(BoundsExceeded, match="文件不是"):
        check_bounds(path)
