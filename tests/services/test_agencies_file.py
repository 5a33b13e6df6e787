from pathlib import Path

import pytest

from mingjing.services.agencies import parse_agencies
from mingjing.services.agencies_file import AgenciesUnchanged, rewrite, with_agency, with_key

CODE = "11990100MB0000019L"
OTHER = "11990100MB0000027F"
KEY = "ab" * 32
FILE = f"""\
# 谁可以报送什么
agencies:
  - code: {CODE}   # 市场局
    title: 市场局
    region: "990100000000"
    sources: [urn:a]

# 区划
regions:
  - {{code: "990100000000", title: 云州市, tier: 市}}
"""


def added(code: str = OTHER, source: str = "urn:b") -> str:
    return with_agency(FILE, code=code, title="卫健委", region="990100000000", source=source, key_sha256=KEY)


def test_an_agency_is_added_below_the_others() -> None:
    known = parse_agencies(added(), "agencies.yaml")

    assert [(each.code, each.sources, each.key_sha256) for each in known.agencies] == [
        (CODE, ("urn:a",), None),
        (OTHER, ("urn:b",), KEY),
    ]


@pytest.mark.parametrize("rest", ["\n", "  # 还没有部门\n"])
def test_the_first_agency_is_added_to_an_empty_list(rest: str) -> None:
    regions = FILE[FILE.index("\n# 区划") :]
    empty = f"# 谁可以报送什么\nagencies: []{rest}{regions}"

    text = with_agency(empty, code=CODE, title="市场局", region="990100000000", source="urn:a", key_sha256=KEY)
    text = with_agency(text, code=OTHER, title="卫健委", region="990100000000", source="urn:b", key_sha256="cd" * 32)

    assert [each.code for each in parse_agencies(text, "agencies.yaml").agencies] == [CODE, OTHER]
    assert text.endswith(regions)


def test_what_was_written_stays_as_it_was() -> None:
    text = added()

    assert [line for line in FILE.splitlines() if line not in text.splitlines()] == []
    assert text.index("卫健委") < text.index("# 区划")


@pytest.mark.parametrize(("code", "source"), [(CODE, "urn:b"), (OTHER, "urn:a"), ("short", "urn:b")])
def test_an_agency_that_no_process_would_accept_is_not_added(code: str, source: str) -> None:
    with pytest.raises(AgenciesUnchanged):
        added(code, source)


def test_a_key_is_given_changed_and_taken_away() -> None:
    given = with_key(FILE, CODE, KEY)
    changed = with_key(given, CODE, "cd" * 32)
    taken = with_key(changed, CODE, None)

    keys = [parse_agencies(text, "a").agencies[0].key_sha256 for text in (given, changed, taken)]
    assert keys == [KEY, "cd" * 32, None]
    assert "# 市场局" in taken


def test_an_agency_that_is_not_there_gets_no_key() -> None:
    with pytest.raises(AgenciesUnchanged, match=OTHER):
        with_key(FILE, OTHER, KEY)


def test_the_shipped_file_takes_another_agency() -> None:
    path = Path(__file__).parents[2] / "deploy" / "local" / "agencies.yaml"
    text = path.read_text("utf-8")
    region = parse_agencies(text, path.name).agencies[0].region

    grown = with_agency(text, code="91330100MA00000001", title="新局", region=region, source="urn:n", key_sha256=KEY)

    assert len(parse_agencies(grown, "a").agencies) == len(parse_agencies(text, "a").agencies) + 1


def test_the_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "agencies.yaml"
    path.write_text(FILE, encoding="utf-8")
    path.chmod(0o640)
    rewrite(path, added())

    assert (path.read_text("utf-8"), path.stat().st_mode & 0o777) == (added(), 0o640)
    assert list(tmp_path.iterdir()) == [path]
