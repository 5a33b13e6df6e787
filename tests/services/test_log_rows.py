"""Rows of files as registries really keep them: encodings, ragged rows, damaged archives."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mingjing.services.log_rows import LogRefused, rows

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def read(tmp_path: Path) -> Rows:
    """Return the rows of a file of these bytes."""

    def make(content: bytes | str, name: str = "log.csv", encoding: str = "utf-8-sig") -> list[dict[str, Any]]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(rows(path, ",", encoding))

    return make


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_in_the_encoding_it_names_is_read(read: Rows, encoding: str, packed: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    content = "办件号,环节\n许可1,受理\n".encode(encoding)
    name, content = ("log.csv.gz", gzip.compress(content)) if packed else ("log.csv", content)

    assert read(content, name, encoding) == [{"办件号": "许可1", "环节": "受理"}]


def test_a_file_in_another_encoding_is_refused_with_the_remedy(read: Rows) -> None:
    with pytest.raises(LogRefused, match=r"not written in utf-8-sig: .*encoding: gb18030"):
        read("办件号\n许可1\n".encode("gb18030"))


def test_a_file_that_begins_with_the_mark_of_utf_16_is_told_to_be_one(read: Rows) -> None:
    with pytest.raises(LogRefused, match=r"not written in utf-8-sig: .*encoding: utf-16$"):
        read("办件号\n许可1\n".encode("utf-16"))


def test_a_row_with_more_cells_than_columns_is_refused_with_its_line(read: Rows) -> None:
    with pytest.raises(LogRefused, match="line 3: 3 cells under 2 columns, the first too many is '5'"):
        read("a,b\n1,2\n3,4,5\n")


def test_a_row_that_ends_early_lacks_its_last_cells(read: Rows) -> None:
    assert read("a,b\n1\n") == [{"a": "1", "b": None}]


def test_blank_lines_are_no_rows(read: Rows) -> None:
    assert read("a,b\n\n1,2\n\n") == [{"a": "1", "b": "2"}]


def test_a_cell_may_hold_lines_and_quotation_marks(read: Rows) -> None:
    assert read('a,b\n"1\n2","""x"""\n') == [{"a": "1\n2", "b": '"x"'}]


def test_a_cell_beyond_the_library_s_own_bound_is_read(read: Rows) -> None:
    [row] = read("a\n" + "x" * 200_000 + "\n")

    assert len(row["a"]) == 200_000


def test_two_columns_of_one_name_are_refused(read: Rows) -> None:
    with pytest.raises(LogRefused, match="column 'a' stands there twice"):
        read("a,b,a\n1,2,3\n")


def test_an_empty_file_has_no_rows(read: Rows) -> None:
    assert read("") == []


def test_a_packed_file_cut_short_is_refused(read: Rows) -> None:
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 5000)

    with pytest.raises(LogRefused, match="damaged or cut short"):
        read(whole[:-20], "log.csv.gz")


def test_a_file_that_only_says_it_is_packed_is_refused(read: Rows) -> None:
    with pytest.raises(LogRefused, match="damaged or cut short"):
        read("a,b\n1,2\n", "log.csv.gz")


def test_json_may_be_one_list(read: Rows) -> None:
    assert read('[{"a": 1},\n {"a": 2}]', "log.json") == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("[1]", "log.json", "element 1: expected an object, found int"),
        ('{"a": 1}\n[2]', "log.jsonl", "line 2: expected an object, found list"),
        ('{"a": 1}\n{"a":', "log.jsonl", "line 2: not JSON"),
    ],
)
def test_json_that_is_no_row_is_refused_at_its_place(read: Rows, content: str, name: str, message: str) -> None:
    with pytest.raises(LogRefused, match=message):
        read(content, name)


def test_json_lines_behind_a_byte_order_mark_are_read(read: Rows) -> None:
    assert read("\ufeff" + '{"a": 1}\n', "log.jsonl") == [{"a": 1}]


def test_the_word_of_a_spreadsheet_on_what_is_between_cells_is_no_header(read: Rows) -> None:
    assert read("sep=,\na,b\n1,2\n") == [{"a": "1", "b": "2"}]


def test_a_line_of_nothing_but_spaces_is_no_row(read: Rows) -> None:
    assert read("a,b\n1,2\n   \n") == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("log.xlsx", "save the sheet as CSV"),
        ("log.zip", "unpack it, or pack the log alone as .gz"),
        ("log.parquet", "export it as CSV or JSON lines"),
    ],
)
def test_a_file_that_holds_no_text_is_refused_with_what_to_do(read: Rows, name: str, told: str) -> None:
    with pytest.raises(LogRefused, match=f"{name}: a log is CSV, JSON lines or XES, plain or .gz; {told}"):
        read(b"PK\x03\x04", name)
