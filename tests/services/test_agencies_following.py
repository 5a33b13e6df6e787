"""agencies.yaml is changed while processes work: keys, names and rights are as it says."""

from pathlib import Path

import pytest

from mingjing.services.agencies import Agencies, read_agencies
from mingjing.services.agencies_following import STANDS_S, Live, Register, principals_in
from mingjing.streams.topics import ingest_topic

CODE, OTHER, OLD, NEW = "11330100MB1234567A", "11330100MB1234568A", "a" * 64, "b" * 64
FILE = """\
agencies:
  - {{code: {code}, title: 市场局, region: "330100000000", sources: [urn:a]{key}}}
{more}regions:
  - {{code: "330100000000", title: 云州市, tier: 市}}
"""
SECOND = f'  - {{code: {OTHER}, title: 卫健委, region: "330100000000", sources: [urn:b], key_sha256: "{NEW}"}}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "agencies.yaml", f', key_sha256: "{OLD}", sandbox_key_sha256: "{"c" * 64}"')


def written(file: Path, key: str = "", more: str = "") -> Path:
    file.write_text(FILE.format(code=CODE, key=key, more=more), "utf-8")
    return file


def after(file: Path, key: str = "", more: str = "") -> Agencies:
    agencies = read_agencies(file)
    register = Register(agencies, file)
    register.look()
    written(file, key, more)
    register.look()
    return agencies


def test_a_key_that_was_taken_away_opens_nothing_any_more(file: Path) -> None:
    agencies = after(file)

    assert (agencies.of_key(OLD), agencies.of_sandbox_key("c" * 64)) == (None, None)
    known = agencies.of_code(CODE)
    assert known is not None
    assert known.key_sha256 is None


def test_a_new_key_opens_and_the_old_one_does_not(file: Path) -> None:
    agencies = after(file, f', key_sha256: "{NEW}"')

    principal = agencies.of_key(NEW)
    assert principal is not None
    assert (principal.agency, agencies.of_key(OLD)) == (CODE, None)


def test_an_agency_that_is_registered_meanwhile_may_report(file: Path) -> None:
    agencies = after(file, more=SECOND)

    principal = agencies.of_key(NEW)
    assert principal is not None
    assert (principal.agency, agencies.of_topic(ingest_topic(OTHER))) == (OTHER, principal)
    assert agencies.agency_codes() == [CODE, OTHER]


def test_who_was_handed_the_titles_once_sees_those_of_now(file: Path) -> None:
    agencies = read_agencies(file)
    titles = Live(agencies.titles)

    agencies.take(read_agencies(written(file, more=SECOND)))

    assert dict(titles) == {CODE: "市场局", OTHER: "卫健委"}


def test_an_agency_that_is_registered_no_more_is_let_go_once_the_file_stands(file: Path) -> None:
    written(file, more=SECOND)
    agencies, now = read_agencies(file), [100.0]
    register = Register(agencies, file, lambda: now[0])
    written(file)

    looked = [register.look()]
    now[0] += STANDS_S / 2
    looked.append(register.look())
    assert agencies.of_topic(ingest_topic(OTHER)) is not None
    now[0] += STANDS_S / 2
    looked.append(register.look())

    assert (looked, agencies.of_topic(ingest_topic(OTHER))) == ([False, False, True], None)


def test_a_file_that_was_written_half_lets_nobody_go(file: Path) -> None:
    written(file, more=SECOND)
    agencies, now = read_agencies(file), [100.0]
    register = Register(agencies, file, lambda: now[0])
    written(file)
    register.look()
    written(file, more=SECOND)
    now[0] += STANDS_S

    assert register.look()
    assert agencies.agency_codes() == [CODE, OTHER]


def test_who_asks_whether_anything_is_new_is_told_once(file: Path) -> None:
    principals = principals_in(file)
    principals.renewed()
    written(file, more=SECOND)

    assert (principals.renewed(), principals.renewed()) == (True, False)
    assert principals.agency_codes() == [CODE, OTHER]


def test_a_file_that_is_not_sound_leaves_the_register_as_it_was(file: Path) -> None:
    agencies = after(file, ", key_sha256: short")

    assert agencies.of_key(OLD) is not None


def test_a_file_that_is_away_leaves_the_register_as_it_was(file: Path) -> None:
    agencies = read_agencies(file)
    file.unlink()

    assert Register(agencies, file).look() is False
    assert agencies.of_key(OLD) is not None
