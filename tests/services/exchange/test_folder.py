import os
from pathlib import Path

import pytest

from mingjing.services.exchange.folder import DONE, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_file_is_taken_when_it_looks_the_same_twice(folder: Folder) -> None:
    (folder.path / "a.csv").write_text("办件编号\n")

    assert [folder.settled(), [each.name for each in folder.settled()]] == [[], ["a.csv"]]


def test_a_file_still_being_written_is_left(folder: Folder) -> None:
    file = folder.path / "a.csv"
    file.write_text("办件")
    folder.settled()
    file.write_text("办件编号\n")

    assert folder.settled() == []


def test_older_files_come_first(folder: Folder) -> None:
    for name, moment in (("a.csv", 2), ("b.csv", 1)):
        (folder.path / name).touch()
        os.utime(folder.path / name, (moment, moment))
    folder.settled()

    assert [each.name for each in folder.settled()] == ["b.csv", "a.csv"]


@pytest.mark.parametrize("name", ["a.csv.part", "a.tmp", ".a.csv", "readme.txt"])
def test_what_is_no_file_for_us_is_left(folder: Folder, name: str) -> None:
    (folder.path / name).touch()
    folder.settled()

    assert folder.settled() == []


def test_a_file_that_was_read_lies_beside_its_receipt(folder: Folder) -> None:
    file = folder.path / "a.csv"
    file.write_text("x")
    kept = folder.put_away(file, to=DONE, receipt=b"{}")

    assert (kept.read_text(), kept.with_name("a.csv.receipt.json").read_bytes(), file.exists()) == ("x", b"{}", False)


def test_a_second_file_of_one_name_does_not_overwrite_the_first(folder: Folder) -> None:
    kept = []
    for content in ("1", "2"):
        (folder.path / "a.csv").write_text(content)
        kept.append(folder.put_away(folder.path / "a.csv", to=DONE, receipt=b"{}"))

    assert [(each.name, each.read_text()) for each in kept] == [("a.csv", "1"), ("a-2.csv", "2")]
