"""Keys taken away or exchanged in agencies.yaml, while the API serves."""

from pathlib import Path

import pytest

from mingjing.services.agencies import Agencies, read_agencies
from mingjing.services.api.gateway.agency_keys import AgencyKeys

CODE, OLD, NEW = "11330100MB1234567A", "a" * 64, "b" * 64
FILE = """\
agencies:
  - {{code: {code}, title: 市场局, region: "330100000000", sources: [urn:a]{key}}}
regions:
  - {{code: "330100000000", title: 云州市, tier: 市}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "agencies.yaml", f', key_sha256: "{OLD}", sandbox_key_sha256: "{"c" * 64}"')


def written(file: Path, key: str) -> Path:
    file.write_text(FILE.format(code=CODE, key=key), "utf-8")
    return file


def after(file: Path, key: str) -> Agencies:
    agencies = read_agencies(file)
    keys = AgencyKeys(agencies, file)
    keys.look()
    written(file, key)
    keys.look()
    return agencies


def test_a_key_that_was_taken_away_opens_nothing_any_more(file: Path) -> None:
    agencies = after(file, "")

    assert (agencies.of_key(OLD), agencies.of_sandbox_key("c" * 64)) == (None, None)
    known = agencies.of_code(CODE)
    assert known is not None
    assert known.key_sha256 is None


def test_a_new_key_opens_and_the_old_one_does_not(file: Path) -> None:
    agencies = after(file, f', key_sha256: "{NEW}"')

    principal = agencies.of_key(NEW)
    assert principal is not None
    assert (principal.agency, agencies.of_key(OLD)) == (CODE, None)


def test_a_file_that_is_not_sound_leaves_the_keys_as_they_were(file: Path) -> None:
    agencies = after(file, ", key_sha256: short")

    assert agencies.of_key(OLD) is not None


def test_a_file_that_is_away_leaves_the_keys_as_they_were(file: Path) -> None:
    agencies = read_agencies(file)
    file.unlink()

    AgencyKeys(agencies, file).look()

    assert agencies.of_key(OLD) is not None
