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
        (".json", "[" * 100_000, "嵌套超过 64 层"),
        (".json", '{"no": ' + "[" * 300 + "]" * 300 + "}", "嵌套超过 64 层"),
        (".jsonl", '{"no": "1"}\n' + "[" * 100_000, "第2行JSON 嵌套超过 64 层"),
        (".jsonl", '{"no": "1"}\n{', "第2行不是合法的"),
        (".xml", "<a><b>", "不是合法的 XML"),
        (".xml", '<?xml version="1.0" encoding="Big5"?><a><b>1</b></a>', "请存为 UTF-8 或 GB18030"),
        (".xml", '<?xml version="1.0" encoding="Martian"?><a><b>1</b></a>', "请存为 UTF-8 或 GB18030"),
        (".xml", '<!DOCTYPE a [<!ENTITY b "c">]><a><b>&b;</b></a>', "DTD"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_place(file: Path, suffix: str, content: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read(file, suffix, content)


@pytest.mark.parametrize("name", ["GB2312", "gbk", "GB18030"])
def test_xml_of_a_chinese_encoding_is_read_by_it(file: Path, name: str) -> None:
    path = file.with_suffix(".xml")
    path.write_bytes(f"<?xml version='1.0' encoding='{name}'?><r><row><no>王玥㐀</no></row></r>".encode("gb18030"))

    assert list(rows_in(path)) == [{"no": "王玥㐀"}]


def test_xml_that_begins_with_the_mark_of_utf8_is_utf8_whatever_it_declares(file: Path) -> None:
    path = file.with_suffix(".xml")
    path.write_text('<?xml version="1.0" encoding="UTF-8"?><row><no>王玥</no></row>', encoding="utf-8-sig")

    assert list(rows_in(path)) == [{"no": "王玥"}]


def test_xml_that_is_not_in_the_encoding_it_declares_is_refused(file: Path) -> None:
    path = file.with_suffix(".xml")
    path.write_bytes(b"<?xml version='1.0' encoding='GB18030'?><row><no>\xff\xff</no></row>")

    with pytest.raises(FileRefused, match="内容不是所声明的编码 gb18030"):
        list(rows_in(path))
