from pathlib import Path

import pytest

from mingjing.services.exchange.file_rows import FileRefused, rows_in


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows"


def read(file: Path, suffix: str, content: str) -> list[object]:
    path = file.with_suffix(suffix)
    path.write_text(content, encoding="utf-8")
    return list(rows_in(path))


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".json", '[{"no": "1"}, {"no": "2"}]'),
        (".jsonl", '{"no": "1"}\n\n{"no": "2"}\n'),
        (".xml", "<data><rows><row><no>1</no></row><row><no>2</no></row></rows></data>"),
        (".xml", '<d xmlns="urn:x"><row><no>1</no></row><row><no>2</no></row></d>'),
    ],
)
def test_rows_are_read_in_their_order(file: Path, suffix: str, content: str) -> None:
    assert read(file, suffix, content) == [{"no": "1"}, {"no": "2"}]


def test_a_single_object_is_one_row(file: Path) -> None:
    assert read(file, ".json", '{"no": "1"}') == [{"no": "1"}]


@pytest.mark.parametrize(
    ("suffix", "content", "says"),
    [
        (".json", "[1]", "第1个元素应为 JSON 对象"),
        (".json", "{", "不是合法的 UTF-8 JSON"),
        (".jsonl", '{"no": "1"}\n{', "第2行不是合法的"),
        (".xml", "<a><b>", "不是合法的 XML"),
        (".xml", '<!DOCTYPE a [<!ENTITY b "c">]><a><b>&b;</b></a>', "DTD"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_place(file: Path, suffix: str, content: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read(file, suffix, content)
