from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mingjing.services.agencies import read_agencies
from mingjing.services.audit import record
from mingjing.services.cli import main

CODE = "11990100MB0000019L"
FILE = f"""\
agencies:
  - code: {CODE}
    title: 市场局
    region: "990100000000"
    sources: [urn:a]
    quota: 6000
regions:
  - {{code: "990100000000", title: 云州市, tier: 市}}
"""


@pytest.fixture
def agencies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The agencies.yaml of an installation whose Kafka is away."""
    path = tmp_path / "agencies.yaml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("MINGJING_AGENCIES", str(path))
    monkeypatch.setenv("MINGJING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MINGJING_KAFKA", "127.0.0.1:1")
    monkeypatch.setattr(record, "_ANSWER_S", 1)
    return path


def mingjing(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["agency", *arguments])


@pytest.mark.usefixtures("agencies")
def test_the_list_says_who_has_which_quota() -> None:
    told = mingjing("list")

    assert (told.exit_code, "6000" in told.output) == (0, True)


@pytest.mark.parametrize("command", ["rotate", "suspend"])
def test_no_key_changes_without_the_trail(agencies: Path, command: str) -> None:
    if command == "suspend":
        agencies.write_text(FILE.replace("    quota", f"    key_sha256: {'ab' * 32}\n    quota"), encoding="utf-8")
    before = agencies.read_text("utf-8")
    refused = mingjing(command, CODE)

    assert (refused.exit_code, "不予执行" in refused.output) == (1, True)
    assert agencies.read_text("utf-8") == before


def test_an_agency_that_cannot_be_is_told(agencies: Path) -> None:
    refused = mingjing("add", CODE, "--title", "局", "--region", "990100000000", "--source", "urn:b")

    assert (refused.exit_code, "taken already" in refused.output) == (1, True)
    assert [each.code for each in read_agencies(agencies).agencies] == [CODE]


@pytest.mark.usefixtures("agencies")
def test_an_account_is_asked_for_an_agency_that_is_there() -> None:
    refused = mingjing("reconcile", "nobody", "--day", "2026-03-06")

    assert (refused.exit_code, "nobody" in refused.output) == (1, True)


def test_an_outage_that_has_begun_is_not_announced(agencies: Path) -> None:
    refused = mingjing("outage", CODE, "--from", "2020-01-01 08:00", "--to", "2020-01-02 08:00", "--why", "升级")

    assert (refused.exit_code, "预先声明" in refused.output) == (1, True)
    assert agencies.read_text("utf-8") == FILE
